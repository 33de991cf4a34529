import { describe, expect, test } from 'vitest'
import { type LanguageModel, packTokens } from './index.js'
import { idsOf, smallModel } from './test-model.js'

const batch = packTokens([idsOf('hello, world'), idsOf('a longer sequence of bytes')])
const weights = new Float32Array(batch.tokens.length).fill(1 / 36)
weights[0] = weights[12] = 0
const crossEntropy = { kind: 'crossEntropy', weights } as const

async function train(model: LanguageModel, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) {
    await model.backward(batch, crossEntropy)
    await model.step({ lr: 1e-2 })
  }
}
const logprobs = async (model: LanguageModel, reference = false) =>
  (await model.logprobs(batch, { reference })).logprobs
const largest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0)

const lora = { rank: 4, alpha: 16 } as const

describe.each(['float32', 'bfloat16'] as const)('an adapter on %s', (dtype) => {
  test('starts as the model was, and leaves its weights as they are', async () => {
    using model = await smallModel({ dtype, lora })
    using plain = await smallModel({ dtype, engine: 'libtorch' })
    expect(await logprobs(model)).toEqual(await logprobs(plain))
    await train(model, 5)
    for (const name of model.parameterNames)
      expect(model.parameter(name)).toEqual(plain.parameter(name))
    expect(await logprobs(model)).not.toEqual(await logprobs(plain))
  })

  test('makes the model its own reference: scored without it, it is as it was', async () => {
    using model = await smallModel({ dtype, lora })
    const before = await logprobs(model)
    await train(model, 5)
    expect(await logprobs(model, true)).toEqual(before)
    expect(await logprobs(model)).not.toEqual(before)
  })

  test('is merged into weights that compute the same', async () => {
    using model = await smallModel({ dtype, lora })
    await train(model, 20)
    const before = await logprobs(model)
    using copy = await model.clone({ lora: false })
    await model.mergeAdapter()
    // Sums in another order in float32; weights that are rounded to 8 bits in bfloat16.
    const tolerance = dtype === 'float32' ? 2e-5 : 0.2
    expect(largest(await logprobs(model), before)).toBeLessThan(tolerance)
    expect(largest(await logprobs(model, true), before)).toBeLessThan(tolerance)
    for (const name of model.parameterNames)
      expect(model.parameter(name)).toEqual(copy.parameter(name))
    await train(model, 1)
    expect(await logprobs(model)).not.toEqual(before)
  })
})

test('is W x + scale B (A x): merged by hand, a matrix is the one that mergeAdapter() makes', async () => {
  using model = await smallModel({ lora: { rank: 3, alpha: 6, targets: ['v_proj', 'down_proj'] } })
  await train(model, 3)
  for (const [module, rows, columns] of [
    ['self_attn.v_proj', 16, 32],
    ['mlp.down_proj', 32, 48],
  ] as const) {
    const name = `model.layers.1.${module}`
    const a = model.parameter(`base_model.model.${name}.lora_A.weight`)
    const b = model.parameter(`base_model.model.${name}.lora_B.weight`)
    const w = model.parameter(`${name}.weight`)
    using merged = await model.clone({ lora: false })
    const have = merged.parameter(`${name}.weight`)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        let sum = 0
        for (let r = 0; r < 3; r++) sum += b[row * 3 + r]! * a[r * columns + column]!
        const at = row * columns + column
        expect(Math.abs(have[at]! - (w[at]! + 2 * sum))).toBeLessThan(1e-6) // three fp32 products
      }
  }
})

test('a rank-stabilised one is scaled by alpha / √rank', async () => {
  using plain = await smallModel({ lora: { rank: 4, alpha: 8 } })
  using stabilised = await smallModel({ lora: { rank: 4, alpha: 4, rankStabilised: true } })
  for (const name of plain.trainedNames) {
    const noise = plain.parameter(name).map((_, i) => Math.sin(i))
    plain.setParameter(name, noise)
    stabilised.setParameter(name, noise)
  }
  expect(await logprobs(stabilised)).toEqual(await logprobs(plain))
})

test('its A is drawn from the seed alone, within 1/√in, and its B is zero', async () => {
  using one = await smallModel({ lora: { rank: 8 } })
  using same = await smallModel({ lora: { rank: 8, seed: 0 } })
  using other = await smallModel({ lora: { rank: 8, seed: 1 } })
  const name = 'base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight'
  expect(one.parameter(name)).toEqual(same.parameter(name))
  expect(one.parameter(name)).not.toEqual(other.parameter(name))
  const a = one.parameter(name)
  expect(Math.max(...a)).toBeLessThanOrEqual(1 / Math.sqrt(32))
  // Of a uniform distribution of that width; 256 numbers are within 20 % of it with p > 0.999.
  const variance = a.reduce((sum, x) => sum + x * x, 0) / a.length
  expect(variance * 3 * 32).toBeGreaterThan(0.8)
  expect(variance * 3 * 32).toBeLessThan(1.2)
  for (const trained of one.trainedNames)
    if (trained.includes('lora_B')) expect(one.parameter(trained).every((x) => x === 0)).toBe(true)
})

test('a critic trains a value head beside its adapter', async () => {
  using policy = await smallModel({ lora })
  await train(policy, 2)
  using critic = await policy.clone({ valueHead: true })
  expect((await critic.values(batch)).every((value) => value === 0)).toBe(true)
  const returns = new Float32Array(batch.tokens.length).fill(1)
  const oldValues = new Float32Array(batch.tokens.length)
  for (let i = 0; i < 60; i++) {
    await critic.backward(batch, { kind: 'value', weights, returns, oldValues, clip: 10 })
    await critic.step({ lr: 1e-2 })
  }
  expect((await critic.values(batch))[5]).toBeCloseTo(1, 1)
  using merged = await critic.clone({ lora: false })
  expect(largest(await merged.values(batch), await critic.values(batch))).toBeLessThan(1e-4)
})

test('wrong use is told', async () => {
  using model = await smallModel()
  await expect(
    model.logprobs(batch, { reference: true }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: A model without an adapter is not its own reference.
    Score with a clone() from before training, or train an adapter ({ lora }).]
  `)
  await expect(model.mergeAdapter()).rejects.toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: The model has no adapter to merge.]`,
  )
  await expect(model.saveAdapter('nowhere')).rejects.toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: The model has no adapter to save.
    Give it { lora } when it is made, or save() all of it.]
  `)
  using adapted = await smallModel({ lora })
  expect(() => adapted.gradients('model.norm.weight')).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: "model.norm.weight" does not train.]`,
  )
})
