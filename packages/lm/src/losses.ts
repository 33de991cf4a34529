import { argumentError, checkInRange, checkNonNegative, checkPositive } from '@querl/base'
import type { NativeLoss } from '@querl/torch/native'
import { checkPerToken, checkWeights } from './batch.js'

/** `-Σ weights logprob` */
export interface CrossEntropyLoss {
  readonly kind: 'crossEntropy'
  /** Shape (T); 0 where a token is not trained on. */
  readonly weights: Float32Array
}

/**
 * The clipped surrogate of PPO and GRPO, with a penalty for leaving a reference policy and a bonus for
 * entropy, each summed over the tokens with its weight.
 *
 * @see Schulman et al. 2017 (arXiv 1707.06347), eq. 7
 */
export interface PolicyLoss {
  readonly kind: 'policy'
  /**
   * Shape (T). They hold the mask (0: nothing else is read) and the aggregation: 1 / tokens for a
   * token mean, 1 / (tokens of the sequence × sequences) for a mean of sequence means.
   */
  readonly weights: Float32Array
  /** Shape (T), as they were sampled. */
  readonly oldLogprobs: Float32Array
  /** Shape (T). */
  readonly advantages: Float32Array
  /** Shape (T). Default: no reference. */
  readonly referenceLogprobs?: Float32Array | undefined
  /** Lower clip range, in [0, 1]. Default 0.2. */
  readonly clipLow?: number | undefined
  /** Upper clip range, at least 0. Default `clipLow`. */
  readonly clipHigh?: number | undefined
  /** Of the estimator k3 of the divergence from the reference. Default 0. */
  readonly klCoefficient?: number | undefined
  /** Default 0. */
  readonly entropyCoefficient?: number | undefined
}

/** `Σ weights ½ max((v - returns)², (clip(v, oldValues ± clip) - returns)²)` */
export interface ValueLoss {
  readonly kind: 'value'
  /** Shape (T); 0 where a token is not trained on. */
  readonly weights: Float32Array
  /** Shape (T). */
  readonly returns: Float32Array
  /** Shape (T). */
  readonly oldValues: Float32Array
  /** Default 0.5. */
  readonly clip?: number | undefined
}

export type Loss = CrossEntropyLoss | PolicyLoss | ValueLoss

/**
 * Sums over the tokens whose weight is not 0, never means: they add up over micro-batches, but for
 * the two maxima.
 */
export interface LossSums {
  /** Weighted, as the loss defines it. */
  loss: number
  /** Tokens whose weight is not 0. */
  tokens: number
  /** Of cross entropy and policy. */
  logprobs: number
  /** Of cross entropy and policy. */
  entropy: number
  /** From the sampling policy, estimator k3. */
  kl: number
  /** From the reference, estimator k3. */
  referenceKl: number
  /** Tokens whose gradient the clip removed. */
  clipped: number
  /** A maximum. */
  ratioMax: number
  /** Of |new - old|. */
  logprobDeltaSum: number
  /** A maximum of |new - old|. */
  logprobDeltaMax: number
  /** Of the value loss, as are the three behind it. */
  values: number
  returns: number
  squaredReturns: number
  squaredErrors: number
}

/** In the order of native/addon/training_addon.cc. */
export function lossSums(from: Float64Array): LossSums {
  const [loss, tokens, logprobs, entropy, kl, referenceKl, clipped, ratioMax] = from
  const [logprobDeltaSum, logprobDeltaMax, values, returns, squaredReturns, squaredErrors] =
    from.subarray(8)
  return {
    loss: loss!,
    tokens: tokens!,
    logprobs: logprobs!,
    entropy: entropy!,
    kl: kl!,
    referenceKl: referenceKl!,
    clipped: clipped!,
    ratioMax: ratioMax!,
    logprobDeltaSum: logprobDeltaSum!,
    logprobDeltaMax: logprobDeltaMax!,
    values: values!,
    returns: returns!,
    squaredReturns: squaredReturns!,
    squaredErrors: squaredErrors!,
  }
}

/**
 * Checks a loss and fills in its defaults.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function checkedLoss(loss: Loss, offsets: Float64Array): NativeLoss {
  const tokens = offsets.at(-1)!
  checkWeights('loss.weights', loss.weights, offsets)
  switch (loss.kind) {
    case 'crossEntropy':
      return { kind: loss.kind, weights: loss.weights }
    case 'policy': {
      checkPerToken('loss.oldLogprobs', loss.oldLogprobs, tokens)
      checkPerToken('loss.advantages', loss.advantages, tokens)
      if (loss.referenceLogprobs)
        checkPerToken('loss.referenceLogprobs', loss.referenceLogprobs, tokens)
      const { clipLow = 0.2, klCoefficient = 0, entropyCoefficient = 0 } = loss
      const { clipHigh = clipLow } = loss
      checkInRange('loss.clipLow', clipLow, 0, 1)
      checkNonNegative('loss.clipHigh', clipHigh)
      checkNonNegative('loss.klCoefficient', klCoefficient)
      checkNonNegative('loss.entropyCoefficient', entropyCoefficient)
      return { ...loss, clipLow, clipHigh, klCoefficient, entropyCoefficient }
    }
    case 'value': {
      checkPerToken('loss.returns', loss.returns, tokens)
      checkPerToken('loss.oldValues', loss.oldValues, tokens)
      const { clip = 0.5 } = loss
      checkPositive('loss.clip', clip)
      return { ...loss, clip }
    }
    default:
      throw argumentError(
        'loss.kind',
        '"crossEntropy", "policy" or "value"',
        (loss as { kind: unknown }).kind,
      )
  }
}
