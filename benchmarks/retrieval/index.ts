// BM25 beside bm25s with numba: the same generated text, the same process run, one thread each.
//
//   npm run bench -- retrieval            (QUERL_BENCH_PYTHON names a Python that has bm25s)

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Bm25Index } from '@querl/retrieval'
import { PythonPeer, startIfInstalled } from '../python-peer.js'
import type { Bench } from '../result.js'
import { caseNames } from './cases.js'
import { type CorpusShape, makeCorpus } from './corpus.js'

interface Case {
  readonly name: (typeof caseNames)[number]
  readonly shape: CorpusShape
  readonly topK: number
}

const cases: readonly Case[] = [
  {
    // What a training step of the quickstart asks.
    name: caseNames[0],
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
    name: caseNames[1],
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
  const script = fileURLToPath(new URL('peer.py', import.meta.url))
  const install = 'python3 -m pip install bm25s numba'
  using peer = await startIfInstalled(() => PythonPeer.start(script, { install }), bench.note)
  const folder = await mkdtemp(join(tmpdir(), 'querl-bench-'))
  try {
    for (const each of wanted) await compare(bench, peer, folder, each)
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface Answer {
  readonly seconds: number
  readonly scores: readonly (readonly number[])[]
}

async function compare(
  bench: Bench,
  peer: PythonPeer | undefined,
  folder: string,
  { name, shape, topK }: Case,
) {
  const { documents, queries } = makeCorpus(shape)
  const file = join(folder, 'documents.json')
  await writeFile(file, JSON.stringify(documents))
  const start = performance.now()
  using index = await Bm25Index.build(documents, { k1, b })
  const ourBuild = (performance.now() - start) / 1000
  const theirs = await peer?.ask<{ seconds: number }>({ call: 'build', corpus_path: file, k1, b })

  const ours: number[] = []
  const peers: number[] = []
  await index.search(queries, { topK })
  await peer?.ask<Answer>({ call: 'search', queries, topK }) // numba compiles at the first call
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${name}, round ${round + 1} of ${rounds}`)
    const begin = performance.now()
    const hits = await index.search(queries, { topK })
    ours.push(queries.length / ((performance.now() - begin) / 1000))
    const answer = await peer?.ask<Answer>({ call: 'search', queries, topK })
    if (!answer) continue
    peers.push(queries.length / answer.seconds)
    checkThatScoresAgree(hits, answer.scores)
  }
  const common = {
    case: name,
    better: 'higher',
    peerName: peer ? 'bm25s + numba' : null,
    threads: 1,
    versions: { ...peer?.versions },
  } as const
  bench.record({
    ...common,
    metric: `search, top ${topK}`,
    unit: 'queries/s',
    ours,
    peer: peer ? peers : null,
  })
  bench.record({
    ...common,
    metric: 'build',
    unit: 'documents/s',
    ours: documents.length / ourBuild,
    peer: theirs ? documents.length / theirs.seconds : null,
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
