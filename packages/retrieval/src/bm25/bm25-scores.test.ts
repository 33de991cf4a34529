import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { Bm25Index } from '../index.js'

interface Golden {
  readonly madeBy: string
  readonly documents: readonly string[]
  readonly queries: readonly string[]
  /** scores: (Q, N), in float64. */
  readonly runs: readonly { k1: number; b: number; scores: readonly (readonly number[])[] }[]
}

const golden = JSON.parse(
  readFileSync(new URL('../../../../tests/golden/bm25.json', import.meta.url), 'utf8'),
) as Golden

// At most 31 words, each of whose scores is rounded to 2^-23 at worst, and the record to 1e-8.
const tolerance = 4e-6

describe(`scores recorded from ${golden.madeBy}`, () => {
  for (const { k1, b, scores } of golden.runs) {
    test(`all documents score the same with k1 ${k1}, b ${b}`, async () => {
      using index = await Bm25Index.build(golden.documents, { k1, b })
      const lists = await index.search(golden.queries, { topK: golden.documents.length })
      expect(lists.some((hits) => hits.length > 20)).toBe(true)
      lists.forEach((hits, query) => {
        const ours = new Array<number>(golden.documents.length).fill(0)
        for (const { index: document, score } of hits) ours[document] = score
        const furthest = Math.max(...ours.map((score, d) => Math.abs(score - scores[query]![d]!)))
        expect(furthest).toBeLessThan(tolerance)
      })
    })

    test(`the ten best are in the same order but for ties with k1 ${k1}, b ${b}`, async () => {
      using index = await Bm25Index.build(golden.documents, { k1, b })
      const lists = await index.search(golden.queries, { topK: 10 })
      lists.forEach((hits, query) => {
        const theirs = scores[query]!
        const best = theirs.filter((score) => score > 0).sort((x, y) => y - x)
        expect(hits).toHaveLength(Math.min(10, best.length))
        // A document may stand at another's place only where bm25s scores them alike.
        hits.forEach(({ index: document }, rank) => {
          expect(Math.abs(theirs[document]! - best[rank]!)).toBeLessThan(tolerance)
        })
      })
    })
  }
})
