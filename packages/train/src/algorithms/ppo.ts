import { checkNonNegative } from '@querl/base'
import { gae, whiten } from '@querl/torch'
import type { Aggregation } from './aggregation.js'
import type { Algorithm, Estimate, ScoredRow, TrainOn } from './algorithm.js'
import { clipRange } from './grpo.js'
import { PackedRows } from './packed-rows.js'

export interface PpoOptions {
  /** Discount per policy token, in [0, 1]. Default 1: an outcome reward counts the same everywhere. */
  readonly gamma?: number
  /** Bias/variance trade-off, in [0, 1]. Default 1: plain returns minus values. */
  readonly lambda?: number
  /** Default `tokens`. */
  readonly aggregation?: Aggregation
  /** Clip of the ratio on both sides, or `{ low, high }`. Default 0.2. */
  readonly clip?: number | { readonly low: number; readonly high: number }
  /** How far a value may move from its old one before its gradient is cut. Default 0.5. */
  readonly valueClip?: number
  /**
   * KL to the frozen reference. Default `{ reward: 0.001 }`, as the paper: k1 per token, taken from
   * the reward. `{ loss }` adds k3 to the loss instead; `{}`: none.
   */
  readonly kl?: { readonly reward?: number; readonly loss?: number }
  /** Weight of the entropy bonus. Default 0.001, as Search-R1's scripts; 0: none. */
  readonly entropy?: number
  /** Advantages to mean 0 and variance 1 over the batch's policy tokens. Default true. */
  readonly whitenAdvantages?: boolean
  /** Default `policy`. */
  readonly trainOn?: TrainOn
}

/**
 * Proximal policy optimisation with a learned critic, over the policy's tokens only.
 *
 * Search-R1 lets retrieved tokens into the whitening and into the critic's targets; here they are in
 * neither (with gamma = lambda = 1 the advantages before whitening are the same).
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if a coefficient or a clip is negative
 * @see Search-R1 (arXiv 2503.09516), eq. 2
 */
export function ppo({
  gamma = 1,
  lambda = 1,
  aggregation = 'tokens',
  clip = 0.2,
  valueClip = 0.5,
  kl = { reward: 0.001 },
  entropy = 0.001,
  whitenAdvantages = true,
  trainOn = 'policy',
}: PpoOptions = {}): Algorithm {
  const klReward = checkNonNegative('kl.reward', kl.reward ?? 0)
  const klLoss = checkNonNegative('kl.loss', kl.loss ?? 0)
  return {
    name: 'ppo',
    trainOn,
    needsReference: klReward > 0 || klLoss > 0,
    critic: { valueClip: checkNonNegative('valueClip', valueClip) },
    terms: {
      ...clipRange(clip),
      klCoefficient: klLoss,
      entropyCoefficient: checkNonNegative('entropy', entropy),
      aggregation,
    },
    estimate(rows: readonly ScoredRow[]): Estimate {
      const packed = new PackedRows(rows.map(({ mask }) => mask))
      const mask = packed.bytes(rows.map((row) => row.mask))
      const { advantages, returns } = gae(
        packed.floats(rows.map((row) => tokenRewards(row, klReward))),
        packed.floats(rows.map(({ values }) => values!)),
        { gamma, lambda, mask, offsets: packed.offsets },
      )
      // The targets are the plain returns: whitening is for the policy's gradient alone.
      const scaled = whitenAdvantages ? whiten(advantages, { mask }).whitened : advantages
      return {
        advantages: packed.unpacked(scaled),
        returns: packed.unpacked(returns),
        kept: rows.map(() => true),
      }
    },
  }
}

/**
 * The outcome on the last masked-in token, and on each of them minus `klReward` times k1, the
 * log-prob under the sampling policy less that under the reference.
 *
 * @returns shape (T), 0 where the mask is 0
 */
export function tokenRewards(row: ScoredRow, klReward: number): Float32Array {
  const rewards = new Float32Array(row.mask.length)
  const last = row.mask.lastIndexOf(1)
  if (last >= 0) rewards[last] = row.reward
  const { referenceLogprobs } = row
  if (klReward === 0 || !referenceLogprobs) return rewards
  for (let t = 0; t < rewards.length; t++)
    if (row.mask[t] !== 0) rewards[t]! -= klReward * (row.logprobs[t]! - referenceLogprobs[t]!)
  return rewards
}
