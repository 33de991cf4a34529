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
  const { dtype, device } = tensor
  using number = callOperator<Tensor>('aten::full', [], value, dtype, undefined, device)
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

/** A view on a part; intermediate views are freed. */
function view(tensor: Tensor, indices: readonly AxisIndex[]): Tensor {
  const { shape } = tensor
  let part: Tensor | undefined
  let axis = 0
  const take = (operator: string, ...args: number[]) => {
    const next = callOperator<Tensor>(operator, part ?? tensor, ...args)
    part?.dispose()
    part = next
  }
  try {
    spread(indices, shape).forEach((index, i) => {
      const size = shape[i]!
      if (typeof index === 'number') take('aten::select.int', axis, place(index, size, i))
      else {
        const range = rangeOf(index, size, i)
        if (range) take('aten::slice.Tensor', axis, ...range)
        axis++
      }
    })
  } catch (error) {
    part?.dispose()
    throw error
  }
  return part ?? callOperator('aten::alias', tensor)
}

/** One index for each axis that has one, with `'...'` as so many nulls. */
function spread(
  indices: readonly AxisIndex[],
  shape: readonly number[],
): Exclude<AxisIndex, '...'>[] {
  const dots = indices.indexOf('...')
  const named = dots < 0 ? indices.length : indices.length - 1
  if (named > shape.length)
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `Expected at most ${shape.length} indices of a tensor of shape (${shape.join(', ')}), but got ` +
        `${named}.`,
    )
  if (dots !== indices.lastIndexOf('...'))
    throw argumentError('the indices', "without a second '...'", indices)
  if (dots < 0) return indices as Exclude<AxisIndex, '...'>[]
  const rest = Array.from({ length: shape.length - named }, () => null)
  return [...indices.slice(0, dots), ...rest, ...indices.slice(dots + 1)] as Exclude<
    AxisIndex,
    '...'
  >[]
}

function place(index: number, size: number, axis: number): number {
  if (Number.isInteger(index) && index >= -size && index < size) return index
  const expected =
    size === 0 ? 'absent: that axis is empty' : `an integer in [${-size}, ${size - 1}]`
  throw argumentError(`index ${axis}`, expected, index)
}

/** (start, end, step), or nothing where that is all of the axis. */
function rangeOf(
  index: Exclude<AxisIndex, '...' | number>,
  size: number,
  axis: number,
): [number, number, number] | undefined {
  if (index === null || index === undefined) return undefined
  if (typeof index !== 'object' || index instanceof Tensor)
    throw argumentError(`index ${axis}`, "an integer, [start, end], a range, null or '...'", index)
  const { start, end, step }: Range = isTuple(index)
    ? { start: index[0], end: index[1], step: index[2] }
    : (index as Range)
  for (const [name, value] of Object.entries({ start, end }))
    if (value !== undefined && !Number.isInteger(value))
      throw argumentError(`${name} of index ${axis}`, 'an integer', value)
  if (step !== undefined && !(Number.isInteger(step) && step >= 1))
    throw argumentError(`step of index ${axis}`, 'a positive integer; flip() reverses', step)
  return [start ?? 0, end ?? size, step ?? 1]
}

function isTuple(
  index: Exclude<AxisIndex, '...' | number | null | undefined>,
): index is readonly [number?, number?, number?] {
  return Array.isArray(index)
}

function isNumberOrUndefined(index: AxisIndex): index is number | undefined {
  return typeof index === 'number' || index === undefined
}
