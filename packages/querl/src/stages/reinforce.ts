import { randomStream } from '@querl/base'
import { LanguageModel, Sampler } from '@querl/lm'
import { exactMatch } from '@querl/tasks'
import {
  type Algorithm,
  adapterOff,
  grpo,
  latestCheckpoint,
  linearSchedule,
  ppo,
  type ScoringModel,
  saveCheckpoint,
  Trainer,
  type TrainerStep,
  trajectoryRecord,
} from '@querl/train'
import type { PolicyPlan } from '../baselines.js'
import { loadPolicy, modelOptions, savable } from '../models.js'
import { bannedFor, playQuestions, throwIfNoneWasPlayed } from '../play.js'
import { type Run, RunInterrupted, stage } from '../run.js'
import { measure } from './measure.js'
import { type WarmStart, warnings } from './warm-start.js'

const trajectoriesKept = 16

/** A trained policy, and what it took. */
export interface TrainedPolicy {
  /** A folder for loadPolicy(). */
  readonly model: string
  readonly step: number
  readonly seconds: number
  /** Tokens that the policy wrote, and the seconds in which it did. */
  readonly sampledTokens: number
  readonly samplingSeconds: number
}

interface Progress {
  readonly step: number
  readonly done: boolean
  readonly seconds: number
  readonly sampledTokens: number
  readonly samplingSeconds: number
}

/**
 * RL of one policy, from the warm start or from the newest checkpoint of its phase.
 *
 * It ends at the last step, or when the dev split is answered well enough.
 *
 * @throws RunInterrupted after saving, when an orderly end is asked for
 */
export async function reinforce(
  run: Run,
  plan: PolicyPlan,
  start: WarmStart,
): Promise<TrainedPolicy> {
  return stage(run.emit, plan.name, async () => {
    const trained = await train(run, plan, start)
    return [trained, `${trained.step} steps of RL`]
  })
}

async function train(run: Run, plan: PolicyPlan, start: WarmStart): Promise<TrainedPolicy> {
  const { recipe, folder, interrupt } = run
  const { evaluate, checkpoint, threads } = recipe
  const options = modelOptions(recipe)
  const began = performance.now()
  const checkpoints = folder.checkpoints(plan.name)
  const saved = await latestCheckpoint(checkpoints, { warn: warnings(run) })
  const before = (saved?.state ?? fresh) as unknown as Progress
  if (saved && before.done) return { ...before, model: saved.model }
  await folder.rewind(plan.name, before.step)

  const { lora, strict } = plan.train
  const policy = { ...options, lora, training: { ...options.training, strict } }
  using model = await loadPolicy(saved?.model ?? start.model, start.model, policy)
  if (saved) await model.loadOptimizer(saved.optimizer)
  const algorithm = algorithmOf(plan)
  // An adapter's model is the start of RL once the adapter is off: no second copy.
  using copy =
    algorithm.needsReference && !lora ? await LanguageModel.load(start.model, options) : undefined
  const reference = algorithm.needsReference ? (copy ?? adapterOff(model)) : undefined
  using critic = algorithm.critic
    ? saved?.critic
      ? await loadPolicy(saved.critic, start.model, { ...options, valueHead: true })
      : await model.clone({ valueHead: true, training: options.training })
    : undefined
  if (critic && saved?.criticOptimizer) await critic.loadOptimizer(saved.criticOptimizer)

  let { step, sampledTokens, samplingSeconds } = before
  let warned = false
  const save = async (done: boolean): Promise<TrainedPolicy> => {
    const seconds = () => before.seconds + (performance.now() - began) / 1000
    const state = { step, done, seconds: seconds(), sampledTokens, samplingSeconds }
    const directory = await saveCheckpoint(checkpoints, {
      model: savable(model, start.model),
      ...(critic && { critic: savable(critic, start.model) }),
      state,
      keepLast: checkpoint.keep,
    })
    return { ...state, seconds: seconds(), model: `${directory}/model` }
  }

  using sampler = new Sampler(model, { threads })
  const trainer = trainerOf(run, plan, {
    model,
    critic,
    reference,
    algorithm,
    sampler,
    startStep: step,
  })
  for await (const done of trainer) {
    step = done.step
    const { metrics } = done
    samplingSeconds += metrics['time/rollout'] ?? 0
    sampledTokens += (metrics['rollout/tokensPerSecond'] ?? 0) * (metrics['time/rollout'] ?? 0)
    const stop = await look(run, plan, model, done)
    const last = step === plan.train.steps
    if (stop || last) return await save(true)
    if (interrupt.requested) {
      await save(false)
      throw new RunInterrupted(plan.name, step)
    }
    if (step % checkpoint.every === 0) await save(false)
  }
  return await save(true)

  /** Once: the run goes on, and the metric counts them. */
  function warnOfFailedSearches({ trajectories }: TrainerStep): void {
    const failed = trajectories.flatMap(({ searches }) => searches.filter(({ ok }) => !ok))
    if (failed.length === 0 || warned) return
    warned = true
    const text = `step ${step}: ${failed.length} searches failed: ${failed[0]!.message ?? ''}`
    run.emit({ kind: 'note', level: 'warning', text })
  }

  /** Tells and writes what a step gave; true when the policy is good enough. */
  async function look(
    run: Run,
    { name, train }: PolicyPlan,
    model: LanguageModel,
    done: TrainerStep,
  ): Promise<boolean> {
    const { emit } = run
    const { step, metrics } = done
    throwIfNoneWasPlayed(done.trajectories, `step ${step} of ${name}`)
    emit({ kind: 'step', phase: name, step, steps: train.steps, metrics })
    warnOfFailedSearches(done)
    for (const event of samplesOf(name, done)) emit(event)
    const due = evaluate.every > 0 && (step % evaluate.every === 0 || step === train.steps)
    if (due || step === 1) await keepTrajectories(run, name, done)
    if (!due) {
      await folder.appendMetrics(name, step, metrics)
      return false
    }
    const { em, oneHop, twoHop } = await measure(run, model, {
      split: 'dev',
      search: train.search,
    })
    await folder.appendMetrics(name, step, {
      ...metrics,
      'dev/em': em,
      ...(oneHop !== undefined && { 'dev/oneHop': oneHop }),
      ...(twoHop !== undefined && { 'dev/twoHop': twoHop }),
    })
    emit({ kind: 'evaluation', phase: name, split: 'dev', step, em, oneHop, twoHop })
    return evaluate.stopAt !== undefined && em >= evaluate.stopAt
  }
}

const fresh: Progress = { step: 0, done: false, seconds: 0, sampledTokens: 0, samplingSeconds: 0 }

interface Parts {
  readonly model: LanguageModel
  readonly critic: LanguageModel | undefined
  readonly reference: ScoringModel | undefined
  readonly algorithm: Algorithm
  readonly sampler: Sampler
  readonly startStep: number
}

function trainerOf(run: Run, { name, train }: PolicyPlan, parts: Parts): Trainer {
  const { recipe, task, signal } = run
  const { model, critic, reference, algorithm, sampler, startStep } = parts
  const { beta2, weightDecay, maxGradNorm, steps } = train
  const settings = { beta2, weightDecay, maxGradNorm }
  const rate = (peak: number, warmup: number) =>
    linearSchedule({
      peak,
      totalSteps: steps,
      warmupSteps: Math.round(warmup * steps),
      finalFraction: train.finalLr,
    })
  const bannedIds = bannedFor(task, train.search)
  return new Trainer({
    model,
    ...(critic && { critic }),
    ...(reference && { reference }),
    algorithm,
    steps,
    startStep,
    miniBatch: train.minibatch,
    ...(train.microBatchTokens !== undefined && { microBatchTokens: train.microBatchTokens }),
    temperature: recipe.rollout.temperature,
    ...(bannedIds.length > 0 && { bannedIds }),
    optimizer: { lr: rate(train.lr, train.warmup), ...settings },
    criticOptimizer: { lr: rate(train.criticLr, train.criticWarmup), ...settings },
    rollout: (step) =>
      playQuestions(run, {
        sampler,
        examples: task.trainingQuestions(step, train.questions),
        groupSize: train.groupSize,
        temperature: recipe.rollout.temperature,
        // Each step of each policy has its own draws, whatever was drawn before: a resumed run needs
        // no state of a generator.
        seed: randomStream(recipe.seed, 'rollout', name, step).seed(),
        search: train.search,
      }),
    reward: ({ answer, example }) =>
      answer === undefined ? 0 : exactMatch(answer, example.answers),
    signal,
  })
}

function algorithmOf({ train }: PolicyPlan): Algorithm {
  const { aggregation, clip, kl, entropy, gamma, lambda, mask } = train
  const shared = { aggregation, clip, entropy, trainOn: mask ? 'policy' : 'response' } as const
  return train.algorithm === 'ppo'
    ? ppo({ ...shared, gamma, lambda, kl: { reward: kl } })
    : grpo({ ...shared, kl })
}

function samplesOf(phase: string, { step, trajectories, rewards }: TrainerStep) {
  return trajectories.slice(0, 1).map(({ example, answer, searches }, index) => ({
    kind: 'sample' as const,
    phase,
    step,
    question: example.question,
    answer,
    gold: example.answers[0] ?? '',
    reward: rewards[index]!.reward,
    searches: searches.length,
  }))
}

async function keepTrajectories({ folder, task }: Run, phase: string, done: TrainerStep) {
  const { step, trajectories, rewards } = done
  const records = trajectories.slice(0, trajectoriesKept).map((each, index) =>
    trajectoryRecord(each, rewards[index]!, {
      phase,
      step,
      decode: (ids) => task.tokenizer.decode(ids),
    }),
  )
  await folder.writeTrajectories(`${phase}-${String(step).padStart(5, '0')}`, records)
}
