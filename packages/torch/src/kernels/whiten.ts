import { checkNonNegative } from '@querl/base'
import { callOperator } from '../operator-call.js'
import type { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { Operands } from './operands.js'

export interface WhitenOptions<Data = Float32Array> {
  /**
   * Which numbers count, of the shape of the values: not 0 where one does. A Uint8Array, or a tensor of
   * any dtype. Default: all. For advantages: the policy's tokens; the original Search-R1 counts the
   * whole response, with its observations.
   */
  readonly mask?: (Data extends Tensor ? Tensor : Uint8Array) | undefined
  /** Whether the result has mean 0 instead of keeping its mean. Default true. */
  readonly shiftMean?: boolean
  /** Added to the variance: keeps a batch of equal numbers finite. Default 1e-8, as veRL and TRL. */
  readonly epsilon?: number
}

export interface Whitened<Data = Float32Array, One = number> {
  /** Of the shape of the values, 0 where the mask is 0. */
  readonly whitened: Data
  /** Of what counts, before. A tensor holds it as float64. */
  readonly mean: One
  /** The square root of the unbiased variance, before; 0 of fewer than two numbers. */
  readonly std: One
}

/**
 * Shifts and scales the masked-in numbers of a batch to mean 0 and unbiased variance 1:
 * `(x - mean) / sqrt(variance + epsilon)`.
 *
 * Sums run in float64 over chunks of fixed size, so any number of threads gives the same bits. What is
 * masked is never used, so it may be NaN. With fewer than two numbers there is no variance, and what
 * counts becomes 0 (or, without `shiftMean`, stays). No gradient flows through it.
 *
 * @param values float32, of any shape: packed rows are one batch
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if shapes or kinds differ, or epsilon is negative
 * @see veRL, `masked_whiten`; TRL, `masked_whiten`
 */
export function whiten(values: Float32Array, options?: WhitenOptions): Whitened
export function whiten(values: Tensor, options?: WhitenOptions<Tensor>): Whitened<Tensor, Tensor>
export function whiten(
  values: Float32Array | Tensor,
  { mask, shiftMean = true, epsilon = 1e-8 }: WhitenOptions | WhitenOptions<Tensor> = {},
): Whitened | Whitened<Tensor, Tensor> {
  checkNonNegative('epsilon', epsilon)
  return tidy(() => {
    const operands = new Operands(values)
    const [whitened, mean, std] = callOperator<[Tensor, Tensor, Tensor]>(
      'querl::whiten',
      operands.tensor('values', values, [Float32Array]),
      operands.mask(mask),
      shiftMean,
      epsilon,
    )
    return {
      whitened: operands.result(whitened),
      mean: operands.number(mean),
      std: operands.number(std),
    } as Whitened | Whitened<Tensor, Tensor>
  })
}
