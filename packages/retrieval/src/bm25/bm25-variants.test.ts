import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bm25Index, type Bm25Variant } from '../index.js'

interface Run {
  readonly variant: Bm25Variant
  readonly k1: number
  readonly b: number
  readonly delta: number
  /** (Q, N), in float64; of documents without a word of the query what the variant adds to all. */
  readonly scores: readonly (readonly number[])[]
}

const recorded = <T>(name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../tests/golden/${name}.json`, import.meta.url), 'utf8'),
  ) as T
const { documents, queries } = recorded<{ documents: string[]; queries: string[] }>('bm25')
const { madeBy, runs } = recorded<{ madeBy: string; runs: Run[] }>('bm25-variants')

// The issue's own bound; thirty words rounded to 2^-22 and the record's six digits are far below.
const tolerance = 1e-4

describe(`the five variants as ${madeBy} scores them`, () => {
  const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu))

  test.each(runs)('$variant with k1 $k1, b $b, delta $delta', async ({ scores, ...settings }) => {
    using index = await Bm25Index.build(documents, settings)
    const lists = await index.search(queries.slice(0, scores.length), { topK: documents.length })
    lists.forEach((hits, query) => {
      const theirs = scores[query]!
      for (const { index: document, score } of hits)
        expect(Math.abs(score - theirs[document]!)).toBeLessThan(tolerance)
      const asked = words(queries[query]!)
      const having = documents.flatMap((text, i) =>
        [...words(text)].some((word) => asked.has(word)) ? [i] : [],
      )
      const found = hits.map((hit) => hit.index)
      expect(found.sort((x, y) => x - y)).toEqual(having)
      // In the same order: a document may stand at another's place only where they score alike.
      const best = having.map((i) => theirs[i]!).sort((x, y) => y - x)
      hits.forEach(({ index: document }, rank) => {
        expect(Math.abs(theirs[document]! - best[rank]!)).toBeLessThan(tolerance)
      })
    })
  })

  test('an index keeps no scores: one that was built as lucene opens as any of them', async () => {
    using built = await Bm25Index.build(documents)
    const folder = mkdtempSync(join(tmpdir(), 'querl-variants-'))
    try {
      await built.save(join(folder, 'index'))
      for (const { scores: _, ...settings } of runs) {
        using opened = await Bm25Index.open(join(folder, 'index'), settings)
        using wanted = await Bm25Index.build(documents, settings)
        expect(await opened.search(queries)).toEqual(await wanted.search(queries))
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
