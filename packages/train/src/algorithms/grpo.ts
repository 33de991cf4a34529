import { checkNonNegative } from '@querl/base'
import { type GroupAdvantageOptions, groupAdvantages } from '@querl/torch'
import type { Aggregation } from './aggregation.js'
import type { Algorithm, Estimate, ScoredRow, TrainOn } from './algorithm.js'
import { informative } from './informative.js'
import { PackedRows } from './packed-rows.js'

export interface GrpoOptions {
  /** How rewards of a group become advantages. Default: Search-R1's, (r - mean) / (std + 1e-6). */
  readonly advantages?: GroupAdvantageOptions
  /** Default `tokens`. */
  readonly aggregation?: Aggregation
  /** Clip of the ratio on both sides, or `{ low, high }`. Default 0.2. */
  readonly clip?: number | { readonly low: number; readonly high: number }
  /** Weight of k3 to the frozen reference in the loss. Default 0.001, as the paper; 0: none. */
  readonly kl?: number
  /** Weight of the entropy bonus. Default 0.001, as Search-R1's scripts; 0: none. */
  readonly entropy?: number
  /**
   * Leave groups whose rewards are all equal out of the update, where their advantages are 0. Default
   * true.
   */
  readonly dropEqualGroups?: boolean
  /** Default `policy`. */
  readonly trainOn?: TrainOn
}

/**
 * Group-relative policy optimisation: a sample is as good as it is better than its group.
 *
 * Defaults are the paper's. `advantages: { baseline: 'leaveOneOut', divideByStd: false }` makes it
 * RLOO, `{ baseline: 'none' }` REINFORCE, `{ baseline: 'none', whiten: true }` REINFORCE++.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if a coefficient or a clip is negative
 * @see Search-R1 (arXiv 2503.09516), eq. 3
 */
export function grpo({
  advantages: advantageOptions = {},
  aggregation = 'tokens',
  clip = 0.2,
  kl = 0.001,
  entropy = 0.001,
  dropEqualGroups = true,
  trainOn = 'policy',
}: GrpoOptions = {}): Algorithm {
  const { baseline = 'group', whiten = false } = advantageOptions
  // Without a baseline, or once the batch's mean is taken away, equal rewards have something to say.
  const equalGroupsAreIdle = dropEqualGroups && baseline !== 'none' && !whiten
  return {
    name: 'grpo',
    trainOn,
    needsReference: checkNonNegative('kl', kl) > 0,
    terms: {
      ...clipRange(clip),
      klCoefficient: kl,
      entropyCoefficient: checkNonNegative('entropy', entropy),
      aggregation,
    },
    estimate(rows: readonly ScoredRow[]): Estimate {
      const rewards = rows.map(({ reward }) => reward)
      const groups = rows.map(({ group }) => group)
      const packed = new PackedRows(rows.map(({ mask }) => mask))
      const advantages = groupAdvantages(Float64Array.from(rewards), numbersOf(groups), {
        ...advantageOptions,
        tokens: { offsets: packed.offsets, mask: packed.bytes(rows.map(({ mask }) => mask)) },
      })
      const kept = equalGroupsAreIdle ? informative(rewards, groups) : rows.map(() => true)
      return { advantages: packed.unpacked(advantages), kept }
    },
  }
}

export function clipRange(clip: number | { readonly low: number; readonly high: number }): {
  clipLow: number
  clipHigh: number
} {
  const { low, high } = typeof clip === 'number' ? { low: clip, high: clip } : clip
  return { clipLow: checkNonNegative('clip', low), clipHigh: checkNonNegative('clip', high) }
}

/** A number for each name, equal for equal ones. */
function numbersOf(names: readonly string[]): Int32Array {
  const numbers = new Map<string, number>()
  return Int32Array.from(names, (name) => {
    const known = numbers.get(name)
    if (known !== undefined) return known
    numbers.set(name, numbers.size)
    return numbers.size - 1
  })
}
