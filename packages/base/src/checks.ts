// Checks of arguments that users see. Each returns its value, so that it can stand where it is used,
// and throws ERR_QUERL_ARGUMENT. All refuse NaN.

import { argumentError } from './errors.js'

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is an integer in [1, 2^53) */
export function checkPositiveInteger(name: string, value: unknown): number {
  if (isSafeInteger(value) && value >= 1) return value
  throw argumentError(name, 'a positive integer', value)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is an integer in [0, 2^53) */
export function checkNonNegativeInteger(name: string, value: unknown): number {
  if (isSafeInteger(value) && value >= 0) return value
  throw argumentError(name, 'a non-negative integer', value)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is a finite number above 0 */
export function checkPositive(name: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY) return value
  throw argumentError(name, 'a positive number', value)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is a finite number of at least 0 */
export function checkNonNegative(name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value
  throw argumentError(name, 'a number of at least 0', value)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is a number in [low, high] */
export function checkInRange(name: string, value: unknown, low: number, high: number): number {
  if (typeof value === 'number' && value >= low && value <= high) return value
  throw argumentError(name, `in [${low}, ${high}]`, value)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `value` is a string of at least one character */
export function checkString(name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  throw argumentError(name, 'a string that is not empty', value)
}

function isSafeInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
