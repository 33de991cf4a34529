import { checkNonNegative, checkPositive, QuerlError } from '@querl/base'

export interface CostOptions {
  /** The price of one request, in any currency. Default 0: requests are counted alone. */
  readonly perRequest?: number | undefined
  /** The most that may be spent, in the same currency. Default: no limit. */
  readonly budget?: number | undefined
}

/** Counts what requests cost, and refuses the one that would exceed the budget. */
export class CostMeter {
  readonly perRequest: number
  readonly budget: number
  #requests = 0

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range */
  constructor(options: CostOptions = {}) {
    this.perRequest = checkNonNegative('cost.perRequest', options.perRequest ?? 0)
    this.budget =
      options.budget === undefined
        ? Number.POSITIVE_INFINITY
        : checkPositive('cost.budget', options.budget)
  }

  /** Requests that were billed, or may have been: those that got no answer count. */
  get requests(): number {
    return this.#requests
  }

  get spent(): number {
    return this.#requests * this.perRequest
  }

  /**
   * Pays for a request before it is sent, so that those under way never exceed the budget together.
   *
   * @throws {QuerlError} ERR_QUERL_BUDGET
   */
  pay(service: string): void {
    const after = (this.#requests + 1) * this.perRequest
    // Three times 0.1 is a little more than 0.3 in floating point, and yet within that budget.
    if (after > this.budget * (1 + 1e-9)) {
      throw new QuerlError(
        'ERR_QUERL_BUDGET',
        `${service}: the budget of ${this.budget} is used up: ${this.#requests} requests at ${this.perRequest} were sent.`,
        { remedy: 'Raise cost.budget, or replay a recording of the searches.' },
      )
    }
    this.#requests++
  }

  /** Takes one payment back: the service has refused the request. */
  refund(): void {
    this.#requests--
  }
}
