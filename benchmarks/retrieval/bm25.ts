// BM25 on passages of wiki-18's length beside bm25s with numba, Lucene in Java and MiniSearch: the same
// files and questions, one thread each for searching. Scores are compared before times count.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Bm25Index, type Bm25Options } from '@querl/retrieval'
import { LinePeer, startIfInstalled } from '../line-peer.js'
import { startPython } from '../python-peer.js'
import type { Bench, Target } from '../result.js'
import { buildApart } from './build-apart.js'
import { startLucene } from './jvm-peer.js'
import type { Passages } from './passages.js'

export interface Bm25Case {
  readonly name: string
  readonly peers: readonly PeerName[]
}

type PeerName = 'bm25s + numba' | 'Lucene' | 'MiniSearch'

interface Peer {
  readonly name: PeerName
  /** Ours, as it must be to compute the same. */
  readonly ours: Pick<Bm25Options, 'analyzer' | 'lengths'>
  readonly rounds: number
  /** How many of the questions it is asked. */
  readonly questions: number
  readonly comparesScores: boolean
  /** Search, at the sizes that it is meant for. */
  readonly target: Target
  /** MiniSearch keeps about 21 kB a passage in its heap: a million is more than the machine has. */
  readonly targetAt: number
  start(): Promise<LinePeer>
}

const peers: readonly Peer[] = [
  {
    name: 'bm25s + numba',
    ours: { analyzer: 'bm25s', lengths: 'exact' },
    rounds: 7,
    questions: 400,
    comparesScores: true,
    target: { of: 'ratio', atLeast: 3 },
    targetAt: 1_000_000,
    start: () =>
      startPython(pathOf('peer/bm25s_peer.py'), { install: 'python3 -m pip install bm25s numba' }),
  },
  {
    name: 'Lucene',
    ours: { analyzer: 'lucene-english', lengths: 'lucene' },
    rounds: 7,
    questions: 400,
    comparesScores: true,
    target: { of: 'ratio', atLeast: 2 },
    targetAt: 1_000_000,
    start: startLucene,
  },
  {
    name: 'MiniSearch',
    ours: { analyzer: 'words', lengths: 'exact' },
    rounds: 1,
    questions: 10,
    comparesScores: false, // it has BM25+ with settings of its own, and takes words apart otherwise
    target: { of: 'ratio', atLeast: 100 },
    targetAt: 200_000,
    start: () =>
      LinePeer.launch({
        command: process.execPath,
        args: ['--max-old-space-size=14000', pathOf('peer/minisearch.mjs')],
        remedy: 'npm install minisearch',
      }),
  },
]
const topK = 10
const k1 = 0.9
const b = 0.4
const buildThreads = 2

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}

/** @param folder for the indexes */
export async function compareBm25(
  bench: Bench,
  { name, peers: wanted }: Bm25Case,
  passages: Passages,
  folder: string,
): Promise<void> {
  for (const peer of peers.filter((each) => wanted.includes(each.name))) {
    using process = await startIfInstalled(peer.start, bench.note)
    await compareWith(bench, name, passages, join(folder, `${name}, ${peer.name}`), peer, process)
  }
}

async function compareWith(
  bench: Bench,
  name: string,
  passages: Passages,
  folder: string,
  peer: Peer,
  process: LinePeer | undefined,
): Promise<void> {
  const isAim = passages.documents === peer.targetAt
  const questions = passages.questions.slice(0, peer.questions)
  const questionFile = `${folder}.questions.txt`
  await writeFile(questionFile, questions.join('\n'))
  const common = {
    case: name,
    better: 'higher',
    peerName: process ? peer.name : null,
    versions: { ...process?.versions },
  } as const

  bench.progress(`${name}: our index, as ${peer.name} analyses`)
  const built = await buildApart(
    passages.jsonl,
    `${folder} ours`,
    { ...peer.ours, k1, b, threads: buildThreads },
    bench.signal,
  )
  bench.progress(`${name}: ${peer.name}'s index`)
  const theirs = await process?.ask<{ seconds: number; bytes?: number; peak?: number }>({
    ...{ call: 'build', lines: passages.lines, folder: `${folder} peer`, k1, b },
    ...(peer.name === 'bm25s + numba' && { analyzer: peer.ours.analyzer }),
  })
  bench.record({
    ...common,
    metric: `build, beside ${peer.name}`,
    unit: 'documents/s',
    threads: buildThreads,
    ours: passages.documents / built.seconds,
    peer: theirs ? passages.documents / theirs.seconds : null,
    ...(peer.name === 'bm25s + numba' && isAim && { target: { of: 'ratio', atLeast: 5 } as const }),
  })
  bench.record({
    ...common,
    metric: `index on disk, analysed as ${peer.name} does`,
    unit: '% of the text',
    better: 'lower',
    threads: buildThreads,
    ours: (100 * built.bytes) / passages.textBytes,
    peer: theirs?.bytes ? (100 * theirs.bytes) / passages.textBytes : null,
  })

  using index = await Bm25Index.open(`${folder} ours`)
  const ask = async () =>
    process?.ask<Answer>({
      ...{ call: 'search', topK },
      questions: peer.name === 'Lucene' ? questionFile : questions,
    })
  await index.search(questions, { topK, threads: 1 })
  for (let warm = 0; warm < (peer.rounds > 1 ? 3 : 0); warm++) await ask() // numba and the JVM compile
  const [ours, peerRates]: [number[], number[]] = [[], []]
  for (let round = 0; round < peer.rounds; round++) {
    await bench.pause()
    bench.progress(`${name}, beside ${peer.name}, round ${round + 1} of ${peer.rounds}`)
    const begin = performance.now()
    const hits = await index.search(questions, { topK, threads: 1 })
    ours.push(questions.length / ((performance.now() - begin) / 1000))
    const answer = await ask()
    if (!answer) continue
    peerRates.push(questions.length / answer.seconds)
    if (peer.comparesScores) checkThatScoresAgree(peer.name, hits, answer.scores)
  }
  bench.record({
    ...common,
    metric: `search beside ${peer.name}, top ${topK}`,
    unit: 'queries/s',
    threads: 1,
    ours,
    peer: process ? peerRates : null,
    ...(isAim && { target: peer.target }),
  })
}

interface Answer {
  readonly seconds: number
  readonly scores: readonly (readonly number[])[]
}

/** A comparison of speed counts only where the answers are the same. */
export function checkThatScoresAgree(
  peer: string,
  hits: readonly (readonly { readonly score: number }[])[],
  scores: readonly (readonly number[])[],
): void {
  hits.forEach((list, query) => {
    list.forEach(({ score }, rank) => {
      const theirs = scores[query]![rank] ?? Number.NaN
      if (!(Math.abs(score - theirs) <= 1e-4 * Math.max(1, score))) {
        throw new Error(`query ${query}, rank ${rank}: ours ${score}, ${peer} ${theirs}`)
      }
    })
  })
}
