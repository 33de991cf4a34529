// Greedy decoding of small Qwen2 models in fp32: our sampler against eager PyTorch with a KV cache, the
// same checkpoint, the same prompts, one run, in turn. The tokens must be the same.

import { randomStream } from '@querl/base'
import { LanguageModel, type ModelConfig } from '@querl/lm'
import { info } from '@querl/torch'
import type { LinePeer } from '../line-peer.js'
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
const repeats = 3

/** @param folder for checkpoints, which are removed with it */
export async function smallDecode(
  bench: Bench,
  startPeer: () => Promise<LinePeer | undefined>,
  folder: string,
): Promise<void> {
  for (const { name: shape, config } of shapes) {
    const wanted = smallThreads.flatMap((threads) =>
      smallBatches
        .map((batch) => ({ batch, threads, name: smallCase(shape, batch, threads) }))
        .filter(({ name }) => bench.wants(name)),
    )
    if (wanted.length === 0) continue
    using model = await LanguageModel.create(config, { initialise, threads: 1 })
    await model.save(`${folder}/${shape}`)
    using peer = await startPeer()
    await peer?.ask({ call: 'load_eager', folder: `${folder}/${shape}` })
    for (const { name, batch, threads } of wanted) {
      const target =
        shape === 'hidden 128' && threads === targetThreads ? smallTargets[batch] : undefined
      await compare(bench, name, { shape, peer, model, batch, threads, target })
    }
  }
}

interface Answer {
  readonly seconds: readonly number[]
  readonly tokens: readonly (readonly number[])[]
}

interface Case {
  readonly shape: SmallShape
  readonly peer: LinePeer | undefined
  readonly model: LanguageModel
  readonly batch: number
  readonly threads: number
  readonly target: Target | undefined
}

async function compare(bench: Bench, name: string, each: Case): Promise<void> {
  const { shape, peer, model, batch, threads, target } = each
  const prompts = Array.from({ length: batch }, (_, row) =>
    Int32Array.from({ length: promptTokens }, (_, t) => (row + t) % model.config.vocabSize),
  )
  const request = { prompts: prompts.map((ids) => [...ids]), tokens: newTokens, threads, repeats }
  const ours: number[] = []
  const peers: number[] = []
  let agreement = 1
  await decode(model, prompts, { tokens: newTokens, threads })
  await peer?.ask({ call: 'decode_eager', ...request, repeats: 1 })
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${name}, round ${round + 1} of ${rounds}`)
    let tokens: number[][] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      const one = await decode(model, prompts, { tokens: newTokens, threads })
      ours.push(one.seconds)
      tokens = one.tokens
    }
    if (!peer) continue
    const answer = await peer.ask<Answer>({ call: 'decode_eager', ...request })
    peers.push(...answer.seconds)
    agreement = Math.min(agreement, shareEqual(tokens, answer.tokens))
  }
  const milliseconds = (seconds: number) => (seconds / (newTokens - 1)) * 1000
  const versions = { libtorch: info().libtorch, ...peer?.versions }
  const row = { case: name, threads, versions }
  bench.record({
    ...row,
    metric: 'time per step',
    series: { name: `decode, ${shape}`, axis: 'sequences', size: batch },
    unit: 'ms',
    better: 'lower',
    ours: ours.map(milliseconds),
    peer: peer ? peers.map(milliseconds) : null,
    peerName: peer ? 'eager PyTorch, KV cache' : null,
    ...(target === undefined ? {} : { target }),
  })
  if (!peer) return
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
