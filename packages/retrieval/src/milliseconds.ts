import { argumentError, checkPositive } from '@querl/base'

/** The longest that Node's timers wait, 24.8 days: what is longer they take for 1 ms. */
export const longestMs = 2 ** 31 - 1

/**
 * @returns `value`, rounded up: some timers take integers alone
 * @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is in (0, 2^31 - 1]
 */
export function checkMilliseconds(name: string, value: unknown): number {
  const positive = checkPositive(name, value)
  if (positive <= longestMs) return Math.ceil(positive)
  throw argumentError(name, `at most ${longestMs} milliseconds (24 days)`, value)
}
