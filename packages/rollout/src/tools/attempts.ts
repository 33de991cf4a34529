import { setTimeout as sleep } from 'node:timers/promises'

export interface RetryOptions {
  /** What one attempt may take. */
  readonly timeoutMs: number
  /** Attempts after the first. */
  readonly retries: number
  /** The wait before the second attempt; it doubles each time. */
  readonly backoffMs: number
}

/** What came of it, at last. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string }

/**
 * Does something that may fail until it succeeds or the attempts are used up. Never rejects.
 *
 * @param attempt gets a signal that fires at the time-out; it is not waited for after that
 * @param check   throws where a result is no success
 */
export async function attempts<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  check: (value: T) => void,
  { timeoutMs, retries, backoffMs, signal }: RetryOptions & { readonly signal: AbortSignal },
): Promise<Outcome<T>> {
  for (let failures = 0; ; failures++) {
    try {
      const value = await within(timeoutMs, attempt, signal)
      check(value)
      return { ok: true, value }
    } catch (error) {
      if (failures === retries || signal.aborted) return { ok: false, message: messageOf(error) }
    }
    try {
      await sleep(backoffMs * 2 ** failures, undefined, { signal })
    } catch {
      return { ok: false, message: 'it was stopped.' }
    }
  }
}

async function within<T>(
  timeoutMs: number,
  attempt: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const stop = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let onAbort = () => {}
  // Raced, since work that ignores its signal must not hold everybody up.
  const stopped = new Promise<never>((_, reject) => {
    const give = (message: string) => {
      const error = new Error(message)
      stop.abort(error)
      reject(error)
    }
    onAbort = () => give('it was stopped.')
    timer = setTimeout(
      () => give(`the retriever did not answer in ${timeoutMs / 1000} s.`),
      timeoutMs,
    )
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([attempt(stop.signal), stopped])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  }
}

/** The first line alone: a stack or a page of HTML is nothing for a policy to read. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n', 1)[0]!.slice(0, longestMessage)
}

const longestMessage = 200 // characters
