import { type ErrorCode, QuerlError } from '@querl/base'
import type { StopHandle } from './binding.js'
import { native } from './loaded.js'

/** A native error as the one that users see; anything else as it is. */
export function fromNative(error: unknown): unknown {
  if (error instanceof QuerlError || !(error instanceof Error)) return error
  const { code } = error as NodeJS.ErrnoException
  if (!code?.startsWith('ERR_QUERL_')) return error
  return new QuerlError(code as ErrorCode, error.message, { cause: error })
}

/**
 * Starts native work that stops early when `signal` fires, and turns its errors into ours.
 *
 * @param start gets a stop source for the native call, if there is a signal
 * @throws the signal's reason if it has fired, before or while the work runs
 */
export async function abortable<T>(
  signal: AbortSignal | undefined,
  start: (stop: StopHandle | undefined) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const stop = signal && native().createStopSource()
  const onAbort = () => stop && native().requestStop(stop)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    return await start(stop)
  } catch (error) {
    signal?.throwIfAborted()
    throw fromNative(error)
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
