import { argumentError, checkNonNegative, checkPositive } from '@querl/base'

/** Which estimator of a divergence, with `d` the log-ratio of the other policy to this one. */
export type KlEstimator = 'k1' | 'k2' | 'k3'

/**
 * How the losses of tokens become one number: `tokens`, the mean over all tokens of the batch (DAPO);
 * `sequences`, the mean of the sequences' means (GRPO); `sequenceSums`, the mean of the sequences'
 * sums; `microBatches`, the mean of the micro-batches' means (Search-R1); `constant`, the sum over a
 * constant (Dr. GRPO: sequences × maximal length).
 */
export type PpoAggregation = 'tokens' | 'sequences' | 'sequenceSums' | 'microBatches' | 'constant'

export interface PpoClip {
  /** The least ratio is 1 - low; at least 0. Default 0.2. */
  readonly low?: number | undefined
  /** The greatest ratio is 1 + high; at least 0. Default `low`. */
  readonly high?: number | undefined
  /** Where the advantage is negative, the greatest ratio after all; above 1. Default: none. */
  readonly dual?: number | undefined
}

export interface PpoRatio {
  /**
   * Of each token, or one for all tokens of a sequence: `exp(mean log-ratio)`, as in GSPO, with the
   * gradient of GSPO's token form (eq. 14). Default `token`.
   */
  readonly level?: 'token' | 'sequence' | undefined
  /**
   * Log-ratios, of any two policies, are cut to ± this before they enter an exponential, and have no
   * gradient beyond; in (0, 80]. Default 20.
   */
  readonly limit?: number | undefined
}

/**
 * The surrogate of a token times `exp(oldLogprobs - samplerLogprobs)`, for a sampler whose numbers
 * differ from the trainer's.
 */
export interface PpoCorrection {
  /** Of each token, or the product of a sequence's tokens for all of them. Default `token`. */
  readonly level?: 'token' | 'sequence' | undefined
  /** A weight outside [floor, cap] is moved to the bound, or is 0. Default `truncate`. */
  readonly outside?: 'truncate' | 'mask' | undefined
  /** At least 0. Default 0. */
  readonly floor?: number | undefined
  /** Above `floor`. Default 2. */
  readonly cap?: number | undefined
}

/** The divergence from the reference in the loss: Σ over tokens of k1, k2 or k3 of `d`. */
export interface PpoKl {
  /** Any number. */
  readonly coefficient: number
  /** k1 = -d, k2 = d² / 2, k3 = e^d - 1 - d, with d = referenceLogprobs - logprobs. Default `k3`. */
  readonly estimator?: KlEstimator | undefined
  /**
   * Whose gradient the term has: k1's is 0 in expectation, k2's is that of the divergence itself.
   * Default: the estimator's.
   */
  readonly gradient?: KlEstimator | undefined
  /** A token's k3 is at most this, without gradient beyond. Default: none; Search-R1 has 10. */
  readonly limit?: number | undefined
}

export interface PpoValue {
  /** Any number; the loss has a half of its own. Default 1. */
  readonly coefficient?: number | undefined
  /** Values are clipped to `oldValues` ± this, above 0. Default: they are not. */
  readonly clip?: number | undefined
}

export interface PpoAggregate {
  /** Default `tokens`. */
  readonly over: PpoAggregation
  /**
   * The tokens, sequences, micro-batches or the constant that the sum is divided by, where a batch is
   * one of several parts whose losses add up. Default: this batch's tokens with mask 1, its sequences
   * with such a token, its micro-batches; `constant` has no default.
   */
  readonly denominator?: number | undefined
}

export interface PpoOptions {
  /** Default 0.2, up and down; a number is both. */
  readonly clip?: number | PpoClip | undefined
  readonly ratio?: PpoRatio | undefined
  /** Needs `samplerLogprobs`. Default: none. */
  readonly correction?: PpoCorrection | undefined
  /** Needs `referenceLogprobs`. Default: not in the loss, and measured where they are given. */
  readonly kl?: PpoKl | undefined
  /** The loss has minus this times the entropy, which needs `entropies`. Default 0. */
  readonly entropyCoefficient?: number | undefined
  /** Where there are `values` and `returns`. */
  readonly value?: PpoValue | undefined
  /** Default: over the tokens. */
  readonly aggregate?: PpoAggregation | PpoAggregate | undefined
}

/** What the options ask of the tokens, and the operator's arguments in its order. */
export interface CheckedPpoOptions {
  readonly needs: {
    readonly sequences: boolean
    readonly microBatches: boolean
    readonly referenceLogprobs: boolean
    readonly samplerLogprobs: boolean
    readonly entropies: boolean
    readonly oldValues: boolean
  }
  readonly operatorArguments: readonly (number | string)[]
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT */
export function checkPpoOptions(options: PpoOptions): CheckedPpoOptions {
  const { clip = {}, ratio = {}, correction, kl, entropyCoefficient = 0, value = {} } = options
  const { low = 0.2, high = low, dual } = typeof clip === 'number' ? { low: clip } : clip
  const { level = 'token', limit = 20 } = ratio
  const aggregate = options.aggregate ?? 'tokens'
  const { over, denominator } =
    typeof aggregate === 'string' ? { over: aggregate, denominator: undefined } : aggregate

  checkNonNegative('clip.low', low)
  checkNonNegative('clip.high', high)
  if (dual !== undefined && !(dual > 1)) throw argumentError('clip.dual', 'above 1', dual)
  oneOf('ratio.level', level, ['token', 'sequence'])
  if (!(checkPositive('ratio.limit', limit) <= 80))
    throw argumentError('ratio.limit', 'in (0, 80]', limit)
  checkFinite('entropyCoefficient', entropyCoefficient)
  oneOf('aggregate.over', over, Object.keys(aggregations) as PpoAggregation[])
  if (denominator !== undefined) checkPositive('aggregate.denominator', denominator)
  else if (over === 'constant')
    throw argumentError('aggregate.denominator', 'given with "constant"', denominator)

  const corrected = checkCorrection(correction)
  const divergence = checkKl(kl)
  checkFinite('value.coefficient', value.coefficient ?? 1)
  if (value.clip !== undefined) checkPositive('value.clip', value.clip)
  return {
    needs: {
      sequences:
        level === 'sequence' ||
        corrected.name.startsWith('sequence') ||
        over === 'sequences' ||
        over === 'sequenceSums' ||
        over === 'microBatches',
      microBatches: over === 'microBatches',
      referenceLogprobs: divergence.coefficient !== 0,
      samplerLogprobs: correction !== undefined,
      entropies: entropyCoefficient !== 0,
      oldValues: value.clip !== undefined,
    },
    operatorArguments: [
      low,
      high,
      dual ?? 0,
      limit,
      level,
      corrected.name,
      corrected.floor,
      corrected.cap,
      divergence.coefficient,
      divergence.estimator,
      divergence.gradient,
      divergence.limit,
      entropyCoefficient,
      value.coefficient ?? 1,
      value.clip ?? 0,
      aggregations[over],
      denominator ?? 0,
    ],
  }
}

const aggregations: Readonly<Record<PpoAggregation, string>> = {
  tokens: 'tokens',
  sequences: 'sequences',
  sequenceSums: 'sequence_sums',
  microBatches: 'micro_batches',
  constant: 'constant',
}

function checkCorrection(correction: PpoCorrection | undefined) {
  if (correction === undefined) return { name: 'none', floor: 0, cap: 2 }
  const { level = 'token', outside = 'truncate', floor = 0, cap = 2 } = correction
  oneOf('correction.level', level, ['token', 'sequence'])
  oneOf('correction.outside', outside, ['truncate', 'mask'])
  checkFinite('correction.floor', floor)
  if (!(cap > floor)) throw argumentError('correction.cap', `above the floor, ${floor}`, cap)
  return { name: `${level}_${outside}`, floor, cap }
}

function checkKl(kl: PpoKl | undefined) {
  const { coefficient, estimator = 'k3', gradient = estimator, limit } = kl ?? { coefficient: 0 }
  checkFinite('kl.coefficient', coefficient)
  oneOf('kl.estimator', estimator, ['k1', 'k2', 'k3'])
  oneOf('kl.gradient', gradient, ['k1', 'k2', 'k3'])
  if (limit !== undefined) checkPositive('kl.limit', limit)
  return { coefficient, estimator, gradient, limit: limit ?? 0 }
}

function checkFinite(name: string, value: unknown): void {
  if (!Number.isFinite(value)) throw argumentError(name, 'a finite number', value)
}

function oneOf<T extends string>(name: string, value: T, choices: readonly T[]): void {
  if (choices.includes(value)) return
  const listed = choices.map((choice) => `"${choice}"`)
  throw argumentError(name, `${listed.slice(0, -1).join(', ')} or ${listed.at(-1)}`, value)
}
