import { argumentError } from '@querl/base'
import type { Trajectory } from '@querl/rollout'
import { type Metrics, mean } from './metrics.js'

/**
 * Scores a finished trajectory: a number, or `{ reward, …terms }` where each term is logged by its
 * name as `reward/<term>`.
 */
export type RewardFunction = (trajectory: Trajectory) => Reward | Promise<Reward>
export type Reward = number | RewardTerms
export interface RewardTerms {
  readonly reward: number
  readonly [term: string]: number
}

/**
 * Scores trajectories in order.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if a reward is not a finite number
 */
export async function scoreAll(
  trajectories: readonly Trajectory[],
  reward: RewardFunction,
): Promise<RewardTerms[]> {
  const scores = await Promise.all(trajectories.map(async (each) => reward(each)))
  return scores.map((score, index) => {
    const terms = typeof score === 'number' ? { reward: score } : score
    if (!Number.isFinite(terms.reward))
      throw argumentError(
        `the reward of example ${trajectories[index]!.example.id}`,
        'a finite number',
        terms.reward,
      )
    return terms
  })
}

/** `reward/mean`, `reward/std` and the mean of every term. */
export function rewardMetrics(scores: readonly RewardTerms[]): Metrics {
  const average = mean(scores.map(({ reward }) => reward))
  const metrics: Metrics = {
    'reward/mean': average,
    'reward/std': Math.sqrt(mean(scores.map(({ reward }) => (reward - average) ** 2))),
  }
  const terms = new Set(scores.flatMap((score) => Object.keys(score)))
  terms.delete('reward')
  for (const term of terms)
    metrics[`reward/${term}`] = mean(scores.map((score) => score[term] ?? 0))
  return metrics
}
