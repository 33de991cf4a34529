import { argumentError, checkPositive } from '@querl/base'
import { callOperator } from '../operator-call.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type Integers, Operands } from './operands.js'

export interface VarlenAttentionOptions {
  /**
   * Shape (B + 1): where each sequence's keys begin in (S), and S. A sequence has at least as many keys
   * as queries. Default: the offsets of the queries.
   */
  readonly keyOffsets?: Tensor | Integers | undefined
  /** Of `q k^T`; above 0. Default: 1 / √D. */
  readonly scale?: number | undefined
  /** Keys that a query sees, its own among them; 0: all before it. Default 0. */
  readonly window?: number | undefined
}

/**
 * Causal attention over packed sequences of several lengths, without padding: softmax(scale q k^T) v.
 *
 * Query i of a sequence with n queries and m keys sees the keys up to i + (m - n): more keys than queries
 * are those of a prompt that stands before them, computed elsewhere. Heads may share keys and values
 * (grouped-query attention). Scores exist for a tile at a time, also in the backward pass: memory is
 * linear in the lengths. Views need no copy as long as a token's heads lie together, such as the parts
 * of one projection of (T, H + 2 K, D).
 *
 * On the CPU bfloat16 is multiplied by AMX or AVX512-BF16 where the processor has them, and weights are
 * rounded to it; sums and the softmax are float32, and any number of threads gives the same bits. On
 * CUDA it is LibTorch's flash attention; float32 goes through plain operators there. Offsets are read on
 * the CPU: best give them as numbers.
 *
 * @param q shape (T, H, D), float32, bfloat16 or float16
 * @param k shape (S, K, D), of the same dtype; H a multiple of K
 * @param v shape (S, K, D)
 * @param offsets shape (B + 1): where each sequence's queries begin in (T), from 0, and T
 * @returns shape (T, H, D)
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if shapes, dtypes or devices differ, or offsets do not ascend
 *   from 0 to T (or S), or a sequence has fewer keys than queries
 * @see Dao et al. 2022, FlashAttention (arXiv 2205.14135)
 */
export function varlenAttention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  offsets: Tensor | Integers,
  { keyOffsets, scale, window = 0 }: VarlenAttentionOptions = {},
): Tensor {
  if (!(q instanceof Tensor)) throw argumentError('q', 'a Tensor', q)
  if (scale !== undefined) checkPositive('scale', scale)
  if (!Number.isSafeInteger(window) || window < 0)
    throw argumentError('window', 'an integer of 0 or more', window)
  return tidy(() => {
    const operands = new Operands(q)
    const begins = operands.integers('offsets', offsets)
    if (!begins) throw argumentError('offsets', 'integers', offsets)
    const [out] = callOperator<[Tensor, Tensor]>(
      'querl::varlen_attention',
      q,
      operands.tensor('k', k, []),
      operands.tensor('v', v, []),
      begins,
      operands.integers('keyOffsets', keyOffsets),
      scale ?? null,
      window,
    )
    return out
  })
}
