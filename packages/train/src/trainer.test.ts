import { randomStream } from '@querl/base'
import type { Trajectory } from '@querl/rollout'
import { describe, expect, test } from 'vitest'
import type { Algorithm } from './algorithms/algorithm.js'
import { grpo } from './algorithms/grpo.js'
import { ppo } from './algorithms/ppo.js'
import { BigramModel } from './bigram-model.js'
import {
  type BigramRolloutOptions,
  bigramReward,
  bigramRollout,
  VOCABULARY,
} from './bigram-rollout.js'
import type { Loss, TokenBatch } from './model.js'
import { Trainer, type TrainerOptions, type TrainerStep } from './trainer.js'

const plain = grpo({ kl: 0, entropy: 0 })
const question = [0, 1] as const
const right = [3, 4] as const

describe('Trainer', () => {
  test('GRPO finds the right tokens from rewards alone', async () => {
    const model = new BigramModel(VOCABULARY)
    const steps = await train(model, { steps: 30 })
    expect(steps[0]!.metrics['reward/mean']).toBeLessThan(0.35)
    expect(steps.at(-1)!.metrics['reward/mean']).toBeGreaterThan(0.9)
    for (const each of question)
      expect(Math.exp(model.distribution(each)[right[each]]!)).toBeGreaterThan(0.9)
  })

  test('PPO does so too, and its critic learns what to expect', async () => {
    const model = new BigramModel(VOCABULARY)
    const critic = model.clone()
    const steps = await train(model, {
      critic,
      algorithm: ppo({ kl: {}, entropy: 0 }),
      steps: 30,
    })
    expect(steps.at(-1)!.metrics['reward/mean']).toBeGreaterThan(0.9)
    expect(critic.weights[VOCABULARY * VOCABULARY]).toBeGreaterThan(0.5)
    expect(steps[0]!.metrics['critic/explainedVariance']).toBeLessThan(0.1)
  })

  test('the order in which trajectories are finished changes no bit', async () => {
    const [straight, shuffled] = [new BigramModel(VOCABULARY), new BigramModel(VOCABULARY)]
    await train(straight, { steps: 5 })
    await train(shuffled, { steps: 5 }, { order: (all) => randomStream(1, 'order').shuffle(all) })
    expect(shuffled.weights).toEqual(straight.weights)
  })

  test('a token of the tool’s gets no gradient; in the ablation it does', async () => {
    const [masked, unmasked] = [new BigramModel(VOCABULARY), new BigramModel(VOCABULARY)]
    await train(masked, { steps: 3 })
    await train(unmasked, {
      steps: 3,
      algorithm: grpo({ kl: 0, entropy: 0, trainOn: 'response' }),
    })
    // The tool's second token, the question, stands behind its token 2: row 2 of the logits. Its
    // first one stands behind the policy's, rows 3 to 5.
    const untouched = masked.weights.subarray(2 * VOCABULARY, VOCABULARY * VOCABULARY)
    expect([...untouched]).toEqual([...untouched].fill(0))
    expect(
      unmasked.weights.subarray(2 * VOCABULARY, 3 * VOCABULARY).some((each) => each !== 0),
    ).toBe(true)
  })

  test('before the first update trainer and sampler agree on every log-prob', async () => {
    const settings = { temperature: 0.7, bannedIds: [5] }
    const [first] = await train(new BigramModel(VOCABULARY), { steps: 1, ...settings }, settings)
    const fp32 = 1e-6 // one rounding of a log-prob of magnitude 1
    expect(first!.metrics['policy/samplerDeltaMax']).toBeLessThan(fp32)
    expect(first!.metrics['policy/ratioMax']).toBeCloseTo(1, 5)
  })

  test('mini-batches are updates, counted before equal groups are dropped', async () => {
    const model = new BigramModel(VOCABULARY)
    const [first] = await train(model, { steps: 1, miniBatch: 16 })
    expect(first!.metrics['policy/updates']).toBe(4)
    expect(model.version).toBe(4)
  })

  test('micro-batches change nothing but the memory', async () => {
    const [whole, split] = [new BigramModel(VOCABULARY), new BigramModel(VOCABULARY)]
    await train(whole, { steps: 3 })
    await train(split, { steps: 3, microBatchTokens: 17 })
    for (const [index, weight] of whole.weights.entries())
      expect(split.weights[index]).toBeCloseTo(weight, 10) // the float64 sums differ in order only
  })

  test('a step without a difference in rewards leaves the weights alone', async () => {
    const model = new BigramModel(VOCABULARY)
    const before = model.weights.slice()
    const [first] = await train(model, { steps: 1, reward: () => 1 })
    expect(model.weights).toEqual(before)
    expect(first!.metrics).toMatchObject({ 'policy/updates': 0, 'reward/equalGroups': 1 })
  })

  test('a strong KL to the reference holds the policy back', async () => {
    const [free, held] = [new BigramModel(VOCABULARY), new BigramModel(VOCABULARY)]
    await train(free, { steps: 10 })
    await train(held, {
      steps: 10,
      algorithm: grpo({ kl: 5, entropy: 0 }),
      reference: held.clone(),
    })
    const drift = (model: BigramModel) => model.weights.reduce((sum, each) => sum + each ** 2, 0)
    expect(drift(held)).toBeLessThan(drift(free) / 4)
  })

  test('each term of a reward is logged by its name', async () => {
    const [first] = await train(new BigramModel(VOCABULARY), {
      steps: 1,
      reward: (each) => ({ reward: bigramReward(each), always: 0.25 }),
    })
    expect(first!.metrics['reward/always']).toBe(0.25)
  })

  test('goes on from a step as if it had never stopped', async () => {
    const [whole, parts] = [new BigramModel(VOCABULARY), new BigramModel(VOCABULARY)]
    await train(whole, { steps: 6 })
    await train(parts, { steps: 3 })
    await train(parts, { steps: 6, startStep: 3 })
    expect(parts.weights).toEqual(whole.weights)
  })
})

describe('Trainer, when things go wrong', () => {
  test('skips a mini-batch with a NaN and trains on the others', async () => {
    const model = new FlakyModel(VOCABULARY, (call) => call === 2)
    const [first] = await train(model, { steps: 1, miniBatch: 16 })
    expect(first!.metrics).toMatchObject({ 'policy/updates': 3, 'policy/skippedUpdates': 1 })
    expect(model.weights.every(Number.isFinite)).toBe(true)
  })

  test('gives up after three in a row, naming the step and the checkpoint', async () => {
    const model = new FlakyModel(VOCABULARY, (call) => call > 4)
    const running = train(model, {
      steps: 5,
      miniBatch: 16,
      lastCheckpoint: () => 'checkpoints/grpo/step-000001',
    })
    await expect(running).rejects.toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Training diverged at step 2: the policy's loss or gradient was not finite in 3 updates in a row.
      Resume from checkpoints/grpo/step-000001 with a lower learning rate.]
    `)
    await expect(running).rejects.toMatchObject({ code: 'ERR_QUERL_DIVERGED' })
    expect(model.weights.every(Number.isFinite)).toBe(true)
  })

  test('leaves out what an error cut short, and ends when there is nothing else', async () => {
    const [model, twin] = [new BigramModel(VOCABULARY), new BigramModel(VOCABULARY)]
    const failed = (each: Trajectory): Trajectory => ({
      ...each,
      finish: 'error',
      error: { code: 'ERR_QUERL_DIVERGED', message: 'The logits are NaN.' },
    })
    const onlyFirstTwo = (all: Trajectory[]) => all.filter(({ index }) => index < 2)
    const othersFail = (all: Trajectory[]) =>
      all.map((each) => (each.index < 2 ? each : failed(each)))
    await train(model, { steps: 1 }, { order: othersFail })
    await train(twin, { steps: 1 }, { order: onlyFirstTwo })
    expect(model.weights).toEqual(twin.weights)
    await expect(
      train(
        model,
        { steps: 1, lastCheckpoint: () => 'step-000001' },
        { order: (all) => all.map(failed) },
      ),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: All 64 trajectories of step 1 failed, the first with: The logits are NaN.
      The last checkpoint is step-000001.]
    `)
  })

  test('refuses a reward that is not a number, naming the example', async () => {
    const running = train(new BigramModel(VOCABULARY), { steps: 1, reward: () => Number.NaN })
    await expect(running).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the reward of example q0 to be a finite number, but got NaN (number).]`,
    )
  })

  test('an abort in the middle of an update leaves no half of a gradient', async () => {
    const model = new BigramModel(VOCABULARY)
    const controller = new AbortController()
    const reward: TrainerOptions['reward'] = (each) => {
      controller.abort(new Error('enough'))
      return bigramReward(each)
    }
    await expect(train(model, { steps: 1, reward, signal: controller.signal })).rejects.toThrow(
      'enough',
    )
    const { gradNorm } = await model.step({ lr: 1 })
    expect(gradNorm).toBe(0)
  })

  test('says what an algorithm lacks', () => {
    const lacking = (algorithm: Algorithm) => () =>
      new Trainer(optionsFor(new BigramModel(VOCABULARY), { algorithm }, {}))
    expect(lacking(ppo({ kl: {} }))).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected critic to be a model with a value head for ppo, but got undefined.]`,
    )
    expect(lacking(grpo())).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected reference to be a frozen model, for the KL of grpo, but got undefined.]`,
    )
  })
})

/** A model whose loss is NaN in some of its backward passes, counted from 1. */
class FlakyModel extends BigramModel {
  #calls = 0

  constructor(
    vocabulary: number,
    readonly fails: (call: number) => boolean,
  ) {
    super(vocabulary)
  }

  override async backward(batch: TokenBatch, loss: Loss) {
    const sums = await super.backward(batch, loss)
    return this.fails(++this.#calls) ? { ...sums, loss: Number.NaN } : sums
  }
}

function optionsFor(
  model: BigramModel,
  changes: Partial<TrainerOptions>,
  rollout: Partial<BigramRolloutOptions>,
): TrainerOptions {
  return {
    model,
    rollout: (step) => bigramRollout(model, step, { seed: 1, ...rollout }),
    reward: bigramReward,
    algorithm: plain,
    optimizer: { lr: 0.2 },
    steps: 10,
    ...changes,
  }
}

async function train(
  model: BigramModel,
  changes: Partial<TrainerOptions>,
  rollout: Partial<BigramRolloutOptions> = {},
): Promise<TrainerStep[]> {
  const steps: TrainerStep[] = []
  for await (const step of new Trainer(optionsFor(model, changes, rollout))) steps.push(step)
  return steps
}
