import { inspect } from 'node:util'
import { argumentError, QuerlError } from '@querl/base'
import { type BackwardOptions, backward } from './autograd.js'
import { callBuffer } from './call-buffer.js'
import { type Device, deviceOfCode } from './device.js'
import { type Dtype, dtypeOfArray, dtypeOfCode, dtypes, isDtype, type TensorData } from './dtype.js'
import type { TensorMethods } from './generated/methods.js'
import * as indexing from './indexing.js'
import { native } from './loaded.js'
import { fromNative } from './native-call.js'
import { NativeObject, nativeId, setNativeId } from './native-object.js'
import { callOperator } from './operator-call.js'
import { operatorOf } from './operators.js'
import { printed } from './printed-tensor.js'
import { installMethods } from './tensor-methods.js'

let blank: () => Tensor
const viewAs = operatorOf('aten', 'view')

export interface FromTypedArrayOptions {
  /** What the bits are: `bfloat16` of a Uint16Array, `bool` of a Uint8Array. Default: by the array. */
  readonly dtype?: Dtype | undefined
  /**
   * Whether the tensor has its own memory. Without a copy the two share it, both ways, and the array's
   * buffer is kept as long as the tensor's memory is used; transferring the buffer to another thread
   * meanwhile is a mistake that nothing detects. Default: true.
   */
  readonly copy?: boolean
  /** Whether operators on it are recorded, so that it can get a gradient. Default: false. */
  readonly requiresGrad?: boolean
}

export interface ToOptions {
  readonly dtype?: Dtype | undefined
  readonly device?: Device | undefined
  /** Whether it is copied even if nothing changes. Default: false. */
  readonly copy?: boolean
  /** Whether a copy to or from a GPU may still run on return. Default: false. */
  readonly non_blocking?: boolean
}

export interface Tensor extends TensorMethods {}

/**
 * A LibTorch tensor. Beside what stands here it has ATen's operators as methods, by ATen's names:
 * `x.matmul(y)`, `x.sum({ dim: [0] })`.
 *
 * Free it with `using` or dispose(); a forgotten one is freed some time after it was collected. V8 is
 * told of its memory, so that collections come in time.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: as above
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
    { dtype, copy = true, requiresGrad = false }: FromTypedArrayOptions = {},
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
    return requiresGrad ? tensor.requiresGrad_() : tensor
  }

  /** The sizes of its axes; none for a single number. */
  get shape(): readonly number[] {
    const info = this.#info()
    const sizes = new Array<number>(info[3]!)
    for (let axis = 0; axis < sizes.length; axis++) sizes[axis] = info[4 + axis]!
    return sizes
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
  view(): TensorData
  /**
   * A tensor of another shape on the same numbers.
   *
   * @param size of the same product; -1 stands for what is left
   * @throws {QuerlError} ERR_QUERL_NATIVE if its strides do not allow that: take reshape()
   */
  view(size: readonly number[]): Tensor
  /** A tensor of another dtype on the same bits. */
  view(named: { dtype: Dtype }): Tensor
  view(form?: readonly number[] | { dtype: Dtype }): TensorData | Tensor {
    if (form !== undefined) return viewAs([this, form]) as Tensor
    const Numbers = this.#arrayKind()
    return new Numbers(guarded(() => native().tensorView(nativeId(this))))
  }

  /**
   * It with another dtype, or on another device; itself if that changes nothing.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for a device that is not here, ERR_QUERL_CLOSED
   */
  to(target: Dtype | Device | ToOptions): Tensor {
    const named = typeof target === 'object' ? target : undefined
    const dtype = isDtype(target) ? target : (named?.dtype ?? null)
    const device = typeof target === 'string' && dtype === null ? target : (named?.device ?? null)
    const { copy = false, non_blocking = false } = named ?? {}
    // In the schema's order: dtype, layout, device, pin_memory, non_blocking, copy.
    return callOperator(
      'aten::to.dtype_layout',
      this,
      dtype,
      null,
      device,
      null,
      non_blocking,
      copy,
    )
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

  /**
   * A view on a part: `x.at(1)` is the second row, `x.at(1, -1)` its last number, a tensor of no axes.
   *
   * @param indices a place of each of the first axes; negative ones count from the end
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   */
  at(...indices: number[]): Tensor {
    return indexing.at(this, indices)
  }

  /**
   * A view on a part. With up to two numbers as an array's: `x.slice(1, 3)` is rows 1 and 2. Else by
   * axis: `x.slice([1, 3], null, { step: 2 })` is Python's `x[1:3, :, ::2]`, `x.slice('...', [0, 1])` is
   * `x[..., 0:1]`, and `x.slice([1, 3], 0)` is `x[1:3, 0]`. Ends beyond the axis are its ends.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   */
  slice(start?: number, end?: number): Tensor
  slice(...indices: indexing.AxisIndex[]): Tensor
  slice(...indices: indexing.AxisIndex[]): Tensor {
    return indexing.slice(this, indices)
  }

  /**
   * A copy of what tensors name: rows by an integer tensor, or, by a mask of booleans, where it is true;
   * several are combined place by place. `x.index(null, columns)` is Python's `x[:, columns]`.
   *
   * @throws {QuerlError} ERR_QUERL_NATIVE if a place is out of range or the shapes do not fit,
   *   ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   */
  index(...indices: (Tensor | null)[]): Tensor {
    return callOperator('aten::index.Tensor', this, indices)
  }

  /**
   * Sets a part in place: `x.set(0, 1, 5)` one number, `x.set([0, 2], null, 0)` two rows,
   * `x.set(mask, 0)` where a tensor of booleans is true. Numbers before the value are places of axes.
   *
   * @param indicesAndValue as for slice() by axis, or integer tensors and masks as for index(); last, a
   *   number or a tensor whose shape expands to that of the part
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_NATIVE if the shapes do not fit, or if it is a
   *   leaf that requires a gradient, outside of noGrad()
   */
  set(
    ...indicesAndValue: [...indices: (indexing.AxisIndex | Tensor)[], value: indexing.TensorValue]
  ): this {
    indexing.set(this, indicesAndValue)
    return this
  }

  /** Views on its rows. @throws {QuerlError} ERR_QUERL_ARGUMENT if it has no axes */
  [Symbol.iterator](): Generator<Tensor> {
    return indexing.rows(this)
  }

  /** Whether operators on it are recorded for backward(). */
  get requiresGrad(): boolean {
    return callOperator('querl::requires_grad', this)
  }

  /**
   * Says whether operators on it are to be recorded from now on.
   *
   * @throws {QuerlError} ERR_QUERL_NATIVE if it is true and the dtype is no floating point, or false and
   *   it is itself the result of recorded operators: take detach()
   */
  requiresGrad_(requiresGrad = true): this {
    callOperator('aten::requires_grad_', this, requiresGrad)
    return this
  }

  /** The gradient that backward() added up, another handle each time; null before. */
  get grad(): Tensor | null {
    return callOperator('querl::gradient_of', this)
  }

  set grad(gradient: Tensor | null) {
    callOperator('querl::set_gradient_of', this, gradient)
  }

  /** Forgets the gradient. */
  zeroGrad(): void {
    this.grad = null
  }

  /**
   * Adds its gradient to the `grad` of every leaf that it was computed from.
   *
   * @param gradient of whatever follows, with respect to it; its shape. Default: 1, for one number
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_NATIVE where LibTorch refuses, such as at a second
   *   time without `retainGraph`
   * @throws what a custom function's backward() throws
   */
  backward(gradient?: Tensor | null, options?: BackwardOptions): void {
    backward(this, gradient ?? undefined, options)
  }

  /** A view on the same numbers that has no history. */
  detach(): Tensor {
    return callOperator('aten::detach', this)
  }

  /** Shape, dtype, device, whether it requires a gradient, and its numbers, or the ends of its axes. */
  override toString(): string {
    return printed(this)
  }

  [inspect.custom](): string {
    return printed(this)
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

installMethods(Tensor.prototype)

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
