import type { Author, Trajectory } from '@querl/rollout'
import type { RewardTerms } from './reward.js'

/** One line of trajectories/*.jsonl. */
export interface TrajectoryRecord {
  readonly phase: string
  readonly step: number
  readonly id: string
  readonly question: string
  readonly answers: readonly string[]
  readonly kind?: string
  readonly sample: number
  readonly reward: number
  /** The named terms of the reward. */
  readonly rewards: Readonly<Record<string, number>>
  readonly answer?: string
  readonly finish: string
  readonly error?: string
  readonly searches: number
  readonly seconds: number
  readonly policyVersion: number
  readonly segments: readonly {
    readonly author: Author
    readonly text: string
    readonly tokens: number
  }[]
}

/**
 * A trajectory in a form that can be read without the model.
 *
 * @param decode the tokenizer's: ids to text
 */
export function trajectoryRecord(
  trajectory: Trajectory,
  rewards: RewardTerms,
  { phase, step, decode }: { phase: string; step: number; decode: (ids: Int32Array) => string },
): TrajectoryRecord {
  const { example, sample, answer, finish, error, searches, seconds, policyVersion } = trajectory
  const { reward, ...terms } = rewards
  return {
    phase,
    step,
    id: example.id,
    question: example.question,
    answers: example.answers,
    ...(example.kind !== undefined && { kind: example.kind }),
    sample,
    reward,
    rewards: terms,
    ...(answer !== undefined && { answer }),
    finish,
    ...(error && { error: error.message }),
    searches: searches.length,
    seconds,
    policyVersion,
    segments: trajectory.segments.map(({ author, ids }) => ({
      author,
      text: decode(ids),
      tokens: ids.length,
    })),
  }
}
