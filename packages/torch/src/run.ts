import { argumentError } from '@querl/base'
import { synchronous } from './grad-mode.js'
import { native } from './loaded.js'
import { abortable, fromNative } from './native-call.js'
import { callOperator } from './operator-call.js'

export interface RunOptions {
  /** Stops before the next operator. The promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Computes on another thread, while JavaScript goes on: every operator that the callback calls is put in
 * a queue, and returns tensors at once whose numbers come later.
 *
 * ```ts
 * const loss = await run(() => {
 *   const loss = cross_entropy(model(x), y)
 *   loss.backward()
 *   return loss
 * })
 * loss.item()
 * ```
 *
 * In the callback, numbers cannot be read: `item()`, `data()` and `view()` throw ERR_QUERL_PENDING. Its
 * shape, dtype and device can; that waits until the tensor is computed, as do operators that return a
 * list of tensors. Until the promise settles, the same error meets whoever uses a tensor that the
 * callback made or wrote to, other than in the callback of a later run(): those are worked off one
 * after the other. What a run() reads, or has views on, must not be written to meanwhile.
 *
 * A direct call on a few numbers takes about 1 µs in all; one in a run() costs the main thread 0.55 µs
 * whatever it computes. The way there and back is 7 µs at best: it pays from some 0.1 ms of work on.
 *
 * @param callback synchronous: whatever runs between two awaits would be put in the queue, too
 * @returns what the callback returned, when all of it is computed
 * @throws {QuerlError} what the first operator that fails throws; those behind it are not run, their
 *   results are never computed, and what they would have written to is as it was
 * @throws what the callback throws; what it put in the queue and was not begun is dropped
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if the callback returns a promise, or within another run()
 */
export function run<T>(callback: () => T, { signal }: RunOptions = {}): Promise<T> {
  return abortable(signal, async (stop) => {
    const done = native().beginRun(stop)
    let result: T
    try {
      result = synchronous('run', callback())
    } catch (error) {
      native().endRun(true)
      await done.catch(() => {}) // that it was stopped
      throw fromNative(error)
    }
    native().endRun(false)
    await done
    return result
  })
}

/**
 * Sets how many threads one operator may use, of this thread's operators and its run()s. Default: the
 * machine's cores.
 *
 * @param threads in [1, 1024]
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function setThreads(threads: number): void {
  if (!Number.isInteger(threads) || threads < 1 || threads > 1024)
    throw argumentError('threads', 'an integer in [1, 1024]', threads)
  callOperator('querl::set_num_threads', threads)
}
