import { argumentError, checkPositive } from '@querl/base'
import { callOperator } from '../operator-call.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type Integers, Operands } from './operands.js'
import { matrix, type TokenScores } from './token-scores.js'

export interface LogitsLogprobsOptions {
  /** The logits are divided by it; above 0. Default 1. */
  readonly temperature?: number
  /**
   * Whether the backward pass writes the gradient over the logits instead of beside them, which saves
   * as much memory as they take. They must be an operator's result, not a leaf. Afterwards they hold
   * their gradient: autograd throws ERR_QUERL_NATIVE where something else needs them for its own
   * backward pass, or on a second backward pass. Default false.
   */
  readonly inPlace?: boolean
}

/**
 * The log-probability of each target under its row of logits, and the entropy of the row.
 *
 * With `z = logits / temperature`: `logprob = z[target] - log sum exp z` and
 * `entropy = -sum p log p` for `p = softmax(z)`, where `0 log 0` is 0: a logit of -Infinity has
 * probability 0 and gives a finite entropy. A NaN stays in its row. Given gradients dl of the log-prob
 * and de of the entropy, the logits' gradient is
 * `((i == target) dl - p_i (dl + de (log p_i + entropy))) / temperature`.
 *
 * Logits are read from memory once; the backward pass reads and writes them once, and skips rows whose
 * two gradients are 0. Rows with a negative target are never read. No copy is made of float32 or
 * bfloat16; sums are float32 within a block of 4096 logits, float64 over blocks. The same input gives
 * the same bits on any number of threads.
 *
 * @param logits shape (…, V), float32 or bfloat16, of any strides (rows that are not contiguous are
 *   copied). As an array, row by row: a Float32Array, or a Uint16Array of bfloat16 bits; no gradient
 *   flows to arrays.
 * @param targets shape (…): ids below V, int32 or int64; negative ones are ignored
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if a shape, a dtype, a target or the temperature does not fit,
 *   or `inPlace` is asked of a leaf that requires a gradient
 * @see Milakov and Gimelshein 2018 (arXiv 1805.02867) for the running maximum; Liger-Kernel's
 *   cross-entropy, which also writes the gradient in place
 */
export function logitsLogprobs(
  logits: Float32Array | Uint16Array,
  targets: Integers,
  options?: LogitsLogprobsOptions,
): TokenScores
export function logitsLogprobs(
  logits: Tensor,
  targets: Tensor | Integers,
  options?: LogitsLogprobsOptions,
): TokenScores<Tensor>
export function logitsLogprobs(
  logits: Float32Array | Uint16Array | Tensor,
  targets: Tensor | Integers,
  { temperature = 1, inPlace = false }: LogitsLogprobsOptions = {},
): TokenScores | TokenScores<Tensor> {
  checkPositive('temperature', temperature)
  return tidy(() => {
    const operands = new Operands(logits)
    const ids = operands.integers('targets', targets)
    if (!ids) throw argumentError('targets', 'integers', targets)
    const inArrays = !(logits instanceof Tensor)
    const count = ids.shape.reduce((product, size) => product * size, 1)
    if (inArrays && count === 0 && logits.length === 0)
      return { logprobs: new Float32Array(), entropies: new Float32Array() }
    const [logprobs, entropies] = callOperator<[Tensor, Tensor]>(
      'querl::logits_logprobs',
      matrix('logits', logits, inArrays, inArrays ? logits.length / count : 0),
      ids,
      temperature,
      inPlace,
    )
    return {
      logprobs: operands.result(logprobs),
      entropies: operands.result(entropies),
    } as TokenScores | TokenScores<Tensor>
  })
}
