import { argumentError } from '@querl/base'
import {
  policyTokens,
  type Question,
  type RolloutOptions,
  rollout,
  type Trajectory,
} from '@querl/rollout'
import { exactMatch } from '@querl/tasks'
import { type Proportion, wilson } from './wilson.js'

/** As for a rollout, but one greedy sample for each question unless told otherwise. */
export interface EvaluateOptions<Q extends Question = Question>
  extends Omit<RolloutOptions<Q>, 'groupSize' | 'temperature' | 'seed'> {
  /** Default 0: the likeliest token. */
  readonly temperature?: number
  /** Of the draws, where the temperature is above 0. Default 0. */
  readonly seed?: number
}

/** Exact match on a set of questions, and what the policy did to get there. */
export interface Evaluation<Q extends Question = Question> {
  /** Share of right answers. */
  readonly em: number
  /** Wilson's 95 % interval of `em`, over the questions. */
  readonly low: number
  readonly high: number
  /** Questions. */
  readonly n: number
  /** Exact match of the questions of kind `oneHop` and `twoHop`, where there are any. */
  readonly oneHop?: number
  readonly twoHop?: number
  /** Exact match by any `kind` of question. */
  readonly byKind: Readonly<Record<string, Proportion>>
  /** Mean searches of a trajectory: `all`, and by `kind`. */
  readonly searches: Readonly<Record<string, number>>
  /** Share of trajectories that ended with an answer. */
  readonly answered: number
  /** Tokens that the policy wrote. */
  readonly policyTokens: number
  readonly seconds: number
  /** In the order of the examples. */
  readonly trajectories: readonly Trajectory<Q>[]
  /** Of `trajectories`, in their order. */
  readonly scores: readonly (0 | 1)[]
}

/**
 * Lets a policy answer every question once, and counts the answers that match.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no question; the signal's reason when it fires
 * @see Rajpurkar et al. 2016 (arXiv 1606.05250) for exact match
 */
export async function evaluate<Q extends Question>(
  options: EvaluateOptions<Q>,
): Promise<Evaluation<Q>> {
  if (options.examples.length === 0) throw argumentError('examples', 'at least one question', 0)
  const began = performance.now()
  const trajectories: Trajectory<Q>[] = []
  for await (const each of rollout({ temperature: 0, seed: 0, ...options, groupSize: 1 }))
    trajectories.push(each)
  trajectories.sort((a, b) => a.index - b.index)
  return summarise(trajectories, (performance.now() - began) / 1000)
}

function summarise<Q extends Question>(
  trajectories: readonly Trajectory<Q>[],
  seconds: number,
): Evaluation<Q> {
  const scores = trajectories.map(({ answer, example }) =>
    answer === undefined ? 0 : exactMatch(answer, example.answers),
  )
  const all = trajectories.map((trajectory, index) => ({ trajectory, score: scores[index]! }))
  const kinds = new Map<string, typeof all>()
  for (const each of all) {
    const kind = each.trajectory.example.kind
    if (kind !== undefined) kinds.set(kind, [...(kinds.get(kind) ?? []), each])
  }
  const byKind = <T>(measure: (part: typeof all) => T): Record<string, T> =>
    Object.fromEntries([...kinds].map(([kind, part]) => [kind, measure(part)]))
  const { mean: em, low, high, n } = proportion(all)
  const proportions = byKind(proportion)
  const { oneHop, twoHop } = proportions
  return {
    em,
    low,
    high,
    n,
    ...(oneHop && { oneHop: oneHop.mean }),
    ...(twoHop && { twoHop: twoHop.mean }),
    byKind: proportions,
    searches: { all: searches(all), ...byKind(searches) },
    answered: trajectories.filter(({ finish }) => finish === 'answer').length / all.length,
    policyTokens: trajectories.reduce((sum, each) => sum + policyTokens(each), 0),
    seconds,
    trajectories,
    scores,
  }
}

interface Scored {
  readonly trajectory: Trajectory
  readonly score: number
}

function proportion(part: readonly Scored[]): Proportion {
  return wilson(
    part.reduce((sum, { score }) => sum + score, 0),
    part.length,
  )
}

function searches(part: readonly Scored[]): number {
  return part.reduce((sum, { trajectory }) => sum + trajectory.searches.length, 0) / part.length
}
