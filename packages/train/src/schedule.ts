import { argumentError, checkInRange, checkNonNegativeInteger, checkPositive } from '@querl/base'

/** A learning rate for each step, counted from 0. */
export type Schedule = (step: number) => number

export interface LinearScheduleOptions {
  /** The highest rate, reached at the end of the warm-up. */
  readonly peak: number
  /** Steps in all; the final rate is reached at `totalSteps` and kept behind it. */
  readonly totalSteps: number
  /** Step s < warmupSteps has rate peak (s + 1) / warmupSteps. Default 0. */
  readonly warmupSteps?: number
  /** The rate at `totalSteps` as a share of the peak, in [0, 1]. Default 1: constant after warm-up. */
  readonly finalFraction?: number
}

/**
 * Linear warm-up, then linear decay.
 *
 * The first step has a rate above 0. (Search-R1's scheduler starts at 0, which makes its first
 * update a rollout for nothing.)
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if the peak is not positive, a count is not a
 *   non-negative integer, the warm-up is longer than the whole, or the fraction is not in [0, 1]
 */
export function linearSchedule({
  peak,
  totalSteps,
  warmupSteps = 0,
  finalFraction = 1,
}: LinearScheduleOptions): Schedule {
  checkPositive('peak', peak)
  checkNonNegativeInteger('totalSteps', totalSteps)
  checkNonNegativeInteger('warmupSteps', warmupSteps)
  checkInRange('finalFraction', finalFraction, 0, 1)
  if (warmupSteps > totalSteps)
    throw argumentError('warmupSteps', `at most totalSteps = ${totalSteps}`, warmupSteps)
  return (step) => {
    if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps
    const decayed = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps))
    return peak * (1 - (1 - finalFraction) * decayed)
  }
}

/** The same rate at every step. */
export function constantSchedule(rate: number): Schedule {
  checkPositive('rate', rate)
  return () => rate
}
