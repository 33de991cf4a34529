// Small checkpoints that transformers wrote, and what it computes with them (make_decoders.py).

import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LanguageModel, packTokens, Sampler } from '@querl/lm'
import { describe, expect, test } from 'vitest'

const here = fileURLToPath(new URL('fixtures', import.meta.url))
const checkpoints = ['qwen2-tied-f32', 'qwen2-untied-bf16-shards', 'qwen2-tied-f16']
const engines = ['fused', 'libtorch'] as const

// fp32 in another order of summation, logits of magnitude 10.
const fp32 = 1e-4

interface Vectors {
  readonly prompt: number[]
  readonly greedy: number[]
  readonly loss: number
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

describe.each(checkpoints)('%s', (name) => {
  const dir = join(here, name)
  const vectors = JSON.parse(readFileSync(join(dir, 'vectors.json'), 'utf8')) as Vectors
  const peer = tensorsOf(join(dir, 'expected.safetensors'))
  const prompt = Int32Array.from(vectors.prompt)

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
      for (const parameter of model.parameterNames) {
        const expected = peer.get(`cross_entropy.${parameter}`)!
        const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
        const difference = largestDifference(model.gradients(parameter), expected)
        expect(difference, parameter).toBeLessThan(fp32 * Math.max(largest, 0.01))
      }
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

    test('is the same after it was saved and loaded', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'querl-golden-'))
      try {
        using model = await LanguageModel.load(dir, { engine })
        await model.save(folder)
        using again = await LanguageModel.load(folder, { engine })
        expect(again.config).toEqual(model.config)
        for (const parameter of model.parameterNames)
          expect(again.parameter(parameter)).toEqual(model.parameter(parameter))
      } finally {
        await rm(folder, { recursive: true })
      }
    })
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
