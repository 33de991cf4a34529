// Small checkpoints that transformers wrote, and what it computes with them (make_decoders.py).

import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LanguageModel, packTokens, Sampler } from '@querl/lm'
import { describe, expect, test } from 'vitest'

const here = fileURLToPath(new URL('fixtures', import.meta.url))
const checkpoints = [
  'qwen2-tied-f32',
  'qwen2-untied-bf16-shards',
  'qwen2-tied-f16',
  'qwen2-upper-window-f32',
  'qwen3-tied-f32',
  'qwen3-untied-bf16',
  'llama-scaled-tied-f32',
  'llama-linear-untied-f16-shards',
  'mistral-window-untied-f32',
  'mistral-window-bf16',
]
const withPolicy = checkpoints.filter((name) => name.endsWith('-f32'))
const engines = ['fused', 'libtorch'] as const

// fp32 in another order of summation, logits of magnitude 10.
const fp32 = 1e-4

interface Vectors {
  readonly prompt: number[]
  readonly greedy: number[]
  readonly loss: number
  readonly policy?: {
    readonly second: number[]
    readonly loss: number
    readonly temperature: number
    readonly clipLow: number
    readonly clipHigh: number
    readonly klCoefficient: number
    readonly entropyCoefficient: number
  }
}

/** The tensors of a file in fp32, read without any code of ours. */
function tensorsOf(path: string): Map<string, Float32Array> {
  const file = readFileSync(path)
  const length = Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<
    string,
    { data_offsets: [number, number] }
  >
  const tensors = new Map<string, Float32Array>()
  for (const [name, { data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue
    const [from, to] = data_offsets.map((offset) => 8 + length + offset) as [number, number]
    tensors.set(name, new Float32Array(new Uint8Array(file.subarray(from, to)).buffer))
  }
  return tensors
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)
}

function argmax(row: Float32Array): number {
  return row.reduce((best, value, i) => (value > row[best]! ? i : best), 0)
}

/** What transformers computed with a checkpoint. */
function recorded(name: string) {
  const dir = join(here, name)
  const vectors = JSON.parse(readFileSync(join(dir, 'vectors.json'), 'utf8')) as Vectors
  const peer = tensorsOf(join(dir, 'expected.safetensors'))
  return { dir, vectors, peer, prompt: Int32Array.from(vectors.prompt) }
}

/** Every parameter has its gradient, to 1e-4 of the largest number in it. */
function checkGradients(model: LanguageModel, peer: Map<string, Float32Array>, loss: string) {
  for (const parameter of model.parameterNames) {
    const expected = peer.get(`${loss}.${parameter}`)!
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    const difference = largestDifference(model.gradients(parameter), expected)
    expect(difference, parameter).toBeLessThan(fp32 * Math.max(largest, 0.01))
  }
}

describe.each(checkpoints)('%s', (name) => {
  const { dir, vectors, peer, prompt } = recorded(name)

  describe.each(engines)('%s', (engine) => {
    test('gives the logits of transformers', async () => {
      using model = await LanguageModel.load(dir, { engine })
      expect(largestDifference(await model.logits(prompt), peer.get('logits')!)).toBeLessThan(fp32)
    })

    test('gives its loss and every gradient', async () => {
      using model = await LanguageModel.load(dir, { engine })
      const weights = new Float32Array(prompt.length).fill(1 / (prompt.length - 1))
      weights[0] = 0
      const sums = await model.backward(packTokens([prompt]), { kind: 'crossEntropy', weights })
      expect(Math.abs(sums.loss - vectors.loss)).toBeLessThan(fp32)
      checkGradients(model, peer, 'cross_entropy')
    })

    test('picks its 64 greedy tokens', async () => {
      using model = await LanguageModel.load(dir, { engine })
      const vocab = model.config.vocabSize
      const tokens = [...prompt]
      for (const expected of vectors.greedy) {
        const logits = await model.logits(Int32Array.from(tokens))
        tokens.push(argmax(logits.subarray(logits.length - vocab)))
        expect(tokens.at(-1)).toBe(expected)
      }
    })
  })

  test('is the same after it was saved, whole or in shards, and loaded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'querl-golden-'))
    try {
      using model = await LanguageModel.load(dir)
      for (const options of [{}, { maxShardBytes: 9000 }]) {
        await model.save(folder, options)
        using again = await LanguageModel.load(folder)
        expect(again.config).toEqual(model.config)
        for (const parameter of model.parameterNames)
          expect(again.parameter(parameter)).toEqual(model.parameter(parameter))
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('samples the 64 greedy tokens of transformers, in one turn, in several, and from a fork', async () => {
    using model = await LanguageModel.load(dir)
    using sampler = new Sampler(model, { maxTokens: 4096 })
    const greedy = { temperature: 0, seed: 0 }
    using session = sampler.open(prompt)
    using fork = session.fork()
    const whole = await session.generate({ ...greedy, maxTokens: 64 })
    expect([...whole.ids]).toEqual(vectors.greedy)
    const parts: number[] = []
    for (const maxTokens of [1, 30, 33])
      parts.push(...(await fork.generate({ ...greedy, maxTokens })).ids)
    expect(parts).toEqual(vectors.greedy)
  })
})

describe.each(withPolicy)('the policy loss of %s', (name) => {
  const { dir, vectors, peer, prompt } = recorded(name)
  const { second, loss, temperature, ...options } = vectors.policy!

  test.each(engines)('has the gradients of autograd over two sequences (%s)', async (engine) => {
    using model = await LanguageModel.load(dir, { engine })
    const perToken = (key: string) => peer.get(`batch.${key}`)!
    const sums = await model.backward(
      packTokens([prompt, Int32Array.from(second)]),
      {
        kind: 'policy',
        weights: perToken('weights'),
        oldLogprobs: perToken('old_logprobs'),
        advantages: perToken('advantages'),
        referenceLogprobs: perToken('reference_logprobs'),
        ...options,
      },
      { temperature },
    )
    expect(sums.clipped).toBeGreaterThan(0)
    expect(Math.abs(sums.loss - loss)).toBeLessThan(fp32)
    checkGradients(model, peer, 'policy')
  })
})
