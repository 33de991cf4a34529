// Whether operators record how to differentiate them: a state of the thread, which operators in a run()
// take along.

import { QuerlError } from '@querl/base'
import { native } from './loaded.js'

/**
 * Calls `callback` while nothing is recorded: results require no gradient, and intermediate values are
 * not kept for backward().
 *
 * @param callback synchronous: the state belongs to the thread, and whatever runs between two awaits
 *   would see it
 * @returns what it returns
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if it returns a promise
 * @throws what it throws; the state is then as before
 */
export function noGrad<T>(callback: () => T): T {
  return withGradMode(false, 'noGrad', callback)
}

/** As noGrad(), but recording: for a part of what runs without. */
export function enableGrad<T>(callback: () => T): T {
  return withGradMode(true, 'enableGrad', callback)
}

/** Whether operators are recorded now: true but inside of noGrad(). */
export function isGradEnabled(): boolean {
  return native().isGradEnabled()
}

function withGradMode<T>(enabled: boolean, name: string, callback: () => T): T {
  const before = isGradEnabled()
  native().setGradEnabled(enabled)
  try {
    return synchronous(name, callback())
  } finally {
    native().setGradEnabled(before)
  }
}

/**
 * What a callback returned.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if that is a promise, which is then no longer reported as
 *   unhandled
 */
export function synchronous<T>(name: string, result: T): T {
  if (typeof result !== 'object' || result === null || !('then' in result)) return result
  if (typeof result.then !== 'function') return result
  result.then(undefined, () => {})
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `Expected the callback of ${name}() to be synchronous, but it returned a promise.`,
    { remedy: `Await outside of ${name}(), and wrap the operators alone.` },
  )
}
