// Parts of a tensor, as people write them in JavaScript and in PyTorch. Tensor's methods are documented
// there; what they do is here.

import { argumentError, QuerlError } from '@querl/base'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'

/** Places `start` to `end`, which is left out; negative ones count from the end, as in an array. */
export interface Range {
  /** Default: 0. */
  readonly start?: number | undefined
  /** Default: the axis' size. */
  readonly end?: number | undefined
  /** At least 1. Default: 1. */
  readonly step?: number | undefined
}

/**
 * What to take of an axis: `null` all of it, a number one place, whereby the axis vanishes, a range some
 * places. `'...'` stands for all of as many axes as are not named.
 */
export type AxisIndex =
  | null
  | undefined
  | number
  | readonly [start?: number | undefined, end?: number | undefined, step?: number | undefined]
  | Range
  | '...'

/** What an element is set to. */
export type TensorValue = Tensor | number | bigint | boolean

/** Tensor.at() */
export function at(tensor: Tensor, indices: readonly number[]): Tensor {
  return view(tensor, indices)
}

/** Tensor.slice() */
export function slice(tensor: Tensor, indices: readonly AxisIndex[]): Tensor {
  const isArrayLike = indices.length <= 2 && indices.every(isNumberOrUndefined)
  return view(tensor, isArrayLike ? [{ start: indices[0], end: indices[1] }] : indices)
}

/** Tensor.set() */
export function set(tensor: Tensor, indicesAndValue: readonly (AxisIndex | TensorValue)[]): void {
  const indices = indicesAndValue.slice(0, -1) as (AxisIndex | Tensor)[]
  const value = indicesAndValue.at(-1) as TensorValue
  if (!(value instanceof Tensor) && !['number', 'bigint', 'boolean'].includes(typeof value))
    throw argumentError('the value', 'a tensor, a number, a bigint or a boolean', value)
  if (indices.some((index) => index instanceof Tensor)) {
    setIndexed(tensor, indices, value)
    return
  }
  using part = view(tensor, indices as AxisIndex[])
  if (value instanceof Tensor) callOperator('aten::copy_', part, value)
  else callOperator('aten::fill_.Scalar', part, value)
}

function setIndexed(
  tensor: Tensor,
  indices: readonly (AxisIndex | Tensor)[],
  value: TensorValue,
): void {
  const tensors = indices.map((index) => {
    if (index instanceof Tensor || index === null) return index
    throw argumentError('each index', 'a tensor or null, beside another that is a tensor', index)
  })
  if (value instanceof Tensor) {
    callOperator('aten::index_put_', tensor, tensors, value)
    return
  }
  using number = callOperator<Tensor>('aten::new_full', tensor, [], value)
  callOperator('aten::index_put_', tensor, tensors, number)
}

/** Tensor's iterator. */
export function* rows(tensor: Tensor): Generator<Tensor> {
  const [size] = tensor.shape
  if (size === undefined)
    throw new QuerlError('ERR_QUERL_ARGUMENT', 'A tensor of no axes cannot be iterated over.', {
      remedy: 'Take its number by item().',
    })
  for (let i = 0; i < size; i++) yield callOperator<Tensor>('aten::select.int', tensor, 0, i)
}

/**
 * A view on a part; intermediate views are freed. The shape is looked at only to say what is wrong: in
 * a run() that would wait until the tensor is computed.
 */
function view(tensor: Tensor, indices: readonly AxisIndex[]): Tensor {
  const dots = indices.indexOf('...')
  if (dots !== indices.lastIndexOf('...'))
    throw argumentError('the indices', "without a second '...'", indices)
  const checked = indices.map(checkIndex)
  let part: Tensor | undefined
  const take = (index: number | SliceArguments | null, axis: number) => {
    if (index === null) return
    const next =
      typeof index === 'number'
        ? callOperator<Tensor>('aten::select.int', part ?? tensor, axis, index)
        : callOperator<Tensor>('aten::slice.Tensor', part ?? tensor, axis, ...index)
    part?.dispose()
    part = next
  }
  try {
    // Behind the dots axes count from the end, last first, so that one that vanishes moves no other.
    const [front, back] =
      dots < 0 ? [checked, []] : [checked.slice(0, dots), checked.slice(dots + 1)]
    let axis = -1
    for (const index of back.reverse()) {
      take(index, axis)
      if (typeof index !== 'number') axis--
    }
    axis = 0
    for (const [i, index] of front.entries()) {
      // A null too many at the end is a mistake that LibTorch is to see.
      take(index ?? (i === front.length - 1 ? all : null), axis)
      if (typeof index !== 'number') axis++
    }
    return part ?? callOperator('aten::alias', tensor)
  } catch (error) {
    part?.dispose()
    if (error instanceof QuerlError && error.code === 'ERR_QUERL_NATIVE') explain(tensor, indices)
    throw error
  }
}

type SliceArguments = readonly [start: number, end: number | null, step: number]

const all: SliceArguments = [0, null, 1]

/** What is to be done with an axis; null: nothing. */
function checkIndex(index: AxisIndex, i: number): number | SliceArguments | null {
  if (index === null || index === undefined || index === '...') return null
  if (typeof index === 'number') {
    if (Number.isInteger(index)) return index
    throw argumentError(`index ${i}`, 'an integer', index)
  }
  if (typeof index !== 'object' || index instanceof Tensor)
    throw argumentError(`index ${i}`, "an integer, [start, end], a range, null or '...'", index)
  const { start, end, step }: Range = isTuple(index)
    ? { start: index[0], end: index[1], step: index[2] }
    : (index as Range)
  for (const [name, value] of Object.entries({ start, end }))
    if (value !== undefined && !Number.isInteger(value))
      throw argumentError(`${name} of index ${i}`, 'an integer', value)
  if (step !== undefined && !(Number.isInteger(step) && step >= 1))
    throw argumentError(`step of index ${i}`, 'a positive integer; flip() reverses', step)
  return [start ?? 0, end ?? null, step ?? 1]
}

/** Throws the mistake in indices that LibTorch has refused, if it is one of theirs. */
function explain(tensor: Tensor, indices: readonly AxisIndex[]): void {
  const { shape } = tensor
  const dots = indices.indexOf('...')
  checkCount(tensor, dots < 0 ? indices.length : indices.length - 1)
  for (const [i, index] of indices.entries()) {
    if (typeof index !== 'number') continue
    const size = shape[dots < 0 || i < dots ? i : shape.length + i - indices.length]!
    if (index >= -size && index < size) continue
    const expected =
      size === 0 ? 'absent: that axis is empty' : `an integer in [${-size}, ${size - 1}]`
    throw argumentError(`index ${i}`, expected, index)
  }
}

function checkCount({ shape }: Tensor, named: number): void {
  if (named <= shape.length) return
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `Expected at most ${shape.length} indices of a tensor of shape (${shape.join(', ')}), but got ` +
      `${named}.`,
  )
}

function isTuple(
  index: Exclude<AxisIndex, '...' | number | null | undefined>,
): index is readonly [number?, number?, number?] {
  return Array.isArray(index)
}

function isNumberOrUndefined(index: AxisIndex): index is number | undefined {
  return typeof index === 'number' || index === undefined
}
