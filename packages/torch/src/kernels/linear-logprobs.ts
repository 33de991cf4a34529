import { argumentError, checkPositive } from '@querl/base'
import { callOperator } from '../operator-call.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type Integers, Operands } from './operands.js'
import { matrix, type TokenScores } from './token-scores.js'

export interface LinearLogprobsOptions {
  /** The logits are divided by it; above 0. Default 1. */
  readonly temperature?: number
}

/**
 * The log-probability of each target, and the entropy of its distribution, from hidden states and a
 * language model's head: logitsLogprobs(hidden head^T), without the logits ever being in memory.
 *
 * `z = hidden head^T / temperature`, `logprob = z[target] - log sum exp z`, `entropy = -sum p log p` for
 * `p = softmax(z)`. Forward, the vocabulary passes by in blocks that stay in the cache, with a running
 * maximum and sums for each token. Backward computes the logits again, a chunk of the vocabulary at a
 * time, from their saved maximum and log-sum, and multiplies their gradients into those of the hidden
 * states and of the head: four products instead of three, in memory of about three times the hidden
 * states and 50 MiB, whatever V is. Nothing is approximated. The same input gives the same bits on any
 * number of threads.
 *
 * bfloat16 is multiplied by AMX or AVX512-BF16 where the processor has them (converted to float32
 * elsewhere) and summed in float32; the logits are not rounded, their gradients are rounded to bfloat16
 * before the two products. Tokens with a negative target cost nothing and are never read; neither are,
 * in the backward pass, tokens whose two gradients are 0. A NaN stays with its token, but for the head's
 * gradient.
 *
 * @param hidden shape (…, D), float32 or bfloat16, of any strides. As an array, row by row: a
 *   Float32Array, or a Uint16Array of bfloat16 bits; no gradient flows to arrays.
 * @param head shape (V, D), of the same dtype
 * @param targets shape (…): ids below V, int32 or int64; negative ones are ignored
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if a shape, a dtype, a target or the temperature does not fit
 * @see Wijmans et al. 2024, "Cut Your Losses" (arXiv 2411.09009), which also drops small gradients;
 *   Liger-Kernel's fused linear cross-entropy, which keeps a chunk of logits
 */
export function linearLogprobs(
  hidden: Float32Array | Uint16Array,
  head: Float32Array | Uint16Array,
  targets: Integers,
  options?: LinearLogprobsOptions,
): TokenScores
export function linearLogprobs(
  hidden: Tensor,
  head: Tensor,
  targets: Tensor | Integers,
  options?: LinearLogprobsOptions,
): TokenScores<Tensor>
export function linearLogprobs(
  hidden: Float32Array | Uint16Array | Tensor,
  head: Float32Array | Uint16Array | Tensor,
  targets: Tensor | Integers,
  { temperature = 1 }: LinearLogprobsOptions = {},
): TokenScores | TokenScores<Tensor> {
  checkPositive('temperature', temperature)
  return tidy(() => {
    const operands = new Operands(hidden)
    const ids = operands.integers('targets', targets)
    if (!ids) throw argumentError('targets', 'integers', targets)
    const inArrays = !(hidden instanceof Tensor)
    const count = ids.shape.reduce((product, size) => product * size, 1)
    if (inArrays && count === 0 && hidden.length === 0)
      return { logprobs: new Float32Array(), entropies: new Float32Array() }
    const width = inArrays ? hidden.length / count : 0
    const [logprobs, entropies] = callOperator<[Tensor, Tensor]>(
      'querl::linear_logprobs',
      matrix('hidden', hidden, inArrays, width),
      matrix('head', head, inArrays, width),
      ids,
      temperature,
    )
    return {
      logprobs: operands.result(logprobs),
      entropies: operands.result(entropies),
    } as TokenScores | TokenScores<Tensor>
  })
}
