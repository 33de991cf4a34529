// Published figures on real collections, which lie outside of the repository: where they are absent,
// the tests are skipped and say so.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  parseQrels,
  parseRun,
  type RankedDocument,
  type Run,
  rankingMetrics,
} from '@querl/evaluate'
import { type Bm25Document, Bm25Index, type Bm25Options } from '@querl/retrieval'
import { beforeAll, describe, expect, test } from 'vitest'

const data = process.env['QUERL_TEST_DATA'] ?? join(import.meta.dirname, '../../shared/data')
const file = (...path: string[]) => join(data, ...path)
const read = (...path: string[]) => {
  const bytes = readFileSync(file(...path))
  return (path.at(-1)!.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1')
}
const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '')

/** Half a unit of what is published with three digits, with room for ties. */
const published = 0.002

async function search(
  documents: readonly Bm25Document[],
  queries: ReadonlyMap<string, string>,
  options: Bm25Options = { preset: 'lucene' },
): Promise<Run> {
  using index = await Bm25Index.build(documents, options)
  const hits = await index.search([...queries.values()], { topK: 1000 })
  return new Map([...queries.keys()].map((query, i) => [query, hits[i]!]))
}

/** The records of a SMART file, each with its fields by letter. */
function smart(text: string): { id: string; fields: Map<string, string> }[] {
  return text
    .split(/^\.I/m)
    .slice(1)
    .map((record) => {
      const [id, ...parts] = record.split(/^\.([A-Z])[ \t]*$/m)
      const fields = new Map<string, string>()
      for (let i = 0; i + 1 < parts.length; i += 2) fields.set(parts[i]!, parts[i + 1]!.trim())
      return { id: id!.trim(), fields }
    })
}

/** Title and text. */
const smartDocuments = (text: string): Bm25Document[] =>
  smart(text).map(({ id, fields }) => ({
    id,
    contents: [fields.get('T'), fields.get('W')].filter(Boolean).join('\n'),
  }))
const smartQueries = (text: string) =>
  new Map(smart(text).map(({ id, fields }) => [String(Number(id)), fields.get('W') ?? '']))

describe.skipIf(!existsSync(file('ir-cacm')))('CACM (skipped without the data)', () => {
  let qrels: ReturnType<typeof parseQrels>
  let run: Run
  beforeAll(async () => {
    const topics = read('ir-cacm', 'topics.cacm.txt').matchAll(
      /<DOCNO>\s*(\d+)\s*<\/DOCNO>([\s\S]*?)<\/DOC>/g,
    )
    const queries = new Map([...topics].map(([, id, text]) => [id!, text!.trim()]))
    run = await search(cacm(), queries)
    qrels = parseQrels(read('ir-cacm', 'qrels.cacm.txt'))
  })

  test('MAP and P@30 are those that Anserini publishes', async () => {
    const { mean } = rankingMetrics(qrels, run, ['map', 'p@30'])
    expect(Math.abs(mean.map - 0.3123)).toBeLessThan(published)
    expect(Math.abs(mean['p@30'] - 0.1942)).toBeLessThan(published)
  })

  test('the ten best are those of Lucene’s own run, but for ties', async () => {
    const lucene = parseRun(read('ir-cacm', 'cacm-bm25.txt'))
    const wrong: string[] = []
    for (const [query, expected] of lucene) {
      const depth = Math.min(10, expected.length)
      const actual = run.get(query)!.slice(0, depth)
      // A run has four digits; what scores like the tenth may stand there in its place.
      const last = expected[depth - 1]!.score
      const isTie = (hit: RankedDocument) => Math.abs(hit.score - last) < 2e-3
      const ids = new Set(expected.slice(0, depth).map(({ id }) => id))
      for (const hit of actual)
        if (!ids.has(hit.id) && !isTie(hit)) wrong.push(`${query} ${hit.id}`)
      actual.forEach((hit, i) => {
        if (Math.abs(hit.score - expected[i]!.score) > 2e-3)
          wrong.push(`${query} rank ${i + 1}: ${hit.score}, Lucene ${expected[i]!.score}`)
      })
    }
    expect(lucene.size).toBeGreaterThan(50)
    expect(wrong).toEqual([])
  })
})

/** Pages without their tags; a `<` of a formula is none. */
function cacm(): Bm25Document[] {
  const archive = execFileSync('tar', ['xzOf', file('ir-cacm', 'cacm.tar.gz')], {
    encoding: 'latin1',
    maxBuffer: 1 << 28,
  })
  const names = lines(
    execFileSync('tar', ['tzf', file('ir-cacm', 'cacm.tar.gz')], { encoding: 'utf8' }),
  ).filter((name) => name.endsWith('.html'))
  const pages = archive.split(/<html>/i).slice(1)
  expect(pages.length).toBe(names.length)
  return pages.map((page, i) => ({
    id: names[i]!.replace(/^.*\/|\.html$/g, ''),
    contents: page.replace(/<\/?(html|pre)>/gi, ' ').trim(),
  }))
}

describe.skipIf(!existsSync(file('ir-scifact')))('SciFact (skipped without the data)', () => {
  test('nDCG@10 and recall are those that Anserini publishes', async () => {
    const rows = lines(gunzipSync(readFileSync(file('ir-scifact', 'corpus.jsonl.gz'))).toString())
    const documents = rows.map((row) => {
      const { _id: id, title, text } = JSON.parse(row) as Record<'_id' | 'title' | 'text', string>
      return { id, contents: `${title} ${text}` }
    })
    const topics = gunzipSync(
      readFileSync(file('ir-scifact', 'topics.beir-v1.0.0-scifact.test.tsv.gz')),
    )
    const queries = new Map(
      lines(topics.toString()).map((row) => row.split('\t') as [string, string]),
    )
    const run = await search(documents, queries)
    const qrels = parseQrels(read('ir-scifact', 'qrels.beir-v1.0.0-scifact.test.txt'))
    const { mean } = rankingMetrics(qrels, run, ['ndcg@10', 'recall@100', 'recall@1000'])
    expect(Math.abs(mean['ndcg@10'] - 0.6789)).toBeLessThan(published)
    expect(Math.abs(mean['recall@100'] - 0.9253)).toBeLessThan(published)
    expect(Math.abs(mean['recall@1000'] - 0.9767)).toBeLessThan(published)
  })
})

// No published figures: the ranges are those of an independent BM25 with Porter's stemmer and exact
// lengths over the same files, with room for the lengths that Lucene rounds and for other choices of
// what a record's text is.
const room = 0.015

describe.skipIf(!existsSync(file('ir-cranfield')))(
  'older collections (skipped without the data)',
  () => {
    const options: Bm25Options = { preset: 'lucene', k1: 1.2, b: 0.75 }

    test('Cranfield', async () => {
      const documents = smartDocuments(read('ir-cranfield', 'cran.all.1400.gz'))
      // Judgments count the queries by their place, not by their numbers.
      const queries = new Map(
        [...smartQueries(read('ir-cranfield', 'cran.qry')).values()].map((text, i) => [
          `${i + 1}`,
          text,
        ]),
      )
      const qrels = parseQrels(
        lines(read('ir-cranfield', 'cranqrel'))
          .map((row) => row.trim().split(/\s+/))
          .map(([query, document, code]) => `${query} 0 ${document} ${Number(code) > 0 ? 1 : 0}`)
          .join('\n'),
      )
      const { mean } = rankingMetrics(qrels, await search(documents, queries, options), [
        'map',
        'ndcg@10',
      ])
      expect(Math.abs(mean.map - 0.3062)).toBeLessThan(room)
      expect(Math.abs(mean['ndcg@10'] - 0.3836)).toBeLessThan(room)
    })

    test('MED', async () => {
      const documents = smartDocuments(read('ir-med', 'MED.ALL.gz'))
      const qrels = parseQrels(
        lines(read('ir-med', 'MED.REL'))
          .map((row) => row.trim().split(/\s+/))
          .map(([query, document]) => `${query} 0 ${document} 1`)
          .join('\n'),
      )
      const run = await search(documents, smartQueries(read('ir-med', 'MED.QRY')), options)
      const { mean } = rankingMetrics(qrels, run, ['map', 'ndcg@10'])
      expect(Math.abs(mean.map - 0.5231)).toBeLessThan(room)
      expect(Math.abs(mean['ndcg@10'] - 0.683)).toBeLessThan(room)
    })

    test('CISI', async () => {
      const documents = smartDocuments(read('ir-cisi', 'CISI.ALL.gz'))
      const qrels = parseQrels(
        lines(read('ir-cisi', 'CISI.REL'))
          .map((row) => row.trim().split(/\s+/))
          .map(([query, document]) => `${query} 0 ${document} 1`)
          .join('\n'),
      )
      const run = await search(documents, smartQueries(read('ir-cisi', 'CISI.QRY')), options)
      const { mean } = rankingMetrics(qrels, run, ['map', 'ndcg@10'])
      expect(Math.abs(mean.map - 0.2191)).toBeLessThan(room)
      expect(Math.abs(mean['ndcg@10'] - 0.3847)).toBeLessThan(room)
    })
  },
)
