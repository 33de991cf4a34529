// Exact inner products over a million vectors beside FAISS's flat index, two threads each, the same
// file; and the int8 codes with rescoring beside our own search in fp32.

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type RandomStream, randomStream } from '@querl/base'
import { VectorIndex } from '@querl/retrieval'
import { type LinePeer, startIfInstalled } from '../line-peer.js'
import { measureBandwidth } from '../lm/bandwidth.js'
import { startPython } from '../python-peer.js'
import type { Bench } from '../result.js'
import { caseNames } from './cases.js'

const rows = 1_000_000
const dimensions = 768
const batches = [1, 32, 256]
const topK = 10
const threads = 2
const rounds = 7
// FAISS's threads spin for a while after each call. A machine that has idled reads memory at two
// thirds of its rate at first, so each side searches once before it is timed.
const restMs = 300

export async function compareVectors(bench: Bench, folder: string): Promise<void> {
  const vectors = join(folder, 'vectors.npy')
  const questions = join(folder, 'questions.npy')
  const texture = new Texture()
  await writeMatrix(vectors, rows, (random) => texture.vector(random), 'vectors', bench)
  await writeMatrix(questions, batches.at(-1)!, (random) => texture.vector(random), 'asked', bench)
  using asked = await VectorIndex.open(questions)
  const chunks: Float32Array[] = []
  for await (const chunk of asked.chunks()) chunks.push(chunk)
  const queries = Float32Array.from(chunks.flatMap((chunk) => [...chunk]))

  const script = fileURLToPath(new URL('peer/faiss_peer.py', import.meta.url))
  const install = 'python3 -m pip install faiss-cpu'
  using peer = await startIfInstalled(() => startPython(script, { install }), bench.note)
  bench.progress(`${caseNames.vectors}: both indexes`)
  await peer?.ask({ call: 'build', vectors, questions, threads })
  using exact = await VectorIndex.open(vectors)
  for (const batch of batches)
    await compareExact(bench, exact, peer, queries.subarray(0, batch * dimensions))
  bench.progress(`${caseNames.vectors}: int8 codes`)
  using codes = await VectorIndex.build(exact, { dtype: 'int8', path: join(folder, 'codes.querl') })
  for (const batch of batches)
    await compareCodes(bench, codes, exact, queries.subarray(0, batch * dimensions))
}

async function compareExact(
  bench: Bench,
  index: VectorIndex,
  peer: LinePeer | undefined,
  queries: Float32Array,
): Promise<void> {
  const count = queries.length / dimensions
  const ask = async () =>
    peer?.ask<{ seconds: number; scores: number[][] }>({ call: 'search', count, topK })
  const [ours, peers, shares]: [number[], number[], number[]] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    await sleep(restMs)
    bench.progress(`${caseNames.vectors}, batch ${count}, round ${round + 1} of ${rounds}`)
    await index.search(queries, { topK, threads })
    const begin = performance.now()
    const hits = await index.search(queries, { topK, threads })
    const seconds = (performance.now() - begin) / 1000
    ours.push(count / seconds)
    // In turn, since what other machines leave of the memory's rate changes by the minute.
    if (count === 1) shares.push((100 * rows * dimensions * 4) / seconds / measureBandwidth())
    await sleep(restMs)
    await ask()
    const answer = await ask()
    if (!answer) continue
    peers.push(count / answer.seconds)
    checkThatScoresAgree(hits, answer.scores)
  }
  const common = { case: caseNames.vectors, better: 'higher', threads } as const
  bench.record({
    ...common,
    metric: `fp32, batch ${count}`,
    unit: 'queries/s',
    ours,
    peer: peer ? peers : null,
    peerName: peer ? 'FAISS' : null,
    versions: { ...peer?.versions },
    target: { of: 'ratio', atLeast: 1 },
  })
  if (count > 1) return
  bench.record({
    ...common,
    metric: 'share of the read bandwidth, batch 1',
    unit: '%',
    ours: shares,
    peer: null,
    peerName: null,
    versions: {},
    target: { of: 'ours', atLeast: 80 },
  })
}

/** FAISS and ours sum in different orders: 768 products of vectors of length 1. */
function checkThatScoresAgree(
  hits: readonly (readonly { readonly score: number }[])[],
  scores: readonly (readonly number[])[],
): void {
  hits.forEach((list, query) => {
    list.forEach(({ score }, rank) => {
      const theirs = scores[query]![rank]!
      if (!(Math.abs(score - theirs) < 1e-5))
        throw new Error(`query ${query}, rank ${rank}: ours ${score}, FAISS ${theirs}`)
    })
  })
}

async function compareCodes(
  bench: Bench,
  codes: VectorIndex,
  exact: VectorIndex,
  queries: Float32Array,
): Promise<void> {
  const count = queries.length / dimensions
  await codes.search(queries, { topK, threads })
  const [quick, full]: [number[], number[]] = [[], []]
  let recall = 0
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${caseNames.vectors}, int8, batch ${count}, round ${round + 1} of ${rounds}`)
    const began = performance.now()
    const found = await codes.search(queries, { topK, threads })
    const between = performance.now()
    const wanted = await exact.search(queries, { topK, threads })
    quick.push(count / ((between - began) / 1000))
    full.push(count / ((performance.now() - between) / 1000))
    recall = recallOf(found, wanted)
  }
  const common = { case: caseNames.vectors, better: 'higher', threads, versions: {} } as const
  bench.record({
    ...common,
    metric: `int8 and rescoring, batch ${count}`,
    unit: 'queries/s',
    ours: quick,
    peer: full,
    peerName: 'ours in fp32',
    target: { of: 'ratio', atLeast: 3 },
  })
  if (count < batches.at(-1)!) return
  bench.record({
    ...common,
    metric: `recall@${topK} of int8 and rescoring, ${count} queries`,
    unit: '',
    ours: recall,
    peer: null,
    peerName: null,
    target: { of: 'ours', atLeast: 0.999 },
  })
}

type Lists = readonly (readonly { readonly index: number }[])[]

function recallOf(found: Lists, wanted: Lists): number {
  const shares = wanted.map((list, query) => {
    const known = new Set(found[query]!.map(({ index }) => index))
    return list.filter(({ index }) => known.has(index)).length / list.length
  })
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}

const clusters = 2000

/**
 * Vectors of length 1 in clusters, with numbers of unequal spread, as embeddings of text have them:
 * a few dimensions carry most of it.
 */
class Texture {
  readonly #spread = Float32Array.from({ length: dimensions }, (_, i) => 1 / Math.sqrt(1 + i / 32))
  readonly #centres: Float32Array[]

  constructor() {
    const random = randomStream(1, 'centres')
    this.#centres = Array.from({ length: clusters }, () => this.#noise(random))
  }

  vector(random: RandomStream): Float32Array {
    const centre = this.#centres[random.integer(clusters)]!
    const vector = this.#noise(random).map((number, i) => number + centre[i]!)
    const length = Math.sqrt(vector.reduce((sum, number) => sum + number * number, 0))
    return vector.map((number) => number / length)
  }

  #noise(random: RandomStream): Float32Array {
    const three = () => random.uniform() + random.uniform() + random.uniform() - 1.5
    return this.#spread.map((spread) => spread * three())
  }
}

/** NumPy's format, float32, row-major. */
async function writeMatrix(
  path: string,
  count: number,
  make: (random: RandomStream) => Float32Array,
  stream: string,
  bench: Bench,
): Promise<void> {
  const random = randomStream(1, stream)
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${count}, ${dimensions}), }`
  const header = Buffer.alloc(128, ' ')
  header.write('\x93NUMPY\x01\x00', 0, 'latin1')
  header.writeUInt16LE(118, 8)
  header.write(text, 10)
  header.write('\n', 127)
  await using file = await open(path, 'w')
  await file.write(header)
  const chunkRows = 4096
  for (let first = 0; first < count; first += chunkRows) {
    const chunk = new Float32Array(Math.min(chunkRows, count - first) * dimensions)
    for (let at = 0; at < chunk.length; at += dimensions) chunk.set(make(random), at)
    await file.write(new Uint8Array(chunk.buffer))
    bench.progress(`writing vectors, ${Math.round((100 * first) / count)} %`)
    await bench.pause()
  }
}
