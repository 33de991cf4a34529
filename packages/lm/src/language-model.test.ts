import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LanguageModel, packTokens, type TokenBatch } from './index.js'
import { idsOf, smallConfig, smallModel } from './test-model.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-model-'))
})
afterAll(() => rm(folder, { recursive: true }))

function weightsFor(batch: TokenBatch, value = 1): Float32Array {
  const weights = new Float32Array(batch.tokens.length).fill(value)
  for (const start of batch.offsets) if (Number(start) < weights.length) weights[Number(start)] = 0
  return weights
}

const batch = packTokens([idsOf('hello, world'), idsOf('a longer sequence of bytes')])
const crossEntropy = { kind: 'crossEntropy', weights: weightsFor(batch, 1 / 36) } as const
const train = async (model: LanguageModel, steps: number) => {
  const losses: number[] = []
  for (let i = 0; i < steps; i++) {
    losses.push((await model.backward(batch, crossEntropy)).loss)
    await model.step({ lr: 1e-2 })
  }
  return losses
}
const snapshot = (model: LanguageModel) => model.parameterNames.map((name) => model.parameter(name))
const code = (value: string) => expect.objectContaining({ code: value })

describe.each(['fused', 'libtorch'] as const)('a model on the %s engine', (engine) => {
  test('learns a batch by heart, and each step is a version', async () => {
    using model = await smallModel({ engine })
    const losses = await train(model, 60)
    expect(losses[0]).toBeGreaterThan(4) // near log 260
    expect(losses.at(-1)).toBeLessThan(0.2)
    expect(model.version).toBe(60)
  })

  test('accumulates gradients over calls until a step', async () => {
    using model = await smallModel({ engine })
    const name = 'model.layers.0.mlp.down_proj.weight'
    await model.backward(batch, crossEntropy)
    const once = model.gradients(name)
    await model.backward(batch, crossEntropy)
    for (const [i, gradient] of model.gradients(name).entries())
      expect(Math.abs(gradient - 2 * once[i]!)).toBeLessThan(1e-5) // rounding of one sum
    model.zeroGradients()
    expect(model.gradients(name).every((gradient) => gradient === 0)).toBe(true)
  })

  test('skips a step whose gradients are not finite and keeps its weights', async () => {
    using model = await smallModel({ engine })
    await train(model, 1)
    const before = snapshot(model)
    const weights = weightsFor(batch, Number.NaN)
    const sums = await model.backward(batch, { kind: 'crossEntropy', weights })
    expect(sums.loss).toBeNaN()
    expect(await model.step({ lr: 1 })).toEqual({ gradNorm: Number.NaN, skipped: true })
    expect(snapshot(model)).toEqual(before)
    expect(model.version).toBe(1)
    expect(await model.step({ lr: 0 })).toEqual({ gradNorm: 0, skipped: false }) // they were zeroed
  })

  test('starts a value head at zero and trains it', async () => {
    using model = await smallModel({ engine })
    using critic = await model.clone({ valueHead: true })
    expect((await critic.values(batch)).every((value) => value === 0)).toBe(true)
    const returns = new Float32Array(batch.tokens.length).fill(1)
    const oldValues = new Float32Array(batch.tokens.length)
    for (let i = 0; i < 40; i++) {
      const weights = crossEntropy.weights
      await critic.backward(batch, { kind: 'value', weights, returns, oldValues, clip: 10 })
      await critic.step({ lr: 1e-2 })
    }
    expect((await critic.values(batch))[5]).toBeCloseTo(1, 1)
    await critic.save(join(folder, 'critic'))
    using again = await LanguageModel.load(join(folder, 'critic'))
    expect(again.valueHead).toBe(true)
    expect(again.parameter('value_head.weight')).toEqual(critic.parameter('value_head.weight'))
  })

  test('goes on with the same bits after its optimiser was saved and loaded', async () => {
    using model = await smallModel({ engine })
    await train(model, 3)
    await model.save(join(folder, 'resumed'))
    await model.saveOptimizer(join(folder, 'resumed', 'optimizer.safetensors'))
    using again = await LanguageModel.load(join(folder, 'resumed'), { engine })
    await again.loadOptimizer(join(folder, 'resumed', 'optimizer.safetensors'))
    expect(again.version).toBe(3)
    expect(await train(again, 3)).toEqual(await train(model, 3))
    expect(snapshot(again)).toEqual(snapshot(model))
  })

  test('rejects with the reason of a signal, before and during a call', async () => {
    using model = await smallModel({ engine, config: { maxPositions: 2048 } })
    const signal = AbortSignal.abort(new Error('before'))
    await expect(model.backward(batch, crossEntropy, { signal })).rejects.toThrow('before')
    // All of it takes longer than a test may: it ends because it is stopped.
    const long = packTokens(Array.from({ length: 2000 }, () => new Int32Array(2048).fill(7)))
    const controller = new AbortController()
    const pending = model.logprobs(long, { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('during')), 20)
    await expect(pending).rejects.toThrow('during')
    expect((await model.logprobs(batch)).logprobs).toHaveLength(batch.tokens.length)
  })

  test('rejects what is pending when it is disposed, and all calls after it', async () => {
    const model = await smallModel({ engine, config: { maxPositions: 2048 } })
    const long = packTokens(Array.from({ length: 40 }, () => new Int32Array(2048).fill(7)))
    const pending = [model.logprobs(long), model.logits(idsOf('a')), model.step({ lr: 0 })]
    model.dispose()
    const results = await Promise.allSettled(pending)
    for (const { status } of results.slice(1)) expect(status).toBe('rejected')
    for (const result of results.slice(1))
      expect(result).toMatchObject({ reason: { code: 'ERR_QUERL_CLOSED' } })
    await expect(model.logprobs(batch)).rejects.toEqual(code('ERR_QUERL_CLOSED'))
    expect(() => model.version).toThrow('disposed')
    model.dispose()
  })
})

test('a clone goes its own way', async () => {
  using model = await smallModel()
  await train(model, 1)
  using copy = await model.clone()
  expect(snapshot(copy)).toEqual(snapshot(model))
  expect(copy.version).toBe(1)
  await train(copy, 1)
  expect(snapshot(copy)).not.toEqual(snapshot(model))
})

test('the log-probs are those of the logits, whatever is banned and at any temperature', async () => {
  using model = await smallModel()
  const ids = idsOf('some text')
  const bannedIds = [0, 5]
  const { logprobs, entropies } = await model.logprobs(packTokens([ids]), {
    temperature: 0.5,
    bannedIds,
  })
  const logits = await model.logits(ids)
  for (let t = 1; t < ids.length; t++) {
    const row = [...logits.subarray((t - 1) * 260, t * 260)].map((logit, id) =>
      bannedIds.includes(id) ? Number.NEGATIVE_INFINITY : logit / 0.5,
    )
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0)
    const scores = row.map((logit) => logit - Math.log(total))
    const entropy = scores.reduce((sum, s) => (s > -1e9 ? sum - Math.exp(s) * s : sum), 0)
    expect(logprobs[t]).toBeCloseTo(scores[ids[t]!]!, 4)
    expect(entropies[t]).toBeCloseTo(entropy, 4)
  }
  expect(logprobs[0]).toBe(0)
})

describe('wrong use', () => {
  test('of batches is told before anything runs', async () => {
    using model = await smallModel()
    const rejection = (tokens: Int32Array, offsets: number[]) =>
      model.logprobs({ tokens, offsets }).catch((error: Error) => error.message)
    expect(await rejection(idsOf('abc'), [0, 2])).toMatchInlineSnapshot(
      `"Expected batch.offsets to be numbers from 0 to 3, the number of tokens, but got [ 0, 2 ] (object)."`,
    )
    expect(await rejection(idsOf('abc'), [0, 2, 1, 3])).toMatchInlineSnapshot(
      `"Expected batch.offsets to be rising integers, but got [ 0, 2, 1, 3 ] (object)."`,
    )
    expect(await rejection(Int32Array.of(1, 260), [0, 2])).toMatchInlineSnapshot(
      `"Expected batch.tokens[1] to be in [0, 260), but got 260 (number)."`,
    )
    expect(await rejection(new Int32Array(129), [0, 129])).toMatchInlineSnapshot(`
      "Sequence 0 has 129 tokens, and the model's window is 128.
      Cut it, or drop it."
    `)
    const weights = new Float32Array(38).fill(1)
    await expect(
      model.backward(batch, { kind: 'crossEntropy', weights }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected loss.weights[0] to be 0, since the first token of a sequence is not predicted, but got 1 (number).]`,
    )
    await expect(
      model.backward(batch, { kind: 'crossEntropy', weights: new Float32Array(3) }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected loss.weights.length to be 38, the number of tokens, but got 3 (number).]`,
    )
    await expect(model.values(batch)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The model has no value head: make it with clone({ valueHead: true }).]`,
    )
    await expect(
      model.logprobs(batch, { temperature: 0 }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected temperature to be a positive number, but got 0 (number).]`,
    )
    await expect(
      model.logprobs(batch, { bannedIds: [300] }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected every one of bannedIds to be in [0, 260), but got 300 (number).]`,
    )
    await expect(model.step({ lr: -1 })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected lr to be a number of at least 0, but got -1 (number).]`,
    )
  })

  test('of parameters names the nearest one', async () => {
    using model = await smallModel()
    expect(() => model.parameter('model.norm.wieght')).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: There is no parameter "model.norm.wieght".
      Did you mean "model.norm.weight"?]
    `)
    expect(() =>
      model.setParameter('model.norm.weight', new Float32Array(3)),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the weights of model.norm.weight to be a Float32Array of 32 numbers, shape [32], but got Float32Array(3) [ 0, 0, 0 ] (object).]`,
    )
  })

  test('of a model that is at work is refused', async () => {
    using model = await smallModel()
    const pending = model.logprobs(batch)
    expect(() => model.zeroGradients()).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: The model is at work: await its pending calls before this one.]`,
    )
    await pending
    model.zeroGradients()
  })

  test('of a config is told', async () => {
    const create = (changes: object) =>
      LanguageModel.create(
        { ...smallConfig, ...changes },
        { initialise: () => new Float32Array(0) },
      ).catch((error: Error) => error.message)
    expect(await create({ kvHeads: 3 })).toMatchInlineSnapshot(
      `"Expected config.kvHeads to divide config.heads (4), but got 3."`,
    )
    expect(await create({ headDim: 7 })).toMatchInlineSnapshot(
      `"Expected config.headDim to be even, but got 7."`,
    )
    expect(await create({ layers: 0 })).toMatchInlineSnapshot(
      `"Expected config.layers to be a positive integer, but got 0 (number)."`,
    )
    expect(await create({})).toMatchInlineSnapshot(
      `"Expected the weights of model.embed_tokens.weight to be a Float32Array of 8320 numbers, shape [260, 32], but got Float32Array(0) [] (object)."`,
    )
  })
})
