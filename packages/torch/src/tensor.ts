import { argumentError, QuerlError } from '@querl/base'
import { callBuffer } from './call-buffer.js'
import { type Device, deviceOfCode } from './device.js'
import { type Dtype, dtypeOfArray, dtypeOfCode, dtypes, type TensorData } from './dtype.js'
import { native } from './loaded.js'
import { fromNative } from './native-call.js'
import { NativeObject, nativeId, setNativeId } from './native-object.js'
import { callOperator } from './operator-call.js'

let blank: () => Tensor

export interface FromTypedArrayOptions {
  /** What the bits are: `bfloat16` of a Uint16Array, `bool` of a Uint8Array. Default: by the array. */
  readonly dtype?: Dtype | undefined
  /**
   * Whether the tensor has its own memory. Without a copy the two share it, both ways, and the array's
   * buffer is kept as long as the tensor's memory is used; transferring the buffer to another thread
   * meanwhile is a mistake that nothing detects. Default: true.
   */
  readonly copy?: boolean
}

/**
 * A LibTorch tensor.
 *
 * Free it with `using` or dispose(); a forgotten one is freed some time after it was collected. V8 is
 * told of its memory, so that collections come in time.
 */
export class Tensor extends NativeObject {
  static {
    blank = () => new Tensor(0)
  }

  private constructor(id: number) {
    super(id)
  }

  /**
   * A tensor of the numbers of `data`, row-major, on the CPU.
   *
   * @param shape its product is the length of `data`; default: one axis
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  static fromTypedArray(
    data: TensorData,
    shape: readonly number[] = [data.length],
    { dtype, copy = true }: FromTypedArrayOptions = {},
  ): Tensor {
    const { code } = dtypes[dtypeOfArray(data, dtype)]
    if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw argumentError('shape', 'an array of non-negative integers', shape)
    if (shape.reduce((product, size) => product * size, 1) !== data.length)
      throw argumentError('shape', `of product ${data.length}, the length of data`, shape)
    if (!copy && (data.buffer as { resizable?: boolean }).resizable)
      throw argumentError('data', 'over a buffer of fixed size, unless it is copied', data)
    const tensor = new Tensor(0)
    setNativeId(
      tensor,
      guarded(() => native().createTensor(tensor, data, code, shape, copy)),
    )
    return tensor
  }

  /** The sizes of its axes; none for a single number. */
  get shape(): readonly number[] {
    const info = this.#info()
    return Array.from(info.subarray(4, 4 + info[3]!))
  }

  get dtype(): Dtype {
    return dtypeOfCode(this.#info()[0]!)
  }

  get device(): Device {
    const info = this.#info()
    return deviceOfCode(info[1]!, info[2]!)
  }

  /**
   * A copy of its numbers, row-major, from whatever device.
   *
   * @returns the typed array of its dtype; 16-bit floats are their bits, booleans are 0 or 1
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for complex numbers, ERR_QUERL_CLOSED
   */
  data(): TensorData {
    const Numbers = this.#arrayKind()
    return new Numbers(guarded(() => native().tensorData(nativeId(this))))
  }

  /**
   * Its numbers without a copy: what is written to the array is written to the tensor, and the other
   * way round. The array keeps the memory, also after dispose().
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT unless it is contiguous and on the CPU, ERR_QUERL_CLOSED
   */
  view(): TensorData {
    const Numbers = this.#arrayKind()
    return new Numbers(guarded(() => native().tensorView(nativeId(this))))
  }

  /**
   * The number of a tensor that has one; true is 1.
   *
   * @throws {QuerlError} ERR_QUERL_NATIVE if it has another count of numbers, ERR_QUERL_ARGUMENT for an
   *   integer beyond 2^53, ERR_QUERL_CLOSED
   */
  item(): number {
    const value = callOperator<number | bigint | boolean>('aten::item', this)
    if (typeof value === 'bigint')
      throw new QuerlError('ERR_QUERL_ARGUMENT', `${value} does not fit a number.`, {
        remedy: 'Take data(), whose integers are bigints.',
      })
    return Number(value)
  }

  /** The matrix product, with LibTorch's rules for vectors and batches. */
  matmul(other: Tensor): Tensor {
    return callOperator('aten::matmul', this, other)
  }

  #arrayKind(): NonNullable<(typeof dtypes)[Dtype]['array']> {
    const { dtype } = this
    const { array } = dtypes[dtype]
    if (array) return array
    throw new QuerlError('ERR_QUERL_ARGUMENT', `There is no typed array for ${dtype}.`, {
      remedy: 'Take torch.ops.view_as_real(x), whose last axis is the real and the imaginary part.',
    })
  }

  /** (dtype, device type, device index, axes, sizes…), until the next call. */
  #info(): Float64Array {
    const buffer = callBuffer()
    guarded(() => native().tensorInfo(nativeId(this)))
    return buffer
  }
}

/** A tensor that stands for nothing yet: setNativeId() follows, or it is dropped. */
export function blankTensor(): Tensor {
  return blank()
}

function guarded<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw fromNative(error)
  }
}
