// BM25 beside bm25s with numba: the same generated text, the same process run, one thread each.
//
//   npm run bench -- retrieval            (QUERL_BENCH_PYTHON names a Python that has bm25s)

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Bm25Index } from '@querl/retrieval'
import type { Bench } from '../result.js'
import { type CorpusShape, makeCorpus } from './corpus.js'
import { type Peer, startPeer } from './peer.js'

interface Case {
  readonly name: string
  readonly shape: CorpusShape
  readonly topK: number
}

const cases: readonly Case[] = [
  {
    // What a training step of the quickstart asks.
    name: '6k short passages',
    shape: {
      documents: 6220,
      vocabulary: 3000,
      length: [6, 10],
      queries: 400,
      queryLength: [2, 4],
    },
    topK: 3,
  },
  {
    // Passages of the length of wiki-18's, questions of the length of NQ's.
    name: '200k passages',
    shape: {
      documents: 200_000,
      vocabulary: 300_000,
      length: [40, 100],
      queries: 200,
      queryLength: [6, 12],
    },
    topK: 10,
  },
]
const rounds = 9
const k1 = 0.9
const b = 0.4

export async function run(bench: Bench): Promise<void> {
  const wanted = cases.filter(({ name }) => bench.wants(name))
  if (wanted.length === 0) return
  const peer = await startPeer()
  const folder = await mkdtemp(join(tmpdir(), 'querl-bench-'))
  try {
    for (const each of wanted) await compare(bench, peer, folder, each)
  } finally {
    peer.close()
    await rm(folder, { recursive: true })
  }
}

async function compare(bench: Bench, peer: Peer, folder: string, { name, shape, topK }: Case) {
  const { documents, queries } = makeCorpus(shape)
  const file = join(folder, 'documents.json')
  await writeFile(file, JSON.stringify(documents))
  const start = performance.now()
  using index = await Bm25Index.build(documents, { k1, b })
  const ourBuild = (performance.now() - start) / 1000
  const { seconds: theirBuild } = await peer.build(file, k1, b)

  const ours: number[] = []
  const theirs: number[] = []
  await peer.search(queries, topK) // numba compiles at the first call
  for (let round = 0; round < rounds; round++) {
    const begin = performance.now()
    const hits = await index.search(queries, { topK })
    ours.push((performance.now() - begin) / 1000)
    const { seconds, scores } = await peer.search(queries, topK)
    theirs.push(seconds)
    checkThatScoresAgree(hits, scores)
  }
  const common = {
    case: name,
    better: 'higher',
    peerName: 'bm25s + numba',
    threads: 1,
    versions: { querl: '0.1.0', node: process.versions.node, ...peer.versions },
  } as const
  bench.record({
    ...common,
    metric: `search, top ${topK}`,
    unit: 'queries/s',
    ours: queries.length / median(ours),
    peer: queries.length / median(theirs),
  })
  bench.record({
    ...common,
    metric: 'build',
    unit: 'documents/s',
    ours: documents.length / ourBuild,
    peer: documents.length / theirBuild,
  })
}

/** A comparison of speed counts only where the answers are the same. */
function checkThatScoresAgree(
  hits: readonly (readonly { readonly score: number }[])[],
  scores: readonly (readonly number[])[],
): void {
  hits.forEach((list, query) => {
    list.forEach(({ score }, rank) => {
      const theirs = scores[query]![rank]!
      if (Math.abs(score - theirs) > 1e-4) {
        throw new Error(`query ${query}, rank ${rank}: ours ${score}, bm25s ${theirs}`)
      }
    })
  })
}

function median(values: readonly number[]): number {
  return [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)]!
}
