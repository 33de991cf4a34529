// Which overload of an operator a call means: by the number, the types and the names of its arguments.

import { layouts, memoryFormats } from './argument-types.js'
import { isDevice } from './device.js'
import { isDtype } from './dtype.js'
import { NativeObject } from './native-object.js'
import type { OperatorArgument, Overload } from './operator-call.js'
import type { SchemaType } from './operator-schema.js'
import { noneFits } from './overload-error.js'
import { Tensor } from './tensor.js'

/** The trailing object of a call: arguments by the names that the schema gives them. */
export type NamedArguments = Readonly<Record<string, OperatorArgument>>

/** What a call is given: leading arguments in the schema's order, then, maybe, the others by name. */
export type CallArguments = readonly (OperatorArgument | NamedArguments)[]

export interface Resolved {
  readonly overload: Overload
  /** In the schema's order; undefined where the default holds. */
  readonly args: readonly OperatorArgument[]
}

/**
 * The first overload that the arguments fit.
 *
 * @param shown the operator as the caller knows it
 * @throws {QuerlError} ERR_QUERL_ARGUMENT with each schema that was tried and what did not fit it
 */
export function resolve(
  shown: string,
  overloads: readonly Overload[],
  given: CallArguments,
): Resolved {
  const last = given[given.length - 1]
  const named = isNamed(last) ? last : undefined
  const positional = (named ? given.slice(0, -1) : given) as readonly OperatorArgument[]
  for (const overload of overloads) {
    const args = fit(overload, positional, named)
    if (args) return { overload, args }
  }
  throw noneFits(shown, overloads, positional, named)
}

/** Whether it is the trailing object; operators take no other plain objects. */
function isNamed(value: OperatorArgument | NamedArguments): value is NamedArguments {
  if (typeof value !== 'object' || value === null || value instanceof NativeObject) return false
  return !Array.isArray(value)
}

function fit(
  { schema: { arguments: parameters } }: Overload,
  positional: readonly OperatorArgument[],
  named: NamedArguments | undefined,
): readonly OperatorArgument[] | undefined {
  if (positional.length > parameters.length) return undefined
  let unused = 0
  if (named) for (const name in named) if (named[name] !== undefined) unused++
  const args = new Array<OperatorArgument>(parameters.length)
  for (let i = 0; i < parameters.length; i++) {
    const parameter = parameters[i]!
    let value: OperatorArgument
    if (i < positional.length) {
      if (parameter.keywordOnly) return undefined
      value = positional[i]
    } else if (unused > 0) {
      value = named![parameter.name]
      if (value !== undefined) unused--
    }
    if (value === undefined) {
      if (parameter.fallback === undefined) return undefined
    } else if (!fits(parameter.type, value)) return undefined
    args[i] = value
  }
  return unused === 0 ? args : undefined
}

/** Whether the schema's type takes the value. */
export function fits(type: SchemaType, value: Exclude<OperatorArgument, undefined>): boolean {
  if (value === null) return type.optional
  if (!type.list) return fitsOne(type, value)
  if (!Array.isArray(value)) return type.size !== undefined && fitsOne(type, value)
  // LibTorch does not hold lists to the schema's size: max_pool2d() takes one of [3] for int[2].
  for (const item of value as readonly OperatorArgument[])
    if (item === null ? !type.optionalItems : item === undefined || !fitsOne(type, item))
      return false
  return true
}

function fitsOne(type: SchemaType, value: NonNullable<OperatorArgument>): boolean {
  switch (type.base) {
    case 'Tensor':
      return value instanceof Tensor
    case 'Generator':
      return value instanceof NativeObject && !(value instanceof Tensor)
    case 'int':
      return typeof value === 'bigint' || Number.isInteger(value)
    case 'float':
      return typeof value === 'number'
    case 'Scalar':
      return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    case 'bool':
      return typeof value === 'boolean'
    case 'str':
      return typeof value === 'string'
    case 'ScalarType':
      return isDtype(value)
    case 'Device':
      return isDevice(value)
    case 'Layout':
      return typeof value === 'string' && Object.hasOwn(layouts, value)
    case 'MemoryFormat':
      return typeof value === 'string' && Object.hasOwn(memoryFormats, value)
    default:
      return false
  }
}
