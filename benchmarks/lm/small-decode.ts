// Greedy decoding of small Qwen2 models in fp32: our sampler against eager PyTorch with a KV cache, the
// same checkpoint, the same prompts, one run, in turn. The tokens must be the same.

import { randomStream } from '@querl/base'
import { LanguageModel, type ModelConfig } from '@querl/lm'
import { info } from '@querl/torch'
import { median } from '../harness/spread.js'
import { runPython } from '../python.js'
import type { Bench, Target } from '../result.js'
import {
  type SmallShape,
  smallBatches,
  smallCase,
  smallTargets,
  smallThreads,
  threads as targetThreads,
} from './cases.js'
import { decode, shareEqual } from './greedy.js'

interface Shape {
  readonly name: SmallShape
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
const rounds = 3

interface Peer {
  readonly seconds: number[]
  readonly tokens: number[][]
  readonly torch: string
}

/** @param python with torch, where there is one; `script` is eager.py; `folder` is for the checkpoint */
export async function smallDecode(
  bench: Bench,
  { python, script, folder }: { python: string | undefined; script: string; folder: string },
): Promise<void> {
  for (const { name: shape, config } of shapes) {
    const wanted = smallThreads.flatMap((threads) =>
      smallBatches
        .map((batch) => ({ batch, threads, name: smallCase(shape, batch, threads) }))
        .filter(({ name }) => bench.wants(name)),
    )
    if (wanted.length === 0) continue
    using model = await LanguageModel.create(config, { initialise, threads: 1 })
    await model.save(folder)
    for (const { name, batch, threads } of wanted) {
      const target =
        shape === 'hidden 128' && threads === targetThreads ? smallTargets[batch] : undefined
      await compare(bench, name, { python, script, folder, model, batch, threads, target })
    }
  }
}

interface Case {
  readonly python: string | undefined
  readonly script: string
  readonly folder: string
  readonly model: LanguageModel
  readonly batch: number
  readonly threads: number
  readonly target: Target | undefined
}

async function compare(bench: Bench, name: string, each: Case): Promise<void> {
  const { python, script, folder, model, batch, threads, target } = each
  const prompts = Array.from({ length: batch }, (_, row) =>
    Int32Array.from({ length: promptTokens }, (_, t) => (row + t) % model.config.vocabSize),
  )
  const sizes = { batch, prompt: promptTokens, tokens: newTokens, threads, rounds: 3 }
  const args = Object.entries(sizes).flatMap(([key, value]) => [`--${key}`, String(value)])
  const ours: number[] = []
  const peers: number[] = []
  let agreement = 1
  let torch = ''
  await decode(model, prompts, { tokens: newTokens, threads })
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${name}, round ${round + 1} of ${rounds}`)
    for (let again = 0; again < 3; again++) {
      const one = await decode(model, prompts, { tokens: newTokens, threads })
      ours.push(one.seconds)
      if (python === undefined || again < 2) continue
      const peer = await runPython<Peer>(python, [script, folder, ...args])
      peers.push(median(peer.seconds))
      agreement = Math.min(agreement, shareEqual(one.tokens, peer.tokens))
      torch = peer.torch
    }
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
    ...(target === undefined ? {} : { target }),
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

function initialise(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1)
  if (shape.length === 1) return new Float32Array(count).fill(name.endsWith('bias') ? 0 : 1)
  const stream = randomStream(0, 'decode benchmark', name)
  const scale = 1 / Math.sqrt(shape[1]!)
  return Float32Array.from({ length: count }, () => stream.normal() * scale)
}
