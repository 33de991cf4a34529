import { argumentError, checkNonNegative } from '@querl/base'
import { callOperator } from '../operator-call.js'
import type { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type Integers, Operands } from './operands.js'

/** Where the tokens of each trajectory lie in a packed batch. */
export interface TokenLayout<Data = Float32Array> {
  /** Shape (B + 1): where each trajectory begins in (T), and T. */
  readonly offsets: Integers | Tensor
  /** Shape (T): not 0 at the tokens that get an advantage. Default: all. */
  readonly mask?: (Data extends Tensor ? Tensor : Uint8Array) | undefined
}

export interface GroupAdvantageOptions {
  /**
   * What a sample is compared with. `group` (default): the mean of its whole group, as GRPO.
   * `leaveOneOut`: the mean of the others, as RLOO. `none`: nothing, as REINFORCE.
   */
  readonly baseline?: 'group' | 'leaveOneOut' | 'none'
  /** Divide by the standard deviation (unbiased) of what the baseline is taken over. Default true. */
  readonly divideByStd?: boolean
  /** Added to the standard deviation. Default 1e-6, as Search-R1. */
  readonly epsilon?: number
  /**
   * Shift and scale the whole batch to mean 0 and unbiased variance 1 in the end, as REINFORCE++; over
   * the tokens if the advantages are spread to them (as veRL), else over the samples. Default false.
   */
  readonly whiten?: boolean
}

export interface SpreadAdvantageOptions<Data = Float32Array> extends GroupAdvantageOptions {
  /** Gives every token its trajectory's advantage, 0 where the mask is 0. */
  readonly tokens: TokenLayout<Data>
}

type Rewards = Float32Array | Float64Array

/**
 * One advantage per trajectory, from the rewards of its group.
 *
 * | | baseline | divideByStd | whiten |
 * |---|---|---|---|
 * | GRPO | `group` | true | |
 * | Dr. GRPO | `group` | false | |
 * | RLOO | `leaveOneOut` | false | |
 * | NeMo-RL's GRPO | `leaveOneOut` | true | |
 * | REINFORCE | `none` | | |
 * | REINFORCE++ | `none` | | true |
 * | REINFORCE++ with baseline | `group` | false | true |
 *
 * A deviation of 0 is not divided by: with `group` the advantages are 0 then anyway (exactly); with
 * `leaveOneOut` a sample that differs from equal others keeps the plain difference. A group of one has no
 * baseline and keeps its reward. Computed in float64. No gradient flows through it.
 *
 * @param rewards shape (B), float32 or float64
 * @param groups shape (B), integers: rewards of one group have equal ones, in any order
 * @returns shape (B) of the rewards' kind, or with `tokens` float32 of shape (T)
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if lengths or kinds differ, epsilon is negative, or offsets do
 *   not ascend from 0
 * @see GRPO: Shao et al. 2024 (arXiv 2402.03300), §4.1; Dr. GRPO: Liu et al. 2025 (arXiv 2503.20783);
 *   RLOO: Ahmadian et al. 2024 (arXiv 2402.14740); REINFORCE++: Hu et al. 2025 (arXiv 2501.03262)
 */
export function groupAdvantages(
  rewards: Rewards,
  groups: Integers,
  options: SpreadAdvantageOptions,
): Float32Array
export function groupAdvantages<R extends Rewards>(
  rewards: R,
  groups: Integers,
  options?: GroupAdvantageOptions,
): R extends Float32Array ? Float32Array : Float64Array
export function groupAdvantages(
  rewards: Tensor,
  groups: Integers | Tensor,
  options?: GroupAdvantageOptions | SpreadAdvantageOptions<Tensor>,
): Tensor
export function groupAdvantages(
  rewards: Rewards | Tensor,
  groups: Integers | Tensor,
  options: GroupAdvantageOptions | SpreadAdvantageOptions | SpreadAdvantageOptions<Tensor> = {},
): Rewards | Tensor {
  const { baseline = 'group', divideByStd = true, epsilon = 1e-6, whiten = false } = options
  const nativeBaseline = baselines[baseline]
  if (nativeBaseline === undefined)
    throw argumentError('baseline', '"group", "leaveOneOut" or "none"', baseline)
  checkNonNegative('epsilon', epsilon)

  return tidy(() => {
    const operands = new Operands(rewards)
    const advantages = callOperator<Tensor>(
      'querl::group_advantages',
      operands.tensor<Rewards>('rewards', rewards, [Float32Array, Float64Array]),
      operands.integers('groups', groups),
      nativeBaseline,
      divideByStd,
      epsilon,
    )
    if (!('tokens' in options)) return operands.result(whiten ? whitened(advantages) : advantages)
    const mask = operands.mask(options.tokens.mask)
    const spread = callOperator<Tensor>(
      'querl::spread_to_tokens',
      advantages.to('float32'),
      operands.integers('offsets', options.tokens.offsets),
      mask,
    )
    return operands.result(whiten ? whitened(spread, mask) : spread)
  })
}

/** As LibTorch's operator calls them. */
const baselines: Readonly<Record<string, string>> = {
  group: 'group',
  leaveOneOut: 'leave_one_out',
  none: 'none',
}

/** In float32, as advantages are used; of the dtype that they had. */
function whitened(advantages: Tensor, mask: Tensor | null = null): Tensor {
  const [result] = callOperator<[Tensor]>('querl::whiten', advantages.to('float32'), mask)
  return result.to(advantages.dtype)
}
