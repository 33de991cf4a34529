// Greedy decoding of a small Qwen2: our sampler against eager PyTorch with a KV cache, the same
// checkpoint, the same prompts, one run, in turn. The tokens must be the same.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomStream } from '@querl/base'
import { LanguageModel, type ModelConfig, Sampler } from '@querl/lm'
import { info } from '@querl/torch'
import { median } from '../harness/spread.js'
import { findPython, runPython } from '../python.js'
import type { Bench } from '../result.js'
import { batches, caseName, type ShapeName, threadCounts } from './cases.js'

interface Shape {
  readonly name: ShapeName
  readonly config: ModelConfig
}

const shared = {
  layers: 4,
  heads: 4,
  kvHeads: 2,
  maxPositions: 256,
  rmsNormEpsilon: 1e-6,
  ropeTheta: 10_000,
  qkvBias: true,
  tiedEmbeddings: true,
}
const shapes: readonly Shape[] = [
  {
    // 0.7 MB of weights: they stay in a core's second-level cache.
    name: 'quickstart',
    config: {
      ...{ ...shared, layers: 3, vocabSize: 544, hiddenSize: 64 },
      ...{ intermediateSize: 192, headDim: 16 },
    },
  },
  {
    // 4.2 MB: at batch 1 a step takes as long as reading them.
    name: 'hidden 128',
    config: {
      ...{ ...shared, vocabSize: 2048, hiddenSize: 128 },
      ...{ intermediateSize: 384, headDim: 32 },
    },
  },
]
const promptTokens = 16
const newTokens = 112
const rounds = 5

interface Peer {
  readonly seconds: number[]
  readonly tokens: number[][]
  readonly torch: string
}

export async function run(bench: Bench): Promise<void> {
  const python = findPython(['torch', 'safetensors'], bench.note)
  const folder = mkdtempSync(join(tmpdir(), 'querl-decode-'))
  try {
    for (const { name: shape, config } of shapes) {
      using model = await LanguageModel.create(config, { initialise, threads: 1 })
      await model.save(folder)
      for (const threads of threadCounts)
        for (const batch of batches) {
          const name = caseName(shape, batch, threads)
          if (bench.wants(name))
            await compare(bench, name, { python, folder, model, batch, threads })
        }
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Case {
  readonly python: string | undefined
  readonly folder: string
  readonly model: LanguageModel
  readonly batch: number
  readonly threads: number
}

async function compare(bench: Bench, name: string, each: Case): Promise<void> {
  const { python, folder, model, batch, threads } = each
  const script = fileURLToPath(new URL('eager.py', import.meta.url))
  const sizes = { batch, prompt: promptTokens, tokens: newTokens, threads, rounds: 3 }
  const args = Object.entries(sizes).flatMap(([key, value]) => [`--${key}`, String(value)])
  const ours: number[] = []
  const peers: number[] = []
  let agreement = 1
  let torch = ''
  await decode(model, batch, threads)
  for (let round = 0; round < rounds; round++) {
    const one = await decode(model, batch, threads)
    await bench.pause()
    ours.push(one.seconds)
    if (python === undefined) continue
    const peer = await runPython<Peer>(python, [script, folder, ...args])
    peers.push(median(peer.seconds))
    agreement = Math.min(agreement, shareEqual(one.tokens, peer.tokens))
    torch = peer.torch
  }
  const milliseconds = (seconds: number) => (seconds / (newTokens - 1)) * 1000
  const versions = { libtorch: info().libtorch, ...(torch === '' ? {} : { torch }) }
  const row = { case: name, threads, versions }
  bench.record({
    ...row,
    metric: 'time per step',
    unit: 'ms',
    better: 'lower',
    ours: ours.map(milliseconds),
    peer: python === undefined ? null : peers.map(milliseconds),
    peerName: python === undefined ? null : 'eager PyTorch, KV cache',
  })
  if (python === undefined) return
  bench.record({
    ...row,
    metric: 'equal greedy tokens',
    unit: 'share',
    better: 'higher',
    ours: agreement,
    peer: null,
    peerName: null,
  })
}

async function decode(model: LanguageModel, batch: number, threads: number) {
  using sampler = new Sampler(model, { threads })
  const sessions = Array.from({ length: batch }, (_, row) =>
    sampler.open(
      Int32Array.from({ length: promptTokens }, (_, t) => (row + t) % model.config.vocabSize),
    ),
  )
  const turn = (maxTokens: number) =>
    Promise.all(sessions.map((each) => each.generate({ maxTokens, temperature: 0, seed: 0 })))
  const first = await turn(1)
  const began = performance.now()
  const rest = await turn(newTokens - 1)
  const seconds = (performance.now() - began) / 1000
  const tokens = first.map(({ ids }, row) => [...ids, ...rest[row]!.ids])
  for (const session of sessions) session[Symbol.dispose]()
  return { seconds, tokens }
}

/** The share of rows that are equal to the end. */
function shareEqual(ours: number[][], peers: number[][]): number {
  const equal = ours.filter((row, index) => row.every((id, t) => id === peers[index]![t]))
  return equal.length / ours.length
}

function initialise(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1)
  if (shape.length === 1) return new Float32Array(count).fill(name.endsWith('bias') ? 0 : 1)
  const stream = randomStream(0, 'decode benchmark', name)
  const scale = 1 / Math.sqrt(shape[1]!)
  return Float32Array.from({ length: count }, () => stream.normal() * scale)
}
