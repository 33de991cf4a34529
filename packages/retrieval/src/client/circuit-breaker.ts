import { QuerlError } from '@querl/base'

export interface CircuitBreakerOptions {
  /** Requests that fail in a row until nothing is sent any more. Default 5. */
  readonly failures?: number | undefined
  /** How long nothing is sent then, until one request may try, in milliseconds. Default 10 000. */
  readonly cooldownMs?: number | undefined
}

/**
 * Spares a server that is down, and its callers the wait: after a row of failures calls fail at once;
 * later one of them is let through to try, and its success lets all through.
 */
export class CircuitBreaker {
  readonly #failures: number
  readonly #cooldownMs: number
  readonly #now: () => number
  #inRow = 0
  #openUntil = 0
  #isProbing = false

  constructor(
    { failures = 5, cooldownMs = 10_000 }: CircuitBreakerOptions,
    now: () => number = () => performance.now(),
  ) {
    this.#failures = failures
    this.#cooldownMs = cooldownMs
    this.#now = now
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#inRow < this.#failures) return 'closed'
    return this.#isProbing || this.#now() >= this.#openUntil ? 'half-open' : 'open'
  }

  /**
   * Asks for leave to send; succeeded(), failed() or released() must follow.
   *
   * @throws {QuerlError} ERR_QUERL_REMOTE while nothing is sent
   */
  enter(what: string): void {
    if (this.#inRow < this.#failures) return
    const left = this.#openUntil - this.#now()
    if (left > 0 || this.#isProbing) {
      const when = left > 0 ? `for ${(left / 1000).toFixed(1)} s` : 'until one request has tried'
      throw new QuerlError(
        'ERR_QUERL_REMOTE',
        `${what} failed ${this.#inRow} times in a row and is not asked ${when}.`,
      )
    }
    this.#isProbing = true
  }

  succeeded(): void {
    this.#inRow = 0
    this.#isProbing = false
  }

  failed(): void {
    this.#inRow++
    this.#isProbing = false
    if (this.#inRow >= this.#failures) this.#openUntil = this.#now() + this.#cooldownMs
  }

  /** It came to nothing that says anything of the server: it was aborted. */
  released(): void {
    this.#isProbing = false
  }
}
