import { argumentError } from '@querl/base'
import type { TensorHandle } from './binding.js'
import { native } from './loaded.js'
import { fromNative } from './native-call.js'

export type Dtype = 'float32' | 'float64' | 'int32' | 'int64' | 'uint8'
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array

/**
 * A LibTorch tensor on the CPU. Free it with `using` or dispose(); a forgotten one is freed when it is
 * collected.
 */
export class Tensor {
  readonly shape: readonly number[]
  readonly dtype: Dtype
  readonly #handle: TensorHandle

  private constructor(handle: TensorHandle) {
    this.#handle = handle
    this.shape = native().tensorShape(handle)
    this.dtype = native().tensorDtype(handle) as Dtype
  }

  /**
   * A tensor with a copy of `data`, row-major.
   *
   * @param shape its product is the length of `data`; default: one axis
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  static fromTypedArray(data: TensorData, shape: readonly number[] = [data.length]): Tensor {
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw argumentError('shape', 'an array of non-negative integers', shape)
    if (shape.reduce((product, size) => product * size, 1) !== data.length)
      throw argumentError('shape', `of product ${data.length}, the length of data`, shape)
    return Tensor.#made(() => native().createTensor(data, shape))
  }

  static #made(make: () => TensorHandle): Tensor {
    try {
      return new Tensor(make())
    } catch (error) {
      throw fromNative(error)
    }
  }

  /**
   * The matrix product, with LibTorch's rules for vectors and batches.
   *
   * @throws {QuerlError} ERR_QUERL_NATIVE if the shapes do not fit, ERR_QUERL_CLOSED
   */
  matmul(other: Tensor): Tensor {
    return Tensor.#made(() => native().matmul(this.#handle, other.#handle))
  }

  /**
   * A copy of its numbers, row-major.
   *
   * @throws {QuerlError} ERR_QUERL_CLOSED
   */
  data(): TensorData {
    try {
      return native().tensorData(this.#handle) as TensorData
    } catch (error) {
      throw fromNative(error)
    }
  }

  /** Frees its memory now. Later calls throw ERR_QUERL_CLOSED, but for this one. */
  dispose(): void {
    native().disposeTensor(this.#handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
