// What planMemory() predicts against what a process was seen to take, as the system counts it.

import { setTimeout } from 'node:timers/promises'
import {
  LanguageModel,
  type MemoryRecipe,
  type ModelConfig,
  packTokens,
  planMemory,
  Sampler,
} from '@querl/lm'
import { beforeAll, expect, test } from 'vitest'
import { beginPeak, peakBytes } from '../../benchmarks/memory.js'

/** The most that the process had above what it had before. */
async function seen(work: () => Promise<void>): Promise<number> {
  let before = beginPeak()!
  // Models are freed on threads of their own; a few pages go every time.
  for (let same = 0, looks = 0; same < 5 && looks < 100; looks++) {
    await setTimeout(100)
    const now = beginPeak()!
    same = before - now > 2 ** 20 ? 0 : same + 1
    before = now
  }
  await work()
  return peakBytes() - before
}

const config = (shape: Partial<ModelConfig>): ModelConfig => ({
  vocabSize: 8192,
  hiddenSize: 256,
  intermediateSize: 768,
  layers: 6,
  heads: 4,
  kvHeads: 2,
  headDim: 64,
  maxPositions: 512,
  rmsNormEpsilon: 1e-6,
  ropeTheta: 10_000,
  qkvBias: true,
  tiedEmbeddings: true,
  ...shape,
})

/** Makes the model, samples until its sessions hold `kvTokens`, and takes a step of training. */
async function use({ config, kvTokens = 0, ...options }: MemoryRecipe): Promise<void> {
  // The fused engine has the more buffers of gradients the more blocks a batch has, up to 8.
  const tokens = options.training?.microBatchTokens ?? 8192
  using model = await LanguageModel.create(config, {
    ...options,
    // Any numbers do, and the same array for all: what JavaScript takes is not the model's.
    initialise: (_, shape) =>
      numbers.subarray(
        0,
        shape.reduce((size, axis) => size * axis, 1),
      ),
  })
  // As in a run: the sampler keeps its pages while the model trains.
  using sampler = new Sampler(model, { maxTokens: Math.max(kvTokens, 64) })
  // Held to the end: one that is collected, sooner or later, gives its pages to the others.
  const sessions = Array.from({ length: kvTokens / 512 }, () =>
    sampler.open(new Int32Array(511).fill(5)),
  )
  await Promise.all(sessions.map((session) => session.generate({ maxTokens: 1, seed: 1 })))
  const length = config.maxPositions
  const rows = Array.from({ length: tokens / length }, () => new Int32Array(length).fill(7))
  const batch = packTokens(rows)
  // Nothing predicts the first token of a row.
  const weights = Float32Array.from({ length: tokens }, (_, t) =>
    t % length === 0 ? 0 : 1 / tokens,
  )
  await model.backward(batch, { kind: 'crossEntropy', weights })
  await model.step({ lr: 1e-4 })
  for (const session of sessions) session.dispose()
}

const numbers = Float32Array.from({ length: 16384 * 768 }, (_, i) => Math.sin(i) / 20)

const recipes: Readonly<Record<string, MemoryRecipe>> = {
  'a small fp32 model, trained by the fused engine': {
    ...{ config: config({}), kvTokens: 16_384, threads: 2 },
  },
  'a bf16 model with 8-bit moments and checkpoints': {
    config: config({ vocabSize: 16_384, hiddenSize: 768, intermediateSize: 2048, heads: 12 }),
    ...{ dtype: 'bfloat16', kvTokens: 32_768, threads: 2 },
    training: { microBatchTokens: 4096, checkpointing: true, optimizerBits: 8 },
  },
  'an adapter on a frozen bf16 model': {
    config: config({ vocabSize: 16_384, hiddenSize: 768, intermediateSize: 2048, layers: 12 }),
    ...{ dtype: 'bfloat16', kvTokens: 16_384, threads: 2, lora: { rank: 16 } },
    training: { microBatchTokens: 4096 },
  },
}

// LibTorch, its threads and the kernels' code come in with the first use, and stay.
beforeAll(async () => {
  const small = config({ hiddenSize: 64, intermediateSize: 64, layers: 1, vocabSize: 512 })
  await use({ config: small, kvTokens: 1024, threads: 2 })
  for (const dtype of ['float32', 'bfloat16'] as const)
    await use({ config: small, dtype, engine: 'libtorch', kvTokens: 1024, threads: 2 })
})

// 10 %: buffers are whole pages and doublings, and LibTorch keeps some of its own.
test.each(Object.keys(recipes))(
  '%s: the plan is close to what was seen',
  {
    timeout: 600_000,
  },
  async (name) => {
    const recipe = recipes[name]!
    const { total, ...parts } = planMemory(recipe)
    expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(total)
    const bytes = await seen(() => use(recipe))
    expect(Math.abs(total / bytes - 1), `${total} planned, ${bytes} seen`).toBeLessThan(0.1)
  },
)
