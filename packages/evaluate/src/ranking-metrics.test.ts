import { expect, test } from 'vitest'
import { formatRun, parseQrels, parseRun, type RankingMetric, rankingMetrics } from './index.js'

const qrels = parseQrels(`a 0 d1 1
a 0 d2 0
a 0 d3 2
a 0 d4 -1
a 0 d5 3
b 0 d1 0
c 0 d2 1
`)
const run = parseRun(`a Q0 d2 1 3.0 me
a Q0 d1 3 2.0 me
a Q0 d3 2 2.0 me
a Q0 d4 4 1.0 me
b Q0 d1 1 1.0 me
z Q0 d1 1 1.0 me
`)
const double = 12 // digits: both sides are float64

test('metrics are those of trec_eval', () => {
  const metrics = ['map', 'mrr', 'p@3', 'recall@3', 'ndcg@2', 'ndcg@10'] as const
  const { queries, mean } = rankingMetrics(qrels, run, metrics)
  // pytrec_eval-terrier 0.5.11 with these judgments and this run
  const recorded = {
    map: 0.38888888888888884,
    mrr: 0.5,
    'p@3': 0.6666666666666666,
    'recall@3': 0.6666666666666666,
    'ndcg@2': 0.2960819109658652,
    'ndcg@10': 0.36999401273810767,
  }
  for (const metric of metrics) {
    expect(queries.get('a')?.[metric]).toBeCloseTo(recorded[metric], double)
    expect(queries.get('b')?.[metric]).toBe(0) // nothing is relevant to it
    expect(queries.get('c')?.[metric]).toBe(0) // the run lacks it
    expect(mean[metric]).toBeCloseTo(recorded[metric] / 3, double)
  }
  expect([...queries.keys()]).toEqual(['a', 'b', 'c'])
})

test('an ideal ranking scores 1 and a precision divides by k however few were found', () => {
  const judged = new Map([['q', new Map([['x', 3], ['y', 1]])]]) // biome-ignore format: a table
  const ideal = new Map([['q', [{ id: 'x', score: 2 }, { id: 'y', score: 1 }]]]) // biome-ignore format: a table
  const { mean } = rankingMetrics(judged, ideal, ['map', 'mrr', 'ndcg@5', 'recall@5', 'p@5'])
  expect(mean).toEqual({ map: 1, mrr: 1, 'ndcg@5': 1, 'recall@5': 1, 'p@5': 2 / 5 })
})

test('trec_eval’s order sorts by score in float32, and equal scores by descending id', () => {
  const judged = new Map([['q', new Map([['b', 1]])]])
  const ties = new Map([
    ['q', [{ id: 'a', score: 1 }, { id: 'c', score: 1 + 1e-12 }, { id: 'b', score: 1 }]], // biome-ignore format: a table
  ])
  const mrr = (order: 'given' | 'trec_eval') =>
    rankingMetrics(judged, ties, ['mrr'], { order }).mean.mrr
  expect(mrr('given')).toBe(1 / 3)
  expect(mrr('trec_eval')).toBe(1 / 2)
})

test('a run reads back as it was written, in the order of its ranks', () => {
  expect(run.get('a')?.map(({ id }) => id)).toEqual(['d2', 'd3', 'd1', 'd4'])
  expect(formatRun(run, 'me')).toContain('a Q0 d3 2 2 me\n')
  expect(parseRun(formatRun(run))).toEqual(run)
})

test('says which line is none, which id has a space and which metric there is not', () => {
  expect(() => parseQrels('1 0 d 1\n1 0 d high\n')).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected line 2 to be "query iteration document grade", but got "1 0 d high".]`,
  )
  expect(() => parseRun('1 Q0 d 1 0.5\n')).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected line 1 to be "query Q0 document rank score tag", but got "1 Q0 d 1 0.5".]`,
  )
  expect(() =>
    formatRun(new Map([['q', [{ id: 'a b', score: 1 }]]])),
  ).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected an id without white space, which separates the columns of a run, but got "a b".]`,
  )
  expect(() =>
    rankingMetrics(qrels, run, ['ndcg@0' as RankingMetric]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected metrics to be of 'map', 'mrr', 'ndcg@10', 'recall@100', 'p@30' and their like, but got "ndcg@0" (string).]`,
  )
  const twice = new Map([['a', [{ id: 'd', score: 1 }, { id: 'd', score: 1 }]]]) // biome-ignore format: a table
  expect(() => rankingMetrics(qrels, twice, ['map'])).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected run of query a to be a list without repetitions, but got "d" (string).]`,
  )
})
