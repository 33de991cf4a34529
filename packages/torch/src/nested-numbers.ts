import { argumentError } from '@querl/base'
import type { TensorOptions } from './creation.js'
import type { Dtype, TensorData } from './dtype.js'
import { Tensor } from './tensor.js'

/** A number, or arrays of arrays of them, as deep as there are axes. */
export type NestedNumbers = number | bigint | boolean | readonly NestedNumbers[]

/**
 * A tensor of numbers as they are nested: `tensor([[1, 2], [3, 4]])`, `tensor(1.5)`.
 *
 * JavaScript has one kind of number, so the default is float32 whatever they are; bigints are int64,
 * booleans bool. A typed array is copied, one axis, with the dtype that it has.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for arrays of unequal lengths, and for values that are no
 *   numbers, or not all of one kind
 */
export function tensor(data: NestedNumbers | TensorData, options: TensorOptions = {}): Tensor {
  if (ArrayBuffer.isView(data)) return placed(Tensor.fromTypedArray(data), options)
  const shape: number[] = []
  let first: NestedNumbers | undefined = data
  for (; Array.isArray(first); first = first[0]) shape.push(first.length)
  const kind = kinds[typeof first] ?? kinds['number']!
  const count = shape.reduce((product, size) => product * size, 1)
  const wanted = options.dtype ?? kind.dtype
  const numbers = kind.array(count, wanted)
  fill(numbers, kind, data, shape, 0, 0)
  const dtype = kind.dtype === 'bool' ? 'bool' : undefined
  return placed(Tensor.fromTypedArray(numbers, shape, { dtype }), { ...options, dtype: wanted })
}

interface Kind {
  readonly type: string
  readonly dtype: Dtype
  /** Of a kind that holds the values exactly until they are converted. */
  readonly array: (length: number, dtype: Dtype) => TensorData
}

const kinds: Readonly<Record<string, Kind>> = {
  number: {
    type: 'number',
    dtype: 'float32',
    array: (length, dtype) =>
      dtype === 'float32' ? new Float32Array(length) : new Float64Array(length),
  },
  bigint: { type: 'bigint', dtype: 'int64', array: (length) => new BigInt64Array(length) },
  boolean: { type: 'boolean', dtype: 'bool', array: (length) => new Uint8Array(length) },
}

/** Writes what lies below `axis` from `offset` on; returns the offset behind it. */
function fill(
  numbers: TensorData,
  kind: Kind,
  part: NestedNumbers,
  shape: readonly number[],
  axis: number,
  offset: number,
): number {
  if (axis === shape.length) {
    if (typeof part !== kind.type) throw argumentError('data', `${kind.type}s at equal depth`, part)
    numbers[offset] = part as never
    return offset + 1
  }
  if (!Array.isArray(part) || part.length !== shape[axis])
    throw argumentError('data', `arrays of ${shape[axis]} along axis ${axis}`, part)
  let end = offset
  for (const item of part) end = fill(numbers, kind, item, shape, axis + 1, end)
  return end
}

function placed(made: Tensor, { dtype, device, requiresGrad = false }: TensorOptions): Tensor {
  const tensor = dtype || device ? made.to({ dtype, device }) : made
  if (tensor !== made) made.dispose() // the result is another handle, even if nothing changed
  return requiresGrad ? tensor.requiresGrad_() : tensor
}
