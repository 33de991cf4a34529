import { setTimeout as sleep } from 'node:timers/promises'
import { checkNonNegativeInteger, checkPositive, QuerlError } from '@querl/base'
import { checkMilliseconds } from '../milliseconds.js'
import type { Attempt, Failure } from './exchange.js'

export interface RetryOptions {
  /** What one request may take, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Requests after the first, for failures that may pass. Default 3. */
  readonly retries?: number | undefined
  /**
   * The wait before the second request, in milliseconds; it doubles each time, and half of it is
   * chance, so that those who failed together do not come back together. Default 500.
   */
  readonly backoffMs?: number | undefined
  /** The longest wait. A service that asks for more (Retry-After) has failed. Default 30 000. */
  readonly maxWaitMs?: number | undefined
}

/** All of it, with defaults. */
export type Retry = { readonly [Name in keyof RetryOptions]-?: number }

/** @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range */
export function checkRetry(options: RetryOptions = {}): Retry {
  return {
    timeoutMs: checkMilliseconds('retry.timeoutMs', options.timeoutMs ?? 10_000),
    retries: checkNonNegativeInteger('retry.retries', options.retries ?? 3),
    backoffMs: checkPositive('retry.backoffMs', options.backoffMs ?? 500),
    maxWaitMs: checkPositive('retry.maxWaitMs', options.maxWaitMs ?? 30_000),
  }
}

export interface RetriedOptions extends Retry {
  /** The service's name, which begins the error's message. */
  readonly service: string
  readonly signal?: AbortSignal | undefined
  /** Told of each failure that is followed by another request. */
  readonly onRetry?: (failure: Failure, waitMs: number) => void
}

/**
 * Attempts something until it succeeds, fails for good, or the retries are used up.
 *
 * @throws {QuerlError} ERR_QUERL_REMOTE with the last failure
 * @throws the signal's reason if it fires
 * @throws what `attempt` throws
 */
export async function retried<T>(
  attempt: () => Promise<Attempt<T>>,
  options: RetriedOptions,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    const result = await attempt()
    if (result.ok) return result.value
    const { failure } = result
    const waitMs = failure.waitMs ?? backoff(failures, options)
    if (!failure.isTransient || failures === options.retries || waitMs > options.maxWaitMs) {
      throw remoteError(options.service, failure, failures + 1)
    }
    options.onRetry?.(failure, waitMs)
    try {
      await sleep(waitMs, undefined, options.signal && { signal: options.signal })
    } catch (error) {
      options.signal?.throwIfAborted()
      throw error
    }
  }
}

// Not from the run's random streams: chance in a wait changes no result.
function backoff(failures: number, { backoffMs, maxWaitMs }: Retry): number {
  return Math.min(maxWaitMs, backoffMs * 2 ** failures * (0.5 + 0.5 * Math.random()))
}

export function remoteError(service: string, failure: Failure, attempts = 1): QuerlError {
  const asks =
    failure.isTransient && failure.waitMs !== undefined
      ? `; it asks to wait ${Math.ceil(failure.waitMs / 1000)} s`
      : ''
  const tried = attempts > 1 ? ` (${attempts} attempts)` : ''
  const sentence = `${service} ${failure.message}${asks}${tried}`
  return new QuerlError('ERR_QUERL_REMOTE', /[.!?]$/.test(sentence) ? sentence : `${sentence}.`, {
    remedy: failure.remedy,
    cause: failure.cause,
  })
}

/**
 * How long an answer asks to be left alone, in milliseconds.
 *
 * @see RFC 9110, section 10.2.3: seconds, or a date
 */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
