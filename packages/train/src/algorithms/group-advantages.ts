import { argumentError } from '@querl/base'

export interface GroupAdvantageOptions {
  /**
   * What a sample is compared with. `group` (default): the mean of its whole group, as GRPO.
   * `leaveOneOut`: the mean of the others, as RLOO. `none`: nothing, as REINFORCE.
   */
  readonly baseline?: 'group' | 'leaveOneOut' | 'none'
  /** Divide by the standard deviation (unbiased) of what the baseline is taken over. Default true. */
  readonly divideByStd?: boolean
  /** Added to the standard deviation. Default 1e-6, as Search-R1. */
  readonly epsilon?: number
}

/**
 * One advantage per trajectory, from the rewards of its group.
 *
 * A deviation of 0 is not divided by: with `group` the advantages are 0 then anyway; with
 * `leaveOneOut` a sample that differs from equal others keeps the plain difference. A group of one
 * has no baseline and keeps its reward.
 *
 * @param rewards shape (B)
 * @param groups  shape (B): rewards of one group have equal names, in any order
 * @returns shape (B)
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if the lengths differ
 * @see Shao et al. 2024 (arXiv 2402.03300), §4.1; Ahmadian et al. 2024 (arXiv 2402.14740) for RLOO
 */
export function groupAdvantages(
  rewards: readonly number[],
  groups: readonly string[],
  { baseline = 'group', divideByStd = true, epsilon = 1e-6 }: GroupAdvantageOptions = {},
): number[] {
  if (groups.length !== rewards.length)
    throw argumentError('groups', `of length ${rewards.length}, as rewards`, groups.length)
  const advantages = new Array<number>(rewards.length).fill(0)
  for (const members of membersOf(groups).values()) {
    const own = members.map((index) => rewards[index]!)
    for (const [position, index] of members.entries()) {
      const others = baseline === 'group' ? own : own.filter((_, other) => other !== position)
      if (baseline === 'none' || own.length < 2) {
        advantages[index] = rewards[index]!
        continue
      }
      const deviation = divideByStd ? standardDeviation(others) : 0
      const difference = rewards[index]! - mean(others)
      advantages[index] = deviation > 0 ? difference / (deviation + epsilon) : difference
    }
  }
  return advantages
}

/**
 * Which rows belong to a group whose rewards differ.
 *
 * A group that always or never succeeds has advantages 0: it would only cost time.
 */
export function informative(rewards: readonly number[], groups: readonly string[]): boolean[] {
  const informed = new Array<boolean>(rewards.length).fill(false)
  for (const members of membersOf(groups).values()) {
    const differs = members.some((index) => rewards[index] !== rewards[members[0]!])
    for (const index of members) informed[index] = differs
  }
  return informed
}

function membersOf(groups: readonly string[]): Map<string, number[]> {
  const members = new Map<string, number[]>()
  for (const [index, group] of groups.entries()) {
    const known = members.get(group)
    if (known) known.push(index)
    else members.set(group, [index])
  }
  return members
}

/** Summed from the first value on, so that the mean of equal values is that value to the bit. */
function mean(values: readonly number[]): number {
  const first = values[0]!
  return first + values.reduce((total, value) => total + (value - first), 0) / values.length
}

/** Unbiased; 0 of a single value. */
function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0
  const centre = mean(values)
  const squares = values.reduce((total, value) => total + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}
