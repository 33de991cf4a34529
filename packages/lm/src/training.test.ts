import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from '@querl/torch'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LanguageModel, type ModelOptions, packTokens } from './index.js'
import { idsOf, smallModel } from './test-model.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-training-'))
})
afterAll(() => rm(folder, { recursive: true }))

const batch = packTokens([idsOf('hello, world'), idsOf('a longer sequence of bytes')])
const weights = new Float32Array(batch.tokens.length).fill(1 / 36)
weights[0] = weights[12] = 0
const crossEntropy = { kind: 'crossEntropy', weights } as const

async function train(model: LanguageModel, steps: number): Promise<number[]> {
  const losses: number[] = []
  for (let i = 0; i < steps; i++) {
    losses.push((await model.backward(batch, crossEntropy)).loss)
    await model.step({ lr: 1e-2 })
  }
  return losses
}
const snapshot = (model: LanguageModel) => model.trainedNames.map((name) => model.parameter(name))

const lora = { rank: 4, alpha: 16 } as const
const ways: Record<string, ModelOptions> = {
  'in bfloat16': { dtype: 'bfloat16' },
  'in float16': { dtype: 'float16' },
  'with moments of 8 bits': { training: { optimizerBits: 8 } },
  'in bfloat16 with moments of 8 bits': { dtype: 'bfloat16', training: { optimizerBits: 8 } },
  'with an adapter': { lora },
  'with an adapter on bfloat16, moments of 8 bits': {
    lora,
    dtype: 'bfloat16',
    training: { optimizerBits: 8 },
  },
  'with checkpointing and shared prompts': {
    engine: 'libtorch',
    training: { checkpointing: true, sharePrompts: true, microBatchTokens: 16 },
  },
}

describe.each(Object.entries(ways))('a model %s', (_, options) => {
  test('learns a batch by heart', async () => {
    using model = await smallModel(options)
    const losses = await train(model, 60)
    expect(losses[0]).toBeGreaterThan(4) // near log 260
    // An adapter of rank 4 has the frozen embedding to work with.
    expect(losses.at(-1)).toBeLessThan(options.lora ? 2 : 0.2)
  })

  test('goes on with the same bits after it was saved and loaded', async () => {
    using model = await smallModel(options)
    await train(model, 3)
    const dir = join(folder, 'resumed')
    await model.saveOptimizer(join(folder, 'optimizer.safetensors'))
    if (model.lora) {
      using base = await smallModel({ ...options, lora: false })
      await base.save(dir)
      await model.saveAdapter(join(folder, 'adapter'), { base: dir })
    } else {
      await model.save(dir)
    }
    using again = await LanguageModel.load(
      model.lora ? join(folder, 'adapter') : dir,
      model.lora ? { ...options, lora: undefined } : options,
    )
    await again.loadOptimizer(join(folder, 'optimizer.safetensors'))
    expect(again.version).toBe(3)
    expect(await train(again, 3)).toEqual(await train(model, 3))
    expect(snapshot(again)).toEqual(snapshot(model))
  })

  test('clones into one that computes the same', async () => {
    using model = await smallModel(options)
    await train(model, 2)
    using copy = await model.clone()
    expect(await copy.logprobs(batch)).toEqual(await model.logprobs(batch))
    expect(await train(copy, 1)).toHaveLength(1)
    expect(snapshot(copy)).not.toEqual(snapshot(model))
  })
})

test('weights of 16 bits are their masters rounded, and small steps add up in those', async () => {
  for (const [dtype, round] of [
    ['bfloat16', (x: Float32Array) => fromBfloat16(toBfloat16(x))],
    ['float16', (x: Float32Array) => fromFloat16(toFloat16(x))],
  ] as const) {
    const name = 'model.norm.weight'
    using model = await smallModel({ dtype })
    using exact = await smallModel({ engine: 'libtorch' })
    expect(model.parameter(name)).toEqual(round(exact.parameter(name)))
    const before = model.parameter(name)
    // Each step is 1e-5 at most, far below the 16-bit spacing near 1; a hundred of them are not.
    for (let i = 0; i < 400; i++) {
      await model.backward(batch, crossEntropy)
      await model.step({ lr: 1e-5 })
    }
    const moved = model.parameter(name).filter((weight, i) => weight !== before[i])
    expect(moved.length).toBeGreaterThan(dtype === 'float16' ? 16 : 4)
  }
})

test('a weight that is set from outside is what training goes on from', async () => {
  using model = await smallModel({ dtype: 'bfloat16' })
  const name = 'model.norm.weight'
  await train(model, 2)
  model.setParameter(name, new Float32Array(32).fill(3))
  await model.step({ lr: 0 })
  expect(model.parameter(name)).toEqual(new Float32Array(32).fill(3))
})

test('memory is told by part, as the options make it', async () => {
  const measured = async (options: ModelOptions) => {
    using model = await smallModel(options)
    const before = model.memory()
    expect(before.gradients + before.moments + before.masters).toBe(0) // made when needed
    await train(model, 1)
    const counts = model.trainedNames.map((name) => model.parameter(name).length)
    return { numbers: counts.reduce((sum, count) => sum + count, 0), counts, ...model.memory() }
  }
  const plain = await measured({ engine: 'libtorch' })
  expect(plain).toMatchObject({
    weights: 4 * plain.numbers,
    packedWeights: 0,
    adapter: 0,
    masters: 0,
    gradients: 4 * plain.numbers,
    moments: 8 * plain.numbers,
  })
  expect(plain.engine).toBeGreaterThan(0)
  const half = await measured({ dtype: 'bfloat16' })
  expect(half).toMatchObject({ weights: 2 * plain.numbers, masters: 4 * plain.numbers })
  const quantised = await measured({ training: { optimizerBits: 8 } })
  expect(quantised.packedWeights).toBeGreaterThan(3 * plain.numbers) // the fused engine's
  // A byte for each moment and a scale for each block of 256, in tensors of 4096 numbers and more.
  const moments = plain.counts.map((count) =>
    count < 4096 ? 8 * count : 2 * (count + 4 * Math.ceil(count / 256)),
  )
  expect(quantised.moments).toBe(moments.reduce((sum, count) => sum + count, 0))
  const adapted = await measured({ lora })
  expect(adapted).toMatchObject({
    weights: 4 * plain.numbers,
    adapter: 4 * adapted.numbers,
    gradients: 4 * adapted.numbers,
    moments: 8 * adapted.numbers,
  })
  // Inputs and outputs of q, k, v, o, gate, up and down, of two layers.
  const widths = 32 + 32 + 2 * (32 + 16) + 32 + 32 + 2 * (32 + 48) + 48 + 32
  expect(adapted.numbers).toBe(2 * lora.rank * widths)
})

test('the engine is chosen by what it can train', async () => {
  const engine = async (options: ModelOptions) => {
    using model = await smallModel(options)
    return model.engine
  }
  expect(await engine({})).toBe('fused')
  expect(await engine({ dtype: 'bfloat16' })).toBe('libtorch')
  expect(await engine({ lora })).toBe('libtorch')
  expect(await engine({ engine: 'libtorch' })).toBe('libtorch')
  await expect(
    engine({ engine: 'fused', dtype: 'float16' }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: The engine fused trains models in float32 on the CPU without an adapter: take libtorch, or auto.]`,
  )
})

test('wrong options are told', async () => {
  const failure = (options: object) =>
    smallModel(options).then(
      () => 'made',
      (error: Error) => error.message,
    )
  expect(await failure({ dtype: 'int8' })).toMatchInlineSnapshot(
    `"Expected dtype to be "float32", "bfloat16" or "float16", but got "int8" (string)."`,
  )
  expect(await failure({ device: 'gpu' })).toMatchInlineSnapshot(
    `"Expected device to be "cpu" or "cuda:N", but got "gpu" (string)."`,
  )
  expect(await failure({ engine: 'fast' })).toMatchInlineSnapshot(
    `"Expected engine to be "auto", "fused" or "libtorch", but got "fast" (string)."`,
  )
  expect(await failure({ training: { optimizerBits: 16 } })).toMatchInlineSnapshot(
    `"Expected training.optimizerBits to be 8 or 32, but got 16 (number)."`,
  )
  expect(await failure({ training: { microBatchTokens: 0 } })).toMatchInlineSnapshot(
    `"Expected training.microBatchTokens to be a positive integer, but got 0 (number)."`,
  )
  expect(await failure({ lora: { rank: 0 } })).toMatchInlineSnapshot(
    `"Expected lora.rank to be a positive integer, but got 0 (number)."`,
  )
  expect(await failure({ lora: { rank: 2, alpha: -1 } })).toMatchInlineSnapshot(
    `"Expected lora.alpha to be a positive number, but got -1 (number)."`,
  )
  expect(await failure({ lora: { rank: 2, targets: ['lm_head'] } })).toMatchInlineSnapshot(
    `"Expected lora.targets to be "all-linear" or a list of q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, but got [ 'lm_head' ] (object)."`,
  )
})

test('the state of another optimiser is refused', async () => {
  const path = join(folder, 'other.safetensors')
  using model = await smallModel()
  await train(model, 1)
  await model.saveOptimizer(path)
  const failure = async (options: ModelOptions) => {
    using other = await smallModel(options)
    return await other
      .loadOptimizer(path)
      .catch((error: Error) => error.message.replace(folder, '…'))
  }
  expect(await failure({ training: { optimizerBits: 8 } })).toMatchInlineSnapshot(`
    "…/other.safetensors has first_moment.model.embed_tokens.weight as F32 of shape [260, 32], and the model's is U8 of shape [260, 32].
    Load the model with the dtype, lora and training.optimizerBits that it was trained with."
  `)
  expect(await failure({ dtype: 'bfloat16' })).toMatchInlineSnapshot(`
    "…/other.safetensors lacks master.model.embed_tokens.weight.
    Load the model with the dtype, lora and training.optimizerBits that it was trained with."
  `)
  expect(await failure({ lora })).toMatchInlineSnapshot(`
    "…/other.safetensors lacks first_moment.base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight.
    Load the model with the dtype, lora and training.optimizerBits that it was trained with."
  `)
})
