import { argumentError } from '@querl/base'
import type { TensorData } from '../dtype.js'
import { Tensor } from '../tensor.js'

/** Whole numbers for a kernel: where sequences begin, groups, ids. */
export type Integers = Int32Array | BigInt64Array | readonly number[]

/**
 * The tensors of one kernel call, within tidy(). Typed arrays are not copied: tensors over them live for
 * the call, and its results come back as typed arrays too.
 */
export class Operands {
  readonly #inArrays: boolean

  /** @param first decides whether the caller works with tensors or with typed arrays */
  constructor(first: unknown) {
    this.#inArrays = !(first instanceof Tensor)
  }

  /**
   * A tensor, or one over a typed array of this kind.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for anything else, or for a tensor among arrays
   */
  tensor<Data extends TensorData>(
    name: string,
    data: unknown,
    kinds: readonly (new () => Data)[],
  ): Tensor {
    if (data instanceof Tensor && !this.#inArrays) return data
    const fits = kinds.some((Kind) => data instanceof Kind)
    if (this.#inArrays && fits) return over(data as Data)
    const arrays = kinds.map(({ name }) => `a ${name}`).join(' or ')
    throw argumentError(name, this.#inArrays ? arrays : 'a Tensor, as the others', data)
  }

  /** As tensor(), of a mask; null where there is none. */
  mask(data: unknown): Tensor | null {
    return data === undefined ? null : this.tensor('mask', data, [Uint8Array])
  }

  /** Whole numbers of whatever kind; null where there are none. */
  integers(name: string, data: Tensor | Integers | undefined): Tensor | null {
    if (data === undefined) return null
    if (data instanceof Tensor) return data
    if (data instanceof Int32Array || data instanceof BigInt64Array) return over(data)
    if (Array.isArray(data) && data.every(Number.isSafeInteger))
      return over(BigInt64Array.from(data, BigInt))
    throw argumentError(name, 'integers (an Int32Array, a BigInt64Array or an array)', data)
  }

  /** A result as the caller works: the tensor, or a typed array over its memory. */
  result<Data extends TensorData>(tensor: Tensor): Tensor | Data {
    return this.#inArrays ? (tensor.view() as Data) : tensor
  }

  /** As result(), of a single number. */
  number(tensor: Tensor): Tensor | number {
    return this.#inArrays ? tensor.item() : tensor
  }
}

function over(data: TensorData): Tensor {
  return Tensor.fromTypedArray(data, undefined, { copy: false })
}
