import { argumentError, checkInRange } from '@querl/base'

export interface GaeOptions {
  /** Discount per policy token, in [0, 1]. Default 1: an outcome reward counts the same everywhere. */
  readonly gamma?: number
  /** Bias/variance trade-off, in [0, 1]. Default 1: plain returns minus values. */
  readonly lambda?: number
}

/**
 * Generalised advantage estimation over the tokens that the policy wrote.
 *
 * A run of masked tokens is one step of the environment: the value after it stands in for the value
 * of its first token, so that a long document does not discount the reward behind it.
 *
 * @param rewards shape (T), any value where `mask` is 0
 * @param values  shape (T), the critic's estimate before each token
 * @param mask    shape (T), 1 where the policy wrote the token
 * @returns shape (T), 0 where `mask` is 0; not whitened
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if the lengths differ, or gamma or lambda is not in [0, 1]
 * @see Schulman et al. 2016 (arXiv 1506.02438), eq. 16
 */
export function gae(
  rewards: Float32Array,
  values: Float32Array,
  mask: Uint8Array,
  { gamma = 1, lambda = 1 }: GaeOptions = {},
): Float32Array {
  if (values.length !== rewards.length)
    throw argumentError('values', `of length ${rewards.length}, as rewards`, values.length)
  if (mask.length !== rewards.length)
    throw argumentError('mask', `of length ${rewards.length}, as rewards`, mask.length)
  checkInRange('gamma', gamma, 0, 1)
  checkInRange('lambda', lambda, 0, 1)

  const advantages = new Float32Array(rewards.length)
  let nextValue = 0
  let nextAdvantage = 0
  for (let t = rewards.length - 1; t >= 0; t--) {
    if (mask[t] === 0) continue
    const surprise = rewards[t]! + gamma * nextValue - values[t]!
    nextAdvantage = surprise + gamma * lambda * nextAdvantage
    nextValue = values[t]!
    advantages[t] = nextAdvantage
  }
  return advantages
}
