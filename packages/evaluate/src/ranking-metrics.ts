import { argumentError } from '@querl/base'
import type { Judgments, Qrels, RankedDocument, Run } from './trec.js'

/** The names are trec_eval's but for the point: `map`, `mrr`, `ndcg@10`, `recall@100`, `p@30`. */
export type RankingMetric = 'map' | 'mrr' | `${'ndcg' | 'recall' | 'p'}@${number}`

export interface RankingMetrics<Metric extends RankingMetric> {
  /** Averages over all judged queries; a query that the run lacks counts 0. */
  readonly mean: Readonly<Record<Metric, number>>
  /** By the id of the query, those of the judgments in their order. */
  readonly queries: ReadonlyMap<string, Readonly<Record<Metric, number>>>
}

export interface RankingOptions {
  /**
   * `given` takes the documents as they stand; `trec_eval` sorts them by score as trec_eval does,
   * equal scores (in float32) by descending id. Default `given`.
   */
  readonly order?: 'given' | 'trec_eval' | undefined
}

/**
 * How well runs rank, by trec_eval's definitions.
 *
 * `map` is average precision over the whole list, `mrr` the reciprocal rank of the first relevant
 * document, `ndcg@k` has the grade itself as gain (not 2^grade − 1) and log2(rank + 1) as discount,
 * `p@k` divides by k even where fewer were returned. A grade of 0 or below is not relevant. Judged
 * queries without a relevant document count 0.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown metric, for judgments of no query, and for a
 *   document that a query's list has twice
 * @see the options -c and -m of trec_eval 9
 */
export function rankingMetrics<const Metric extends RankingMetric>(
  qrels: Qrels,
  run: Run,
  metrics: readonly Metric[],
  { order = 'given' }: RankingOptions = {},
): RankingMetrics<Metric> {
  if (qrels.size === 0) throw argumentError('qrels', 'judgments of at least one query', qrels.size)
  const scorers = metrics.map((metric) => [metric, scorerOf(metric)] as const)
  const queries = new Map<string, Record<Metric, number>>()
  for (const [query, judgments] of qrels) {
    const documents = checked(query, run.get(query) ?? [])
    const grades = (order === 'trec_eval' ? sorted(documents) : documents).map(({ id }) =>
      Math.max(0, judgments.get(id) ?? 0),
    )
    const ideal = idealGrades(judgments)
    queries.set(
      query,
      Object.fromEntries(
        scorers.map(([metric, score]) => [metric, ideal.length === 0 ? 0 : score(grades, ideal)]),
      ) as Record<Metric, number>,
    )
  }
  const mean = Object.fromEntries(
    metrics.map((metric) => {
      let sum = 0
      for (const scores of queries.values()) sum += scores[metric]
      return [metric, sum / queries.size]
    }),
  ) as Record<Metric, number>
  return { mean, queries }
}

/** Grades in the order of the run, 0 for what is not relevant; `ideal` has those above 0, best first. */
type Scorer = (grades: readonly number[], ideal: readonly number[]) => number

function scorerOf(metric: string): Scorer {
  if (metric === 'map') return averagePrecision
  if (metric === 'mrr')
    return (grades) => 1 / (grades.findIndex((grade) => grade > 0) + 1 || Infinity)
  const [, name, depth] = /^(ndcg|recall|p)@([1-9]\d*)$/.exec(metric) ?? []
  const k = Number(depth)
  if (name === 'ndcg') return (grades, ideal) => gain(grades, k) / gain(ideal, k)
  if (name === 'recall') return (grades, ideal) => relevant(grades, k) / ideal.length
  if (name === 'p') return (grades) => relevant(grades, k) / k
  throw argumentError(
    'metrics',
    "of 'map', 'mrr', 'ndcg@10', 'recall@100', 'p@30' and their like",
    metric,
  )
}

function averagePrecision(grades: readonly number[], ideal: readonly number[]): number {
  let found = 0
  let sum = 0
  grades.forEach((grade, i) => {
    if (grade > 0) sum += ++found / (i + 1)
  })
  return sum / ideal.length
}

function gain(grades: readonly number[], k: number): number {
  return grades.slice(0, k).reduce((sum, grade, i) => sum + grade / Math.log2(i + 2), 0)
}

function relevant(grades: readonly number[], k: number): number {
  return grades.slice(0, k).filter((grade) => grade > 0).length
}

function idealGrades(judgments: Judgments): number[] {
  return [...judgments.values()].filter((grade) => grade > 0).sort((a, b) => b - a)
}

function checked(query: string, documents: readonly RankedDocument[]): readonly RankedDocument[] {
  const seen = new Set<string>()
  for (const { id } of documents) {
    if (seen.has(id)) throw argumentError(`run of query ${query}`, 'a list without repetitions', id)
    seen.add(id)
  }
  return documents
}

function sorted(documents: readonly RankedDocument[]): RankedDocument[] {
  return [...documents].sort(
    (a, b) => Math.fround(b.score) - Math.fround(a.score) || (a.id < b.id ? 1 : -1),
  )
}
