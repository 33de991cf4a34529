import { type ErrorCode, QuerlError } from '@querl/base'
import type { StopHandle } from './binding.js'
import { native } from './loaded.js'

const remedies: Partial<Record<ErrorCode, string>> = {
  ERR_QUERL_INDEX_CORRUPT: 'Restore a copy of the file, or build the index again.',
}

/** A native error as the one that users see; anything else as it is. */
export function fromNative(error: unknown): unknown {
  if (error instanceof QuerlError || !(error instanceof Error)) return error
  const code = (error as NodeJS.ErrnoException).code as ErrorCode | undefined
  if (!code?.startsWith('ERR_QUERL_')) return error
  // Native work stops early for two reasons only; whoever had a signal has been told already.
  if (code === 'ERR_QUERL_ABORTED') {
    return new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed before this call was done.')
  }
  return new QuerlError(code, error.message, { remedy: remedies[code], cause: error })
}

/**
 * Starts native work and turns its errors into ours. Rejects as soon as `signal` fires; the work
 * behind it then stops by itself.
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
  let onAbort: (() => void) | undefined
  try {
    const work = start(stop)
    if (!signal || !stop) return await work
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => {
        native().requestStop(stop)
        reject(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
    })
    return await Promise.race([work, aborted])
  } catch (error) {
    signal?.throwIfAborted()
    throw fromNative(error)
  } finally {
    if (onAbort) signal?.removeEventListener('abort', onAbort)
  }
}
