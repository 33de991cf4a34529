import { QuerlError } from '@querl/base'
import type {
  AdamWSettings,
  LogitOptions,
  Loss,
  LossSums,
  Optimizable,
  TokenBatch,
} from './model.js'

/** One micro-batch with its loss. */
export interface LossBatch {
  readonly batch: TokenBatch
  readonly loss: Loss
}

export interface UpdateResult {
  /** Added over the micro-batches. */
  readonly sums: LossSums
  /** Before clipping; NaN where the loss was not finite. */
  readonly gradNorm: number
  /** True: the loss or the gradient was not finite, and no weight was changed. */
  readonly skipped: boolean
}

/**
 * One optimiser step over micro-batches whose losses add up.
 *
 * A loss or a gradient that is not finite leaves the weights and the moments as they were.
 */
export async function update(
  model: Optimizable,
  parts: readonly LossBatch[],
  optimizer: AdamWSettings,
  logits: LogitOptions = {},
): Promise<UpdateResult> {
  let sums = NO_SUMS
  try {
    for (const { batch, loss } of parts) sums = add(sums, await model.backward(batch, loss, logits))
  } catch (error) {
    // An abort leaves half of a gradient behind; the next step must not start from it.
    await model.zeroGradients()
    throw error
  }
  if (!Number.isFinite(sums.loss)) {
    await model.zeroGradients()
    return { sums, gradNorm: Number.NaN, skipped: true }
  }
  return { sums, ...(await model.step(optimizer)) }
}

/**
 * Counts updates that were skipped one after the other, and gives up when they are too many: then
 * the weights themselves are likely beyond saving.
 */
export class DivergenceGuard {
  #inARow = 0

  /**
   * @param limit skipped updates in a row that end the run
   * @param lastCheckpoint names what can be gone back to, for the message
   */
  constructor(
    readonly limit: number,
    readonly lastCheckpoint: () => string | undefined = () => undefined,
  ) {}

  /** @throws {QuerlError} ERR_QUERL_DIVERGED at the limit */
  count(skipped: boolean, step: number, what: string): void {
    this.#inARow = skipped ? this.#inARow + 1 : 0
    if (this.#inARow < this.limit) return
    const checkpoint = this.lastCheckpoint()
    throw new QuerlError(
      'ERR_QUERL_DIVERGED',
      `Training diverged at step ${step}: the ${what}'s loss or gradient was not finite in ` +
        `${this.#inARow} updates in a row.`,
      {
        remedy: checkpoint
          ? `Resume from ${checkpoint} with a lower learning rate.`
          : 'Start again with a lower learning rate; no checkpoint was saved.',
      },
    )
  }
}

export const NO_SUMS: LossSums = {
  loss: 0,
  tokens: 0,
  logprobs: 0,
  entropy: 0,
  kl: 0,
  referenceKl: 0,
  clipped: 0,
  ratioMax: 0,
  logprobDeltaSum: 0,
  logprobDeltaMax: 0,
  squaredErrors: 0,
}

export function add(a: LossSums, b: LossSums): LossSums {
  return {
    loss: a.loss + b.loss,
    tokens: a.tokens + b.tokens,
    logprobs: a.logprobs + b.logprobs,
    entropy: a.entropy + b.entropy,
    kl: a.kl + b.kl,
    referenceKl: a.referenceKl + b.referenceKl,
    clipped: a.clipped + b.clipped,
    ratioMax: Math.max(a.ratioMax, b.ratioMax),
    logprobDeltaSum: a.logprobDeltaSum + b.logprobDeltaSum,
    logprobDeltaMax: Math.max(a.logprobDeltaMax, b.logprobDeltaMax),
    squaredErrors: a.squaredErrors + b.squaredErrors,
  }
}
