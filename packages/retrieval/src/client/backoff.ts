import { type RandomStream, randomStream } from '@querl/base'

export interface BackoffOptions {
  /** The wait before the first retry is drawn from [0, baseMs]; the range doubles. Default 100. */
  readonly baseMs?: number | undefined
  /** No range is longer. Default 5000. */
  readonly maxMs?: number | undefined
  /** Of the draws. Default: another one for each client. */
  readonly seed?: number | undefined
}

/**
 * How long to wait before a retry: exponential back-off with full jitter, so that clients which
 * failed together do not come back together.
 *
 * @see Brooker 2015, "Exponential Backoff And Jitter" (AWS Architecture Blog)
 */
export class Backoff {
  readonly #baseMs: number
  readonly #maxMs: number
  readonly #random: RandomStream

  constructor({ baseMs = 100, maxMs = 5000, seed }: BackoffOptions) {
    this.#baseMs = baseMs
    this.#maxMs = maxMs
    this.#random = randomStream(seed ?? Math.floor(Math.random() * 2 ** 53), 'retrieval', 'backoff')
  }

  /**
   * @param failures so far, at least 1
   * @param retryAfterMs what the server asks to wait at least
   */
  waitMs(failures: number, retryAfterMs = 0): number {
    const range = Math.min(this.#maxMs, this.#baseMs * 2 ** (failures - 1))
    return retryAfterMs + this.#random.uniform() * range
  }
}
