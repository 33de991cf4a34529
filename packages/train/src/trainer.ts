import {
  argumentError,
  checkNonNegativeInteger,
  checkPositiveInteger,
  type ErrorCode,
  QuerlError,
} from '@querl/base'
import type { Trajectory } from '@querl/rollout'
import type { Algorithm } from './algorithms/algorithm.js'
import { type Experience, gatherExperience } from './experience.js'
import type { Metrics } from './metrics.js'
import { mean } from './metrics.js'
import type { CriticModel, LogitOptions, ScoringModel, TrainableModel } from './model.js'
import { type OptimizerOptions, settingsAt } from './optimizer.js'
import { criticParts, miniBatches, policyParts } from './parts.js'
import type { RewardFunction, RewardTerms } from './reward.js'
import { rewardMetrics } from './reward.js'
import { trajectoryMetrics } from './trajectory-metrics.js'
import { add, DivergenceGuard, NO_SUMS, type UpdateResult, update } from './update.js'

export interface TrainerOptions {
  /** The policy. The sampler of `rollout` reads the same weights. */
  readonly model: TrainableModel
  /** Where the algorithm has a critic: `await model.clone({ valueHead: true })`. */
  readonly critic?: CriticModel
  /**
   * Where the algorithm has a KL term: `await model.clone()`, made before training, or
   * `adapterOff(model)` where an adapter trains.
   */
  readonly reference?: ScoringModel
  /** Samples the trajectories of a step, counted from 0, in any order. */
  readonly rollout: (step: number, signal: AbortSignal | undefined) => AsyncIterable<Trajectory>
  readonly reward: RewardFunction
  /** `grpo(…)` or `ppo(…)`. */
  readonly algorithm: Algorithm
  readonly optimizer: OptimizerOptions
  /** Default: as `optimizer`. */
  readonly criticOptimizer?: OptimizerOptions
  /** Steps in all. */
  readonly steps: number
  /** Where to go on after a resume: the number of steps that are done. Default 0. */
  readonly startStep?: number
  /** Trajectories of one optimiser step, counted before equal groups are dropped. Default: all. */
  readonly miniBatch?: number
  /** Tokens of one forward and backward pass. Default 16384; changes memory, not the loss. */
  readonly microBatchTokens?: number
  /** The sampling temperature, so that old and new log-probs mean the same. Default 1. */
  readonly temperature?: number
  /** The ids that sampling banned, likewise. */
  readonly bannedIds?: readonly number[]
  /** Skipped updates in a row that end the run. Default 3. */
  readonly maxSkippedInARow?: number
  /** Named in the error of a run that diverged. */
  readonly lastCheckpoint?: () => string | undefined
  readonly signal?: AbortSignal
}

export interface TrainerStep {
  /** Counted from 1: how many steps are done. */
  readonly step: number
  readonly metrics: Metrics
  /** Sorted by example, then sample. */
  readonly trajectories: readonly Trajectory[]
  /** Of `trajectories`, in their order. */
  readonly rewards: readonly RewardTerms[]
}

/**
 * Reinforcement learning over trajectories, one step for each turn of the caller's loop:
 *
 *     for await (const { step, metrics } of new Trainer({ … })) console.log(step, metrics)
 *
 * A step samples, scores, and updates the policy (and the critic). Nothing is random in here: the
 * same trajectories give the same weights, in whichever order they were finished.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is wrong or the algorithm lacks its critic or
 *   reference; while iterating, ERR_QUERL_DIVERGED when updates keep being skipped, and the signal's
 *   reason when it fires
 */
export class Trainer implements AsyncIterable<TrainerStep> {
  readonly #options: TrainerOptions
  #step: number

  constructor(options: TrainerOptions) {
    const { algorithm, critic, reference } = options
    checkPositiveInteger('steps', options.steps)
    if (options.miniBatch !== undefined) checkPositiveInteger('miniBatch', options.miniBatch)
    if (options.microBatchTokens !== undefined)
      checkPositiveInteger('microBatchTokens', options.microBatchTokens)
    if (algorithm.critic && !critic)
      throw argumentError('critic', `a model with a value head for ${algorithm.name}`, critic)
    if (algorithm.needsReference && !reference)
      throw argumentError('reference', `a frozen model, for the KL of ${algorithm.name}`, reference)
    this.#options = options
    this.#step = checkNonNegativeInteger('startStep', options.startStep ?? 0)
  }

  /** How many steps are done. */
  get step(): number {
    return this.#step
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TrainerStep> {
    const { steps, signal, maxSkippedInARow = 3, lastCheckpoint } = this.#options
    checkPositiveInteger('maxSkippedInARow', maxSkippedInARow)
    const guards = {
      policy: new DivergenceGuard(maxSkippedInARow, lastCheckpoint),
      critic: new DivergenceGuard(maxSkippedInARow, lastCheckpoint),
    }
    while (this.#step < steps) {
      signal?.throwIfAborted()
      const result = await this.#take(guards)
      this.#step++
      yield { step: this.#step, ...result }
    }
  }

  async #take(guards: Record<'policy' | 'critic', DivergenceGuard>) {
    const { rollout, signal } = this.#options
    const began = performance.now()
    const trajectories: Trajectory[] = []
    for await (const each of rollout(this.#step, signal)) trajectories.push(each)
    signal?.throwIfAborted()
    trajectories.sort((a, b) => a.index - b.index || a.sample - b.sample)
    this.#refuseFailed(trajectories)
    const sampled = performance.now()

    const experience = await gatherExperience(trajectories, {
      ...this.#options,
      logits: this.#logits(),
    })
    const scored = performance.now()

    const policy = await this.#updatePolicy(experience, guards.policy)
    const critic = await this.#updateCritic(experience, guards.critic)
    const ended = performance.now()

    const rolloutSeconds = (sampled - began) / 1000
    const metrics: Metrics = {
      ...rewardMetrics(experience.scores),
      ...trajectoryMetrics(trajectories, rolloutSeconds),
      ...experience.metrics,
      ...policy,
      ...critic,
      'time/rollout': rolloutSeconds,
      'time/score': (scored - sampled) / 1000,
      'time/update': (ended - scored) / 1000,
      'time/step': (ended - began) / 1000,
    }
    return { metrics, trajectories, rewards: experience.scores }
  }

  /** Failed trajectories are data, but a step of nothing else would go on for ever without learning. */
  #refuseFailed(trajectories: readonly Trajectory[]): void {
    const [first] = trajectories
    if (!first?.error || trajectories.some(({ finish }) => finish !== 'error')) return
    const checkpoint = this.#options.lastCheckpoint?.()
    throw new QuerlError(
      (first.error.code as ErrorCode | undefined) ?? 'ERR_QUERL_DATA',
      `All ${trajectories.length} trajectories of step ${this.#step + 1} failed, the first with: ` +
        first.error.message,
      checkpoint ? { remedy: `The last checkpoint is ${checkpoint}.` } : {},
    )
  }

  async #updatePolicy(experience: Experience, guard: DivergenceGuard): Promise<Metrics> {
    const { model, algorithm, optimizer } = this.#options
    const settings = settingsAt(optimizer, this.#step)
    const results: UpdateResult[] = []
    for (const rows of miniBatches(experience.rows, this.#options.miniBatch)) {
      const parts = policyParts(rows, algorithm, this.#microBatchTokens)
      if (parts.length === 0) continue
      const result = await update(model, parts, settings, this.#logits())
      results.push(result)
      guard.count(result.skipped, this.#step + 1, 'policy')
    }
    return {
      ...updateMetrics('policy', results),
      ...policyMetrics(results),
      'policy/learningRate': settings.lr,
    }
  }

  async #updateCritic(experience: Experience, guard: DivergenceGuard): Promise<Metrics> {
    const { critic, algorithm, optimizer, criticOptimizer = optimizer, signal } = this.#options
    if (!critic || !algorithm.critic) return {}
    const settings = settingsAt(criticOptimizer, this.#step)
    const results: UpdateResult[] = []
    for (const rows of miniBatches(experience.rows, this.#options.miniBatch)) {
      const parts = criticParts(rows, algorithm, this.#microBatchTokens)
      if (parts.length === 0) continue
      const result = await update(critic, parts, settings, signal ? { signal } : {})
      results.push(result)
      guard.count(result.skipped, this.#step + 1, 'critic')
    }
    return updateMetrics('critic', results)
  }

  get #microBatchTokens(): number {
    return this.#options.microBatchTokens ?? 16_384
  }

  #logits(): LogitOptions {
    const { temperature = 1, bannedIds, signal } = this.#options
    return { temperature, ...(bannedIds && { bannedIds }), ...(signal && { signal }) }
  }
}

/** What policy and critic have in common; losses and norms are means over updates that were made. */
function updateMetrics(area: 'policy' | 'critic', results: readonly UpdateResult[]): Metrics {
  const made = results.filter(({ skipped }) => !skipped)
  return {
    ...(area === 'policy' && { 'policy/updates': made.length }),
    [`${area}/skippedUpdates`]: results.length - made.length,
    ...(made.length > 0 && {
      [`${area}/loss`]: mean(made.map(({ sums }) => sums.loss)),
      [`${area}/gradNorm`]: mean(made.map(({ gradNorm }) => gradNorm)),
    }),
  }
}

/** Means over the step's trained tokens; absent where no token was trained. */
function policyMetrics(results: readonly UpdateResult[]): Metrics {
  const sums = results.reduce((total, result) => add(total, result.sums), NO_SUMS)
  // Only the first update saw the weights that the sampler used.
  const first = results[0]?.sums
  if (!first || sums.tokens === 0) return { 'policy/trainedTokens': 0 }
  return {
    'policy/entropy': sums.entropy / sums.tokens,
    'policy/kl': sums.kl / sums.tokens,
    'policy/clipFraction': sums.clipped / sums.tokens,
    'policy/ratioMax': sums.ratioMax,
    'policy/trainedTokens': sums.tokens,
    'policy/samplerDeltaMean': first.logprobDeltaSum / first.tokens,
    'policy/samplerDeltaMax': first.logprobDeltaMax,
    ...(sums.referenceKl !== 0 && { 'policy/referenceKl': sums.referenceKl / sums.tokens }),
  }
}
