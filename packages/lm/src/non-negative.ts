import { argumentError } from '@querl/base'

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is a finite number of at least 0 */
export function checkNonNegative(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value
  throw argumentError(name, 'a number of at least 0', value)
}
