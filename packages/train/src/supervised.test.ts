import { describe, expect, test } from 'vitest'
import { BigramModel } from './bigram-model.js'
import { type SupervisedOptions, type SupervisedRow, supervised } from './supervised.js'

const row = (ids: number[], weights: number[]): SupervisedRow => ({
  ids: Int32Array.from(ids),
  weights: Float32Array.from(weights),
})
const rows = [row([0, 1, 2], [9, 1, 0.5]), row([0, 2], [0, 1]), row([1, 0, 0, 1], [0, 1, 1, 1])]

describe('supervised', () => {
  test('the first loss of a uniform model is log V, whatever the weights', async () => {
    const [first] = await run(new BigramModel(3))
    expect(first!.metrics['supervised/loss']).toBeCloseTo(Math.log(3), 6)
    expect(first!.metrics['supervised/tokens']).toBe(6)
  })

  test('micro-batches change nothing but the memory', async () => {
    const [whole, split] = [new BigramModel(3), new BigramModel(3)]
    await run(whole)
    await run(split, { microBatchTokens: 3 })
    for (const [index, weight] of whole.weights.entries())
      expect(split.weights[index]).toBeCloseTo(weight, 10) // the float64 sums differ in order only
  })

  test('learns what carries weight and nothing else', async () => {
    const model = new BigramModel(3)
    const batch = [row([0, 1, 2], [0, 1, 0])]
    await run(model, { batches: () => batch, steps: 200 })
    expect(Math.exp(model.distribution(0)[1]!)).toBeGreaterThan(0.9)
    expect([...model.weights.subarray(3, 6)]).toEqual([0, 0, 0])
  })

  test('goes on from a step as if it had never stopped', async () => {
    const [whole, parts] = [new BigramModel(3), new BigramModel(3)]
    const batches = (step: number) => [rows[step % 3]!]
    await run(whole, { batches, steps: 6 })
    await run(parts, { batches, steps: 3 })
    await run(parts, { batches, steps: 6, startStep: 3 })
    expect(parts.weights).toEqual(whole.weights)
  })

  test('an update with a NaN is left out; too many in a row end the run by name', async () => {
    const model = new BigramModel(3)
    model.weights[0] = Number.NaN
    const before = model.weights.slice()
    const steps: number[] = []
    const running = async () => {
      for await (const { metrics } of supervised(options(model, { steps: 9 })))
        steps.push(metrics['supervised/skippedUpdates']!)
    }
    await expect(running()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: Training diverged at step 3: the model's loss or gradient was not finite in 3 updates in a row.
      Start again with a lower learning rate; no checkpoint was saved.]
    `)
    expect(steps).toEqual([1, 1])
    expect(model.weights).toEqual(before)
  })

  test('refuses a batch that asks for nothing', async () => {
    const nothing = { batches: () => [row([0, 1], [1, 0])] }
    await expect(run(new BigramModel(3), nothing)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the weights of a batch to be above 0 in sum, but got 0 (number).]`,
    )
  })

  test('stops with the reason of its signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(run(new BigramModel(3), { signal })).rejects.toThrow('enough')
  })
})

function options(model: BigramModel, changes: Partial<SupervisedOptions>): SupervisedOptions {
  return { model, batches: () => rows, steps: 4, optimizer: { lr: 0.05 }, ...changes }
}

async function run(model: BigramModel, changes: Partial<SupervisedOptions> = {}) {
  const steps = []
  for await (const step of supervised(options(model, changes))) steps.push(step)
  return steps
}
