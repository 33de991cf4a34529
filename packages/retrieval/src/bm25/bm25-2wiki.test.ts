import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Passage, PassageRetriever } from '../index.js'

// Real passages and questions, which are not in the repository.
const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const data = process.env['QUERL_TEST_DATA'] ?? join(repository, '..', 'shared', 'data')
const folder = join(data, 'multihop-2wiki101')
const isThere = existsSync(folder)
if (!isThere)
  console.warn(`Skipped: ${folder} is not there. QUERL_TEST_DATA names the data's folder.`)

interface Golden {
  readonly madeBy: string
  readonly k1: number
  readonly b: number
  /** For each question its eight best [document, score]. */
  readonly hits: readonly (readonly (readonly [number, number])[])[]
}

interface Question {
  readonly question: string
  readonly supporting_titles: readonly string[]
}

const golden = JSON.parse(
  readFileSync(join(repository, 'tests', 'golden', 'bm25-2wiki.json'), 'utf8'),
) as Golden

describe.skipIf(!isThere)('2WikiMultihopQA, 6 119 passages and 101 questions', () => {
  const passages = () =>
    (
      JSON.parse(
        gunzipSync(readFileSync(join(folder, '2wikimultihopqa_corpus.json.gz'))).toString(),
      ) as Omit<Passage, 'id'>[]
    ).map((passage, i) => ({ ...passage, id: String(i) }))
  const questions = () =>
    readFileSync(join(folder, 'questions.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Question)

  test(`scores and order are those of ${golden.madeBy}`, async () => {
    using retriever = await PassageRetriever.build(passages(), golden)
    const queries = questions().map(({ question }) => question)
    const lists = await retriever.search(queries, { topK: 8 })
    lists.forEach((hits, question) => {
      const theirs = golden.hits[question]!
      expect(hits.map(({ id, score }) => [Number(id), score])).toEqual(
        // Thirty words at most, each rounded to 2^-23.
        theirs.map(([index, score]) => [index, expect.closeTo(score, 4.5)]),
      )
    })
  })

  // The figure that the data's own page states for a plain BM25 with these settings: 35 of 101.
  test('all supporting titles are in the top 8 for 0.347 of the questions', async () => {
    using retriever = await PassageRetriever.build(passages(), { k1: 0.9, b: 0.4 })
    const all = questions()
    const lists = await retriever.search(
      all.map(({ question }) => question),
      { topK: 8 },
    )
    const found = all.filter(({ supporting_titles }, i) => {
      const titles = new Set(lists[i]!.map(({ title }) => title))
      return supporting_titles.every((title) => titles.has(title))
    })
    expect(found.length / all.length).toBeCloseTo(0.347, 3)
  })
})
