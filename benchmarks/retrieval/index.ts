// BM25, vectors and the search server beside their peers, in one run.
//
//   npm run bench -- retrieval            (QUERL_BENCH_PYTHON names a Python that has the peers)
//
// Passages are made in a temporary folder, or kept in QUERL_BENCH_CORPORA for the next run.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from '../result.js'
import { type Bm25Case, compareBm25 } from './bm25.js'
import { caseNames } from './cases.js'
import { measureLarger } from './larger.js'
import { makePassages, type Source } from './passages.js'
import { compareServers } from './server.js'
import { compareShort } from './short.js'
import { compareVectors } from './vectors.js'

interface PassagesCase extends Bm25Case {
  readonly source: Source
  readonly documents: number
}

const passagesCases: readonly PassagesCase[] = [
  {
    name: caseNames.smaller,
    source: 'zipf',
    documents: 200_000,
    peers: ['bm25s + numba', 'Lucene', 'MiniSearch'],
  },
  {
    name: caseNames.large,
    source: 'zipf',
    documents: 1_000_000,
    peers: ['bm25s + numba', 'Lucene'],
  },
  {
    name: caseNames.real,
    source: 'real',
    documents: 1_000_000,
    peers: ['bm25s + numba', 'Lucene'],
  },
]

export async function run(bench: Bench): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'querl-bench-'))
  const corpora = process.env['QUERL_BENCH_CORPORA'] ?? join(scratch, 'corpora')
  const passagesOf = (source: Source, documents: number) =>
    makePassages(corpora, source, documents, bench.progress)
  try {
    if (bench.wants(caseNames.short)) await compareShort(bench, scratch)
    for (const each of passagesCases.filter(({ name }) => bench.wants(name))) {
      const passages = await passagesOf(each.source, each.documents)
      if (passages) await compareBm25(bench, each, passages, scratch)
      else bench.note(`${each.name}: skipped, QUERL_TEST_DATA names no folder with the real texts.`)
    }
    if (bench.wants(caseNames.larger)) await measureLarger(bench, scratch, passagesOf)
    if (bench.wants(caseNames.vectors)) await compareVectors(bench, scratch)
    if (bench.wants(caseNames.server)) await compareServers(bench, scratch, passagesOf)
  } finally {
    await rm(scratch, { recursive: true })
  }
}
