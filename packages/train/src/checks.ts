import { argumentError } from '@querl/base'

/** @throws {QuerlError} ERR_QUERL_ARGUMENT if `value` is not a finite number of at least 0 */
export function checkNonNegative(name: string, value: number): number {
  if (!(Number.isFinite(value) && value >= 0))
    throw argumentError(name, 'a finite number of at least 0', value)
  return value
}
