import { argumentError, checkPositiveInteger } from '@querl/base'

/** A proportion with the range that it is likely in. */
export interface Proportion {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** How many trials it stands on. */
  readonly n: number
}

const Z95 = 1.959963984540054 // the normal distribution's 97.5 % point

/**
 * Wilson's score interval of a proportion, 95 % wide.
 *
 * Unlike mean ± 1.96 standard errors it stays in [0, 1] and is not empty at 0 of n.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT unless 0 ≤ successes ≤ n and n is a positive integer
 * @see Wilson 1927, J. Am. Stat. Assoc. 22, 209
 */
export function wilson(successes: number, n: number): Proportion {
  checkPositiveInteger('n', n)
  if (!(successes >= 0 && successes <= n))
    throw argumentError('successes', `in [0, ${n}]`, successes)
  const mean = successes / n
  const z2 = Z95 * Z95
  const centre = (mean + z2 / (2 * n)) / (1 + z2 / n)
  const half = (Z95 / (1 + z2 / n)) * Math.sqrt((mean * (1 - mean)) / n + z2 / (4 * n * n))
  // Rounding must not push the end past the mean where all or none succeed.
  return {
    mean,
    low: Math.max(0, Math.min(mean, centre - half)),
    high: Math.min(1, Math.max(mean, centre + half)),
    n,
  }
}
