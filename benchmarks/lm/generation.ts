// Sampling from checkpoints in bf16: ours against transformers' generate(), in turn.

import { LanguageModel, Sampler, type Session } from '@querl/lm'
import { info } from '@querl/torch'
import { median } from '../harness/spread.js'
import type { LinePeer } from '../line-peer.js'
import type { Bench } from '../result.js'
import { measureBandwidth } from './bandwidth.js'
import {
  checkpointBatches,
  checkpointCase,
  samplesCase,
  targets,
  threads,
  turnsCase,
} from './cases.js'
import { halfBillion, randomIds, tenthBillion, writeCheckpoint } from './checkpoints.js'
import { type Decoded, decode } from './greedy.js'

const rounds = 3

/** A checkpoint that both sides have loaded. */
interface Loaded {
  readonly bench: Bench
  readonly model: LanguageModel
  readonly peer: LinePeer | undefined
}

/** @param folder for checkpoints, which are removed with it */
export async function generation(
  bench: Bench,
  startPeer: () => Promise<LinePeer | undefined>,
  folder: string,
): Promise<void> {
  const half = [...checkpointBatches.map(checkpointCase), samplesCase]
  if (half.some((name) => bench.wants(name)))
    await withCheckpoint(bench, startPeer, `${folder}/half`, halfBillion, async (loaded) => {
      for (const batch of checkpointBatches)
        if (bench.wants(checkpointCase(batch))) await compareDecode(loaded, batch)
      if (bench.wants(samplesCase)) await compareSamples(loaded)
    })
  if (bench.wants(turnsCase))
    await withCheckpoint(bench, startPeer, `${folder}/tenth`, tenthBillion, compareTurns)
}

async function withCheckpoint(
  bench: Bench,
  startPeer: () => Promise<LinePeer | undefined>,
  folder: string,
  config: typeof halfBillion,
  use: (loaded: Loaded) => Promise<void>,
): Promise<void> {
  bench.progress('making a checkpoint')
  await writeCheckpoint(folder, config)
  using model = await LanguageModel.load(folder, { dtype: 'bfloat16', threads })
  using peer = await startPeer()
  await peer?.ask({ call: 'load', folder, threads })
  await use({ bench, model, peer })
}

const greedyPrompt = 32
const greedyTokens = 64

async function compareDecode({ bench, model, peer }: Loaded, batch: number): Promise<void> {
  const name = checkpointCase(batch)
  const { vocabSize } = model.config
  const prompts = Array.from({ length: batch }, (_, row) => randomIds(row, greedyPrompt, vocabSize))
  const options = { tokens: greedyTokens, threads }
  const ours: number[] = []
  const peers: number[] = []
  let bandwidth = 0
  await decode(model, prompts, { tokens: 4, threads })
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${name}, round ${round + 1} of ${rounds}`)
    const one = await decode(model, prompts, options)
    ours.push(one.seconds)
    if (batch === 1) bandwidth = Math.max(bandwidth, measureBandwidth())
    if (!peer) continue
    const request = { prompts: prompts.map((ids) => [...ids]), tokens: greedyTokens }
    const { seconds } = await peer.ask<{ seconds: number }>({ call: 'decode', ...request })
    peers.push(seconds)
    if (round === 0) await checkLogprobs(peer, prompts, one)
  }
  const steps = greedyTokens - 1
  const versions = versionsOf(peer)
  bench.record({
    ...{ case: name, metric: 'time per step', unit: 'ms', better: 'lower', threads, versions },
    ours: ours.map((seconds) => (seconds / steps) * 1000),
    peer: peer ? peers.map((seconds) => (seconds / steps) * 1000) : null,
    peerName: peer ? 'transformers generate' : null,
    series: { name: 'decode, 0.5B', axis: 'sequences', size: batch },
    target: targets.decode,
  })
  if (batch !== 1) return
  const weightBytes = model.parameterCount * 2
  bench.record({
    ...{ case: name, metric: 'share of the read bandwidth', unit: 'share', better: 'higher' },
    ...{ threads, versions, target: targets.bandwidth },
    ours: ours.map((seconds) => (weightBytes * steps) / seconds / bandwidth),
    ...{ peer: null, peerName: null },
  })
  bench.record({
    ...{ case: name, metric: 'read bandwidth', unit: 'GB/s', better: 'higher', threads, versions },
    ...{ ours: bandwidth / 1e9, peer: null, peerName: null, isContext: true },
  })
}

/** Log-probs of bf16 weights and activations, from two engines that round at other places. */
const logprobTolerance = 0.1

/** A fast wrong answer is an error: the peer must find our tokens as likely as we do. */
async function checkLogprobs(
  peer: LinePeer,
  prompts: readonly Int32Array[],
  { tokens, logprobs }: Decoded,
): Promise<void> {
  const rows = prompts.map((prompt, row) => [...prompt, ...tokens[row]!])
  const theirs = await peer.ask<{ logprobs: number[][] }>({
    ...{ call: 'logprobs', rows, start: greedyPrompt },
  })
  const differences = logprobs.flatMap((row, index) =>
    row.map((each, t) => Math.abs(each - theirs.logprobs[index]![t]!)),
  )
  const middle = median(differences)
  if (!(middle < logprobTolerance))
    throw new Error(`The log-probs of our greedy tokens differ from the peer's by ${middle}.`)
}

const samplePrompt = 512
const sampleCount = 8
const sampleTokens = 64
const sampleModes = ['num_return_sequences', 'batch', 'shared prompt'] as const

async function compareSamples({ bench, model, peer }: Loaded): Promise<void> {
  const prompt = randomIds(77, samplePrompt, model.config.vocabSize)
  const ours: number[] = []
  const peers = new Map(sampleModes.map((mode) => [mode, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${samplesCase}, round ${round + 1} of ${rounds}`)
    ours.push(await sample(model, prompt, round))
    if (!peer) continue
    const request = { prompt: [...prompt], count: sampleCount, tokens: sampleTokens }
    for (const mode of sampleModes) {
      // The slower ones are looked at once: they only have to be told apart from the best.
      if (round > 0 && mode !== bestOf(peers)) continue
      const { seconds } = await peer.ask<{ seconds: number }>({ call: 'samples', ...request, mode })
      peers.get(mode)!.push(seconds)
    }
  }
  const best = bestOf(peers)
  const row = { case: samplesCase, metric: 'time', unit: 's', better: 'lower', threads } as const
  bench.record({
    ...{ ...row, versions: versionsOf(peer), ours, target: targets.samples },
    peer: peer ? peers.get(best)! : null,
    peerName: peer ? `transformers generate, ${best}` : null,
  })
}

function bestOf(peers: ReadonlyMap<(typeof sampleModes)[number], readonly number[]>) {
  const time = (mode: (typeof sampleModes)[number]) => Math.min(...peers.get(mode)!)
  return sampleModes.reduce((best, mode) => (time(mode) < time(best) ? mode : best))
}

async function sample(model: LanguageModel, prompt: Int32Array, round: number): Promise<number> {
  const began = performance.now()
  using sampler = new Sampler(model, { threads })
  const first = sampler.open(prompt)
  const sessions = [first, ...Array.from({ length: sampleCount - 1 }, () => first.fork())]
  await Promise.all(
    sessions.map((session, index) =>
      session.generate({ maxTokens: sampleTokens, temperature: 1, seed: round * 100 + index }),
    ),
  )
  const seconds = (performance.now() - began) / 1000
  for (const session of sessions) session.dispose()
  return seconds
}

const turnCount = 4
const sessionCount = 16
const turnPrompt = 200
const turnTokens = 48
const observationTokens = 150

async function compareTurns({ bench, model, peer }: Loaded): Promise<void> {
  const { vocabSize } = model.config
  const ids = (seed: number, count: number) =>
    Array.from({ length: sessionCount }, (_, row) => randomIds(seed + row, count, vocabSize))
  const prompts = ids(1000, turnPrompt)
  const observations = Array.from({ length: turnCount - 1 }, (_, turn) =>
    ids(2000 + turn * 100, observationTokens),
  )
  const plain = (rows: readonly Int32Array[]) => rows.map((row) => [...row])
  const ours: number[] = []
  const peers: number[] = []
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${turnsCase}, round ${round + 1} of ${rounds}`)
    ours.push(await converse(model, prompts, observations))
    if (!peer) continue
    const { seconds } = await peer.ask<{ seconds: number }>({
      ...{ call: 'turns', prompts: plain(prompts), observations: observations.map(plain) },
      tokens: turnTokens,
    })
    peers.push(seconds)
  }
  bench.record({
    ...{ case: turnsCase, metric: 'time', unit: 's', better: 'lower', threads },
    ...{ versions: versionsOf(peer), ours, target: targets.turns },
    peer: peer ? peers : null,
    peerName: peer ? 'transformers generate, history read anew' : null,
  })
}

/** Each session goes on as soon as its turn is over, as rollouts do. */
async function converse(
  model: LanguageModel,
  prompts: readonly Int32Array[],
  observations: readonly (readonly Int32Array[])[],
): Promise<number> {
  const began = performance.now()
  using sampler = new Sampler(model, { threads })
  const talk = async (session: Session, row: number) => {
    for (let turn = 0; turn < turnCount; turn++) {
      await session.generate({ maxTokens: turnTokens, temperature: 0, seed: 0 })
      if (turn < observations.length) session.append(observations[turn]![row]!)
    }
    session.dispose()
  }
  await Promise.all(prompts.map((prompt, row) => talk(sampler.open(prompt), row)))
  return (performance.now() - began) / 1000
}

function versionsOf(peer: LinePeer | undefined): Record<string, string> {
  return { libtorch: info().libtorch, ...peer?.versions }
}
