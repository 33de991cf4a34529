import { checkInRange } from '@querl/base'
import { callOperator } from '../operator-call.js'
import type { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type Integers, Operands } from './operands.js'

export interface GaeOptions<Data = Float32Array> {
  /** Discount per token that takes part, in [0, 1]. Default 1: an outcome counts the same everywhere. */
  readonly gamma?: number
  /** Bias/variance trade-off, in [0, 1]. Default 1: plain returns minus values. */
  readonly lambda?: number
  /**
   * Which tokens take part, of the shape of the rewards: not 0 where one does. A Uint8Array, or a tensor
   * of any dtype. Default: all.
   *
   * With the policy's own tokens a run of masked ones is one step of the environment: the value behind
   * it stands in for the value of its first token, so that a long document does not discount the reward
   * behind it. The original Search-R1 runs over observations too: give it the whole response.
   */
  readonly mask?: (Data extends Tensor ? Tensor : Uint8Array) | undefined
  /** Shape (B + 1): where each sequence begins in (T), and T. Default: one sequence. */
  readonly offsets?: Integers | Tensor | undefined
}

export interface GaeEstimate<Data = Float32Array> {
  /** Of the shape of the rewards, 0 where the mask is 0; not whitened. */
  readonly advantages: Data
  /** Advantage plus value, 0 where the mask is 0: the critic's targets. */
  readonly returns: Data
}

/**
 * Generalised advantage estimation over packed sequences, in one pass.
 *
 * With next(t) the sequence's next token that takes part:
 * `delta_t = reward_t + gamma value_next(t) - value_t`,
 * `advantage_t = delta_t + gamma lambda advantage_next(t)`. Behind a sequence's last token both are 0:
 * an episode ends there, there is nothing to bootstrap from. Computed in float64, rounded once. What is
 * masked is never used, so it may be NaN. No gradient flows through it. A sequence's result does not
 * depend on the others, nor on the number of threads, to the bit.
 *
 * @param rewards float32, shape (T); a tensor may be (B, T) instead of having offsets
 * @param values of the same shape: the critic's estimate before each token (what it puts out at the
 *   token before)
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if shapes or kinds differ, gamma or lambda is not in [0, 1], or
 *   offsets do not ascend from 0 to T
 * @see Schulman et al. 2016 (arXiv 1506.02438), eq. 16
 */
export function gae(rewards: Float32Array, values: Float32Array, options?: GaeOptions): GaeEstimate
export function gae(
  rewards: Tensor,
  values: Tensor,
  options?: GaeOptions<Tensor>,
): GaeEstimate<Tensor>
export function gae(
  rewards: Float32Array | Tensor,
  values: Float32Array | Tensor,
  { gamma = 1, lambda = 1, mask, offsets }: GaeOptions | GaeOptions<Tensor> = {},
): GaeEstimate | GaeEstimate<Tensor> {
  checkInRange('gamma', gamma, 0, 1)
  checkInRange('lambda', lambda, 0, 1)
  return tidy(() => {
    const operands = new Operands(rewards)
    const [advantages, returns] = callOperator<[Tensor, Tensor]>(
      'querl::gae',
      operands.tensor('rewards', rewards, [Float32Array]),
      operands.tensor('values', values, [Float32Array]),
      operands.mask(mask),
      operands.integers('offsets', offsets),
      gamma,
      lambda,
    )
    return {
      advantages: operands.result(advantages),
      returns: operands.result(returns),
    } as GaeEstimate | GaeEstimate<Tensor>
  })
}
