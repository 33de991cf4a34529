// Run as a process by plan-memory.test.ts: prints the most that a recipe took, in bytes. In a process
// of its own, since what earlier work leaves behind, V8's spare pages or a thread's arena, goes when it
// likes, and would be taken off.

import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { LanguageModel, type MemoryRecipe, packTokens, Sampler } from '@querl/lm'
import { beginPeak } from '../../benchmarks/memory.js'

/** The most that the process had above what it had before. */
async function seen(work: () => Promise<void>): Promise<number> {
  let before = settled()
  // Models are freed on threads of their own; a few pages go every time.
  for (let same = 0, looks = 0; same < 5 && looks < 100; looks++) {
    await setTimeout(100)
    const now = settled()
    same = before - now > 2 ** 20 ? 0 : same + 1
    before = now
  }
  let most = before
  const look = () => {
    most = Math.max(most, anonymousBytes())
  }
  const timer = setInterval(look, 5)
  await work()
  clearInterval(timer)
  return most - before
}

function settled(): number {
  beginPeak()
  return anonymousBytes()
}

/**
 * What is resident without the pages of files: the system takes LibTorch's code out of memory, and
 * brings it back, as it likes. There is no high-water mark of it alone; models compute on threads of
 * their own, so that a timer sees it.
 */
function anonymousBytes(): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)![1]) * 1024
}

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

// LibTorch, its threads and the kernels' code come in with the first use, and stay.
async function warmUp(): Promise<void> {
  const small = {
    ...recipe.config,
    hiddenSize: 64,
    intermediateSize: 64,
    layers: 1,
    vocabSize: 512,
  }
  await use({ config: small, kvTokens: 1024, threads: 2 })
  for (const dtype of ['float32', 'bfloat16'] as const)
    await use({ config: small, dtype, engine: 'libtorch', kvTokens: 1024, threads: 2 })
}

const recipe = JSON.parse(process.argv[2]!) as MemoryRecipe
await warmUp()
process.stdout.write(String(await seen(() => use(recipe))))
