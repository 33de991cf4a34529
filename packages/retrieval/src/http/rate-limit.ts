import { argumentError, checkPositive, checkPositiveInteger } from '@querl/base'

export interface RateLimitOptions {
  /** Requests that may start in a second, on average. Infinity: as many as there are. */
  readonly requestsPerSecond?: number | undefined
  /** Requests that may start at once after a quiet time. Default 1. */
  readonly burst?: number | undefined
  /** Requests under way at a time. */
  readonly concurrency?: number | undefined
}

/** Of a service: what holds where an option is not given. */
export type Limits = { readonly [Name in keyof RateLimitOptions]-?: number }

/**
 * @param defaults of what `options` leave open
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range
 */
export function checkRateLimit(options: RateLimitOptions, defaults: Limits): Limits {
  const {
    requestsPerSecond = defaults.requestsPerSecond,
    burst = defaults.burst,
    concurrency = defaults.concurrency,
  } = options
  if (!(typeof requestsPerSecond === 'number' && requestsPerSecond > 0)) {
    throw argumentError('limits.requestsPerSecond', 'a positive number', requestsPerSecond)
  }
  checkPositive('limits.burst', burst)
  checkPositiveInteger('limits.concurrency', concurrency)
  return { requestsPerSecond, burst, concurrency }
}

/** A bucket that fills steadily; whoever starts takes one token out of it. */
export class TokenBucket {
  #tokens: number
  #at: number

  /** @param nowMs of any clock that never goes back; the bucket begins full */
  constructor(
    readonly perSecond: number,
    readonly capacity: number,
    nowMs: number,
  ) {
    this.#tokens = capacity
    this.#at = nowMs
  }

  /** Takes a token if there is one. @returns 0, or the milliseconds until there will be one */
  take(nowMs: number): number {
    if (this.perSecond === Number.POSITIVE_INFINITY) return 0
    const filled = ((nowMs - this.#at) / 1000) * this.perSecond
    this.#tokens = Math.min(this.capacity, this.#tokens + filled)
    this.#at = nowMs
    // A billionth less than a token is one: rounding must not cost a timer's round.
    if (this.#tokens >= 1 - 1e-9) {
      this.#tokens -= 1
      return 0
    }
    return ((1 - this.#tokens) / this.perSecond) * 1000
  }
}

interface Waiting {
  readonly start: () => void
  cancelled: boolean
}

/** Lets work start no faster, and no more of it at once, than a service allows; first come, first served. */
export class RateLimit {
  readonly #bucket: TokenBucket
  readonly #concurrency: number
  readonly #waiting: Waiting[] = []
  #running = 0
  #pausedUntil = 0
  #timer: NodeJS.Timeout | undefined

  constructor({ requestsPerSecond, burst, concurrency }: Limits) {
    this.#bucket = new TokenBucket(requestsPerSecond, Math.max(1, burst), performance.now())
    this.#concurrency = concurrency
  }

  /**
   * Does the work when its turn has come.
   *
   * @throws the signal's reason if it fires before
   * @throws what `work` throws
   */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal)
    try {
      return await work()
    } finally {
      this.#running--
      this.#advance()
    }
  }

  /** Nothing starts for so long, in milliseconds: the service has asked for rest. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + ms)
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const onAbort = () => {
        waiting.cancelled = true
        reject(signal?.reason)
        this.#advance()
      }
      const start = () => {
        signal?.removeEventListener('abort', onAbort)
        resolve()
      }
      const waiting: Waiting = { start, cancelled: false }
      signal?.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(waiting)
      this.#advance()
    })
  }

  #advance(): void {
    clearTimeout(this.#timer)
    while (this.#running < this.#concurrency) {
      while (this.#waiting[0]?.cancelled) this.#waiting.shift()
      if (this.#waiting.length === 0) return
      const now = performance.now()
      const waitMs = now < this.#pausedUntil ? this.#pausedUntil - now : this.#bucket.take(now)
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#advance(), waitMs)
        return
      }
      this.#running++
      this.#waiting.shift()!.start()
    }
  }
}
