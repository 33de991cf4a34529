import { argumentError } from '@querl/base'
import { Tensor } from '../tensor.js'

/** What logitsLogprobs() and linearLogprobs() give: float32, of the targets' shape. */
export interface TokenScores<Data = Float32Array> {
  /** Natural log of each target's probability; 0 where the target is negative. */
  readonly logprobs: Data
  /** Entropy in nats of the distribution that each target was scored under; 0 as above. */
  readonly entropies: Data
}

/**
 * A matrix as a tensor over its memory: the caller's, or a typed array's, row by row.
 *
 * @param columns how many a row has, where the data is a typed array
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for anything else
 */
export function matrix(name: string, data: unknown, inArrays: boolean, columns: number): Tensor {
  if (!inArrays) {
    if (data instanceof Tensor) return data
    throw argumentError(name, 'a Tensor, as the others', data)
  }
  if (!(data instanceof Float32Array || data instanceof Uint16Array))
    throw argumentError(name, 'a Float32Array, a Uint16Array (bfloat16) or a Tensor', data)
  if (!Number.isInteger(columns) || columns <= 0 || data.length % columns !== 0)
    throw argumentError(name, `of a whole number of rows of ${columns}`, data.length)
  const dtype = data instanceof Float32Array ? 'float32' : 'bfloat16'
  return Tensor.fromTypedArray(data, [data.length / columns, columns], { dtype, copy: false })
}
