import { argumentError } from '@querl/base'
import type { EmSummary } from '@querl/train'
import type { Evaluation } from './evaluate.js'

/** What an interval ranges over: it means nothing without this. */
export type IntervalKind =
  | 'Wilson 95 % over the questions of one seed'
  | 'Student t 95 % over the means of the seeds'

/** The figures of a policy, over one or more seeds. */
export interface SeedSummary extends EmSummary {
  readonly interval: IntervalKind
  /** Mean of each seed, in the order given: all that were run. */
  readonly perSeed: readonly number[]
}

/**
 * Puts the evaluations of one policy, one for each seed, together.
 *
 * `mean` is the mean over seeds and `n` counts all questions. The interval of several seeds says how
 * much training varies, which is usually more than the questions do; that of one seed can only say
 * the latter.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no evaluation
 */
export function combineSeeds(evaluations: readonly Evaluation[]): SeedSummary {
  const [first] = evaluations
  if (!first) throw argumentError('evaluations', 'at least one', 0)
  const perSeed = evaluations.map(({ em }) => em)
  const kinds = [...new Set(evaluations.flatMap(({ byKind }) => Object.keys(byKind)))]
  const overSeeds = (measure: (each: Evaluation) => number | undefined) =>
    mean(evaluations.map(measure).filter((value) => value !== undefined))
  const byKind = Object.fromEntries(
    kinds.map((kind) => [kind, overSeeds((each) => each.byKind[kind]?.mean)]),
  )
  return {
    mean: mean(perSeed),
    ...(evaluations.length === 1 ? { low: first.low, high: first.high } : studentInterval(perSeed)),
    interval:
      evaluations.length === 1
        ? 'Wilson 95 % over the questions of one seed'
        : 'Student t 95 % over the means of the seeds',
    perSeed,
    n: evaluations.reduce((sum, { n }) => sum + n, 0),
    ...byKind,
    searches: Object.fromEntries(
      ['all', ...kinds].map((kind) => [kind, overSeeds((each) => each.searches[kind])]),
    ),
  }
}

/** 97.5 % points of Student's t with 1, 2, … degrees of freedom. */
const T975: readonly number[] = [
  12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281, 2.201, 2.1788,
  2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.093, 2.086,
]

function studentInterval(values: readonly number[]): { low: number; high: number } {
  const centre = mean(values)
  const degrees = values.length - 1
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / degrees
  // Past the table its last row is kept, which is a little too wide.
  const half = T975[Math.min(degrees, T975.length) - 1]! * Math.sqrt(variance / values.length)
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
