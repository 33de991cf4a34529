// A step of GRPO at 0.1B parameters in bf16: packed here, padded as TRL does it there. The same
// trajectories, the same weights; loss and gradients are compared before the times.

import { randomStream } from '@querl/base'
import { LanguageModel, type PolicyLoss, packTokens, type TokenBatch } from '@querl/lm'
import { info } from '@querl/torch'
import type { LinePeer } from '../line-peer.js'
import { beginPeak, peakBytes } from '../memory.js'
import type { Bench } from '../result.js'
import { targets, threads, trainingCases } from './cases.js'
import { randomIds, tenthBillion, writeCheckpoint } from './checkpoints.js'

const rounds = 3
const prompts = 4
const groupSize = 6
const adamW = { lr: 1e-6, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, maxGradNorm: 1 }

/** What a rollout hands over: every prompt with its samples. */
interface Trajectories {
  readonly prompts: readonly Int32Array[]
  readonly completions: readonly Int32Array[]
  readonly oldLogprobs: readonly Float32Array[]
  readonly advantages: readonly number[]
}

/** @param folder for the checkpoint, which is removed with it */
export async function training(
  bench: Bench,
  startPeer: () => Promise<LinePeer | undefined>,
  folder: string,
): Promise<void> {
  const wanted = trainingCases.filter((name) => bench.wants(name))
  if (wanted.length === 0) return
  bench.progress('making a checkpoint')
  await writeCheckpoint(`${folder}/train`, tenthBillion)
  for (const name of wanted) {
    // Each in a process of its own that has done nothing else, so that no memory is there to reuse.
    using peer = await startPeer()
    await compare(bench, name, peer, `${folder}/train`)
  }
}

async function compare(
  bench: Bench,
  name: (typeof trainingCases)[number],
  peer: LinePeer | undefined,
  folder: string,
): Promise<void> {
  const checkpointing = name.endsWith('checkpointing')
  const trajectories = rollout()
  const before = beginPeak()
  using model = await LanguageModel.load(folder, {
    ...{ dtype: 'bfloat16', threads, training: { checkpointing } },
  })
  await peer?.ask({ call: 'prepare', folder, threads, checkpointing })
  const request = {
    prompts: trajectories.prompts.map((ids) => [...ids]),
    completions: trajectories.completions.map((ids) => [...ids]),
    old_logprobs: trajectories.oldLogprobs.map((row) => [...row]),
    advantages: trajectories.advantages,
  }
  const { batch, loss } = packed(trajectories)
  if (peer) await checkLosses(model, batch, loss, await peer.ask({ call: 'losses', ...request }))
  const ours: number[] = []
  const peers: number[] = []
  let peerBytes = 0
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${name}, round ${round + 1} of ${rounds}`)
    const began = performance.now()
    await model.backward(batch, loss)
    await model.step(adamW)
    ours.push((performance.now() - began) / 1000)
    if (!peer) continue
    const answer = await peer.ask<{ seconds: number; peakBytes: number }>({
      ...{ call: 'step', ...request },
    })
    peers.push(answer.seconds)
    peerBytes = answer.peakBytes
  }
  const row = {
    ...{ case: name, threads, better: 'lower' as const },
    versions: { libtorch: info().libtorch, ...peer?.versions },
    peerName: peer ? 'PyTorch + transformers, padded' : null,
  }
  bench.record({
    ...{ ...row, metric: 'time', unit: 's', target: targets.trainingTime, ours },
    peer: peer ? peers : null,
  })
  if (before === null) return
  bench.record({
    ...{ ...row, metric: 'peak memory', unit: 'MB', target: targets.trainingMemory },
    ours: (peakBytes() - before) / 1e6,
    peer: peer ? peerBytes / 1e6 : null,
  })
}

/** Prompts of 80 to 200 tokens, 6 completions of each, of 60 to 700 with a long tail: 10,000 in all. */
function rollout(): Trajectories {
  const stream = randomStream(0, 'training benchmark')
  const rows = Array.from({ length: prompts * groupSize }, (_, row) => {
    const question = Math.floor(row / groupSize)
    const length = Math.round(Math.min(700, Math.max(60, Math.exp(5.5 + 0.6 * stream.normal()))))
    return {
      prompt: randomIds(question, 80 + ((question * 40) % 121), tenthBillion.vocabSize),
      completion: randomIds(5000 + row, length, tenthBillion.vocabSize),
      // About what random tokens have under random weights.
      old: Float32Array.from({ length }, () => -10.8 + 0.1 * stream.normal()),
      advantage: stream.normal(),
    }
  })
  return {
    prompts: rows.map(({ prompt }) => prompt),
    completions: rows.map(({ completion }) => completion),
    oldLogprobs: rows.map(({ old }) => old),
    advantages: rows.map(({ advantage }) => advantage),
  }
}

/** Weights are 1 / tokens on completions, so that the sum is the mean over them. */
function packed(from: Trajectories): { batch: TokenBatch; loss: PolicyLoss } {
  const sequences = from.prompts.map((prompt, row) =>
    Int32Array.of(...prompt, ...from.completions[row]!),
  )
  const batch = packTokens(sequences)
  const total = from.completions.reduce((sum, { length }) => sum + length, 0)
  const length = batch.tokens.length
  const loss = {
    kind: 'policy' as const,
    weights: new Float32Array(length),
    oldLogprobs: new Float32Array(length),
    advantages: new Float32Array(length),
  }
  for (const [row, completion] of from.completions.entries()) {
    const end = Number(batch.offsets[row + 1])
    const start = end - completion.length
    loss.weights.fill(1 / total, start, end)
    loss.oldLogprobs.set(from.oldLogprobs[row]!, start)
    loss.advantages.fill(from.advantages[row]!, start, end)
  }
  return { batch, loss }
}

interface PeerLosses {
  readonly loss: number
  readonly entropy: number
  readonly gradNorm: number
}

/** Relative, between engines in bf16 that round at other places; the peer's log-probs are bf16, too. */
const tolerance = 0.05

/** A fast wrong answer is an error. The step that this takes has the learning rate 0. */
async function checkLosses(
  model: LanguageModel,
  batch: TokenBatch,
  loss: PolicyLoss,
  peer: PeerLosses,
): Promise<void> {
  const sums = await model.backward(batch, loss)
  const { gradNorm } = await model.step({ ...adamW, lr: 0 })
  model.resetOptimizer()
  const ours = { loss: sums.loss, entropy: sums.entropy / sums.tokens, gradNorm }
  for (const key of ['loss', 'entropy', 'gradNorm'] as const) {
    const scale = Math.max(Math.abs(ours[key]), Math.abs(peer[key]))
    if (!(Math.abs(ours[key] - peer[key]) <= tolerance * scale))
      throw new Error(`The ${key} is ${ours[key]} here and ${peer[key]} at the peer.`)
  }
}
