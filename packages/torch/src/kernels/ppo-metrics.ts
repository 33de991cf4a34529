/**
 * What masked PPO sums up over the tokens with mask 1, before any mean is made: sums of the parts of a
 * batch, of micro-batches or of ranks, make those of the whole, see addPpoSums().
 */
export type PpoSums = Record<(typeof ppoSumNames)[number], number>

/**
 * In the operator's order. The first five are weighted by the aggregation and the coefficients: the
 * four terms of the loss, and `magnitude`, the same four added up without the signs of the tokens'
 * terms. The last three are no sums but extremes.
 */
export const ppoSumNames = [
  'policyLoss',
  'klLoss',
  'entropyLoss',
  'valueLoss',
  'magnitude',
  'tokens',
  'logRatio',
  'squaredLogRatio',
  'kl',
  'ratio',
  'clippedLow',
  'clippedHigh',
  'clippedDual',
  'importance',
  'importanceCut',
  'referenceLogRatio',
  'squaredReferenceLogRatio',
  'referenceKl',
  'entropy',
  'valueClipped',
  'returns',
  'squaredReturns',
  'valueErrors',
  'squaredValueErrors',
  'ratioMax',
  'ratioMin',
  'importanceMax',
] as const

/** Estimates of a divergence, in nats per token (Schulman 2020, "Approximating KL divergence"). */
export interface KlEstimates {
  /** Unbiased, and of high variance: it can be negative. */
  readonly k1: number
  /** Half the squared log-ratio. */
  readonly k2: number
  /** Unbiased, and never negative. */
  readonly k3: number
}

/** Means over the tokens with mask 1; 0 where there is none, or the input is not there. */
export interface PpoMetrics {
  /** The terms of the loss as they stand in it, with coefficients and aggregation. */
  readonly policyLoss: number
  readonly klLoss: number
  readonly entropyLoss: number
  readonly valueLoss: number
  /**
   * Of all that the loss is made of, the share that is entropy: Σ |entropy terms| / Σ |terms|, token
   * by token, so that advantages of both signs do not cancel. In [0, 1].
   */
  readonly entropyShare: number
  /** How many have mask 1. */
  readonly tokens: number
  /** Of the policy now from that before the update, KL(old || policy); log-ratios cut to the limit. */
  readonly kl: KlEstimates
  /** KL(policy || reference), without `kl.limit`. */
  readonly referenceKl: KlEstimates
  /**
   * Shares of tokens without a gradient of the surrogate: `low` with a negative advantage and a ratio
   * below 1 - low, `high` with a positive one and a ratio above 1 + high, `dual` with a negative one
   * and a ratio above `clip.dual`.
   */
  readonly clipFraction: { readonly low: number; readonly high: number; readonly dual: number }
  /** Of the policy now to that before the update, as the loss uses it. */
  readonly ratio: { readonly mean: number; readonly max: number; readonly min: number }
  /**
   * Weights of the correction: their mean as the loss uses them, the greatest one before the cut, and
   * the share of tokens whose weight was cut. 1, 1 and 0 without a correction.
   */
  readonly importance: {
    readonly mean: number
    readonly max: number
    readonly cutFraction: number
  }
  /** In nats. */
  readonly entropy: number
  readonly value: {
    /** 1 - Var(returns - values) / Var(returns); 0 where the returns are all the same. */
    readonly explainedVariance: number
    /** Share of tokens whose value has no gradient. */
    readonly clipFraction: number
  }
}

/** Sums over the tokens of both. */
export function addPpoSums(a: PpoSums, b: PpoSums): PpoSums {
  const sums = Object.fromEntries(ppoSumNames.map((name) => [name, a[name] + b[name]])) as PpoSums
  sums.ratioMax = Math.max(a.ratioMax, b.ratioMax)
  sums.ratioMin = Math.min(a.ratioMin, b.ratioMin)
  sums.importanceMax = Math.max(a.importanceMax, b.importanceMax)
  return sums
}

/** The means of what was summed up. */
export function ppoMetrics(sums: PpoSums): PpoMetrics {
  const { tokens } = sums
  const mean = (sum: number) => (tokens > 0 ? sum / tokens : 0)
  const returns = mean(sums.returns)
  const errors = mean(sums.valueErrors)
  const variance = mean(sums.squaredReturns) - returns * returns
  const left = mean(sums.squaredValueErrors) - errors * errors
  return {
    policyLoss: sums.policyLoss,
    klLoss: sums.klLoss,
    entropyLoss: sums.entropyLoss,
    valueLoss: sums.valueLoss,
    entropyShare: sums.magnitude === 0 ? 0 : Math.abs(sums.entropyLoss) / sums.magnitude,
    tokens,
    kl: { k1: mean(-sums.logRatio), k2: mean(sums.squaredLogRatio) / 2, k3: mean(sums.kl) },
    referenceKl: {
      k1: mean(-sums.referenceLogRatio),
      k2: mean(sums.squaredReferenceLogRatio) / 2,
      k3: mean(sums.referenceKl),
    },
    clipFraction: {
      low: mean(sums.clippedLow),
      high: mean(sums.clippedHigh),
      dual: mean(sums.clippedDual),
    },
    ratio: {
      mean: mean(sums.ratio),
      max: sums.ratioMax,
      min: tokens > 0 ? sums.ratioMin : 0,
    },
    importance: {
      mean: mean(sums.importance),
      max: sums.importanceMax,
      cutFraction: mean(sums.importanceCut),
    },
    entropy: mean(sums.entropy),
    value: {
      explainedVariance: variance > 0 ? 1 - left / variance : 0,
      clipFraction: mean(sums.valueClipped),
    },
  }
}

/** @param numbers in the operator's order */
export function readPpoSums(numbers: Float64Array): PpoSums {
  return Object.fromEntries(ppoSumNames.map((name, i) => [name, numbers[i]])) as PpoSums
}
