import {
  argumentError,
  checkInRange,
  checkNonNegativeInteger,
  checkPositiveInteger,
} from '@querl/base'
import { callOperator } from '../operator-call.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type Integers, Operands } from './operands.js'

export interface SampleOptions {
  /** In [0, 2^53). Default 0. */
  readonly seed?: number
  /** One integer per row, which tells rows of one position apart. Default: the number of the row. */
  readonly sessions?: Integers | Tensor | undefined
  /** One integer per row: where in its text the token stands. Default 0. */
  readonly positions?: Integers | Tensor | undefined
  /** 0 takes the most likely token (the first of equals), else at least 1e-4. Default 1. */
  readonly temperature?: number
  /** Draws from this many of the most likely tokens; 0 from all. Default 0. */
  readonly topK?: number
  /** Draws from the fewest most likely tokens that hold this share of the probability, in (0, 1]. */
  readonly topP?: number
  /** Draws from tokens at least this many times as likely as the most likely one, in [0, 1]. Default 0. */
  readonly minP?: number
  /** Ids with probability 0. Default: none. */
  readonly bannedIds?: Integers | Tensor | undefined
  /**
   * Under which distribution `logprobs` are: `full` (default), all tokens but the banned at this
   * temperature, which is what a policy's loss compares with; `truncated`, what the filters left of it.
   */
  readonly logprobsOf?: 'full' | 'truncated'
  /** V, where the logits are an array that holds several rows. Default: one row. */
  readonly vocabSize?: number
}

export interface Samples<Ids = Int32Array, Logprobs = Float32Array> {
  /** Shape (B): int32. -1 where a row has a NaN or plus infinity, or every token is banned. */
  readonly ids: Ids
  /** Shape (B): the natural log of each id's probability; NaN where the id is -1. */
  readonly logprobs: Logprobs
}

/**
 * Draws a token from each row of logits.
 *
 * The filters apply one after the other, each to what the one before left: top-k, top-p, min-p; of equal
 * tokens the lower id is the more likely one. The cut is found by passes over the row that narrow down
 * the threshold, not by sorting. Temperature 0 has no filters, and log-probs at temperature 1.
 *
 * A draw depends on its row and on (seed, session, position) alone: not on the other rows, their order or
 * the number of threads. The random number is Philox4x32-10 with the seed as its key and (position,
 * session) as its counter; the token is the first, in the order of ids, at which the running sum of the
 * probabilities passes it. The sampler of @querl/lm draws the same with session 0.
 *
 * @param logits shape (B, V): float32 or bfloat16 in a tensor of any leading axes; as arrays row by row,
 *   a Float32Array, or a Uint16Array of bfloat16 bits. Not changed.
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of range or a length differs
 * @see Holtzman et al. 2020 (arXiv 1904.09751) for top-p; Nguyen et al. 2024 (arXiv 2407.01082) for min-p
 */
export function sample(logits: Float32Array | Uint16Array, options?: SampleOptions): Samples
export function sample(logits: Tensor, options?: SampleOptions): Samples<Tensor, Tensor>
export function sample(
  logits: Float32Array | Uint16Array | Tensor,
  options: SampleOptions = {},
): Samples | Samples<Tensor, Tensor> {
  const { seed = 0, temperature = 1, topK = 0, topP = 1, minP = 0, logprobsOf = 'full' } = options
  checkNonNegativeInteger('seed', seed)
  if (!(temperature === 0 || (temperature >= 1e-4 && temperature <= 1e30)))
    throw argumentError('temperature', '0 or at least 0.0001', temperature)
  checkNonNegativeInteger('topK', topK)
  if (!(topP > 0 && topP <= 1)) throw argumentError('topP', 'in (0, 1]', topP)
  checkInRange('minP', minP, 0, 1)
  if (logprobsOf !== 'full' && logprobsOf !== 'truncated')
    throw argumentError('logprobsOf', '"full" or "truncated"', logprobsOf)
  return tidy(() => {
    const operands = new Operands(logits)
    const [ids, logprobs] = callOperator<[Tensor, Tensor]>(
      'querl::sample',
      logits instanceof Tensor ? logits : rows(logits, options.vocabSize),
      seed,
      operands.integers('sessions', options.sessions),
      operands.integers('positions', options.positions),
      temperature,
      topK,
      topP,
      minP,
      operands.integers('bannedIds', options.bannedIds),
      logprobsOf === 'truncated',
    )
    return { ids: operands.result(ids), logprobs: operands.result(logprobs) } as
      | Samples
      | Samples<Tensor, Tensor>
  })
}

function rows(logits: Float32Array | Uint16Array, vocabSize = logits.length): Tensor {
  if (!(logits instanceof Float32Array || logits instanceof Uint16Array))
    throw argumentError('logits', 'a Float32Array, a Uint16Array (bfloat16) or a Tensor', logits)
  checkPositiveInteger('vocabSize', vocabSize)
  if (logits.length % vocabSize !== 0)
    throw argumentError(
      'vocabSize',
      `a divisor of ${logits.length}, the number of logits`,
      vocabSize,
    )
  const dtype = logits instanceof Float32Array ? 'float32' : 'bfloat16'
  return Tensor.fromTypedArray(logits, [logits.length / vocabSize, vocabSize], {
    dtype,
    copy: false,
  })
}
