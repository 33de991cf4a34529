import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RetrievedPassage } from '../retriever.js'
import { normalised, reciprocalRankFusion, weightedSum } from './fusion.js'

const passage = (id: string, score: number): RetrievedPassage => ({
  id,
  title: '',
  text: id,
  score,
})
const list = (scores: Record<string, number>, weight = 1) => ({
  passages: Object.entries(scores).map(([id, score]) => passage(id, score)),
  weight,
})
const ids = (passages: readonly RetrievedPassage[]) => passages.map(({ id }) => id)

interface Recorded {
  readonly runs: readonly Record<string, number>[]
  readonly weights: readonly number[]
  readonly fused: Record<string, number>
}
const ranx = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures', 'fusion.json'), 'utf8'),
) as Record<'rrf' | 'minMax' | 'zScore' | 'none', Recorded>

// Both sum a few terms of magnitude 1 in float64, perhaps in another order.
const float64Sum = 1e-12

describe.each(['rrf', 'minMax', 'zScore', 'none'] as const)('%s', (method) => {
  const { runs, weights, fused } = ranx[method]
  const lists = runs.map((run, at) => list(run, weights[at]))
  const ours = method === 'rrf' ? reciprocalRankFusion(lists, 60) : weightedSum(lists, method)

  test('gives the scores that ranx gives', () => {
    expect(ours.length).toBe(Object.keys(fused).length)
    for (const { id, score } of ours) expect(Math.abs(score - fused[id]!)).toBeLessThan(float64Sum)
  })

  test('gives them best first', () => {
    const scores = ours.map(({ score }) => score)
    expect(scores).toEqual([...scores].sort((one, other) => other - one))
  })
})

describe('reciprocal rank fusion', () => {
  test('is the sum of 1 / (60 + rank), worked by hand', () => {
    const fused = reciprocalRankFusion([list({ a: 9, b: 8 }), list({ b: 0.2, c: 0.1 })], 60)
    expect(fused.map(({ id, score }) => [id, score])).toEqual([
      ['b', 1 / 62 + 1 / 61],
      ['a', 1 / 61],
      ['c', 1 / 62],
    ])
  })

  test('counts a list by its weight: twice the weight is the list twice', () => {
    const [one, other] = [list({ a: 3, b: 2, c: 1 }), list({ c: 3, b: 2, d: 1 })]
    const weighted = reciprocalRankFusion([{ ...one, weight: 2 }, other], 10)
    const repeated = reciprocalRankFusion([one, one, other], 10)
    expect(ids(weighted)).toEqual(ids(repeated))
  })

  test('keeps the order of one list alone, and is blind to its scores', () => {
    expect(ids(reciprocalRankFusion([list({ z: -5, y: -6, x: -7 })], 60))).toEqual(['z', 'y', 'x'])
  })

  test('counts a passage once that a list holds twice', () => {
    const twice = { passages: [passage('a', 2), passage('b', 1.5), passage('a', 1)], weight: 1 }
    const fused = reciprocalRankFusion([twice], 60)
    expect(fused.map(({ id, score }) => [id, score])).toEqual([
      ['a', 1 / 61],
      ['b', 1 / 62],
    ])
  })

  test('leaves ties in the order of first appearance', () => {
    const fused = reciprocalRankFusion([list({ a: 1 }), list({ b: 1 }), list({ c: 1 })], 60)
    expect(ids(fused)).toEqual(['a', 'b', 'c'])
  })
})

describe('a weighted sum', () => {
  test('takes what a list lacks for its worst, worked by hand with z-scores', () => {
    // Of (4, 2): mean 3, deviation 1, so 1 and -1; of (1): deviation 0, so 0.
    const fused = weightedSum([list({ a: 4, b: 2 }), list({ c: 1 }, 10)], 'zScore')
    expect(fused.map(({ id, score }) => [id, score])).toEqual([
      ['a', 1],
      ['b', -1],
      ['c', -1],
    ])
  })

  test('does not change when a list is scaled and shifted', () => {
    const [one, other] = [list({ a: 9, b: 4, c: 1 }), list({ c: 0.5, a: 0.1, d: 0 })]
    const moved = list({ a: 900 + 7, b: 400 + 7, c: 100 + 7 })
    for (const normalisation of ['minMax', 'zScore'] as const) {
      const [before, after] = [
        [one, other],
        [moved, other],
      ].map((lists) => weightedSum(lists, normalisation))
      expect(ids(after!)).toEqual(ids(before!))
      after!.forEach(({ score }, at) => {
        expect(Math.abs(score - before![at]!.score)).toBeLessThan(float64Sum)
      })
    }
  })

  test('of nothing is nothing', () => {
    expect(weightedSum([list({}), list({})], 'minMax')).toEqual([])
    expect(weightedSum([list({}), list({ a: 1 })], 'zScore').map(({ score }) => score)).toEqual([0])
  })
})

test('a list of one, or of equals, is found at full height by min-max', () => {
  expect(normalised([{ score: 3 }], 'minMax')).toEqual([1])
  expect(normalised([{ score: 3 }, { score: 3 }], 'zScore')).toEqual([0, 0])
})
