import { argumentError, nearest, QuerlError } from '@querl/base'
import { layouts, memoryFormats, typeInWords } from './argument-types.js'
import { callBuffer, tag } from './call-buffer.js'
import { deviceCode } from './device.js'
import { dtypeCode, dtypeOfCode } from './dtype.js'
import { native } from './loaded.js'
import { fromNative } from './native-call.js'
import { NativeObject, nativeId, setNativeId } from './native-object.js'
import { parseSchema, type Schema, type SchemaType } from './operator-schema.js'
import { blankTensor, type Tensor } from './tensor.js'

/** What an operator takes. `undefined` stands for the schema's default, `null` for none. */
export type OperatorArgument =
  | NativeObject
  | number
  | bigint
  | boolean
  | string
  | null
  | undefined
  | readonly OperatorArgument[]

/** What an operator gives: several results are an array, no result is undefined. */
export type OperatorResult =
  | Tensor
  | number
  | bigint
  | boolean
  | string
  | null
  | undefined
  | readonly OperatorResult[]

/** One overload of one operator, as native code calls it. */
export interface Overload {
  readonly index: number
  readonly schema: Schema
  /** Whether the result is one tensor that the call makes. */
  readonly makesTensor: boolean
  /** For each result, the position of the argument that it is, or -1. */
  readonly writtenArguments: readonly number[]
}

const overloads = new Map<string, readonly Overload[]>()

/** All overloads of `aten::sum`, none if there is no such operator. */
export function overloadsOf(name: string): readonly Overload[] {
  const known = overloads.get(name)
  if (known) return known
  const found = native()
    .operatorOverloads(name)
    .map(({ index, schema }) => overloadOf(index, parseSchema(schema)))
  overloads.set(name, found)
  return found
}

function overloadOf(index: number, schema: Schema): Overload {
  const { arguments: args, returns } = schema
  const writtenArguments = returns.map(({ written }) =>
    written === undefined ? -1 : args.findIndex(({ type }) => type.written === written),
  )
  const [only] = returns
  const makesTensor =
    returns.length === 1 && only!.base === 'Tensor' && !only!.list && writtenArguments[0] === -1
  return { index, schema, makesTensor, writtenArguments }
}

/**
 * Calls one overload of one operator through LibTorch's dispatcher; autograd applies.
 *
 * @param name with its namespace: `querl::masked_ppo`, or `aten::sum.dim_IntList` for an overload
 * @param args in the schema's order, keyword-only ones too; what is left out has its default
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no such operator or an argument does not fit,
 *   ERR_QUERL_NATIVE with what LibTorch says, ERR_QUERL_CLOSED for a tensor that was disposed
 */
export function callOperator<Result extends OperatorResult>(
  name: string,
  ...args: readonly OperatorArgument[]
): Result {
  return callOverload(byFullName.get(name) ?? findByFullName(name), args) as Result
}

const byFullName = new Map<string, Overload>()

function findByFullName(name: string): Overload {
  const [operator = '', overload = ''] = name.split('.', 2)
  const found = overloadsOf(operator)
  const match = found.find(({ schema }) => schema.overload === overload)
  if (!match) throw unknownOperator(name, found)
  byFullName.set(name, match)
  return match
}

function unknownOperator(name: string, siblings: readonly Overload[]): QuerlError {
  const full = ({ schema }: Overload) =>
    schema.overload ? `${schema.name}.${schema.overload}` : schema.name
  const meant = nearest(name, siblings.length > 0 ? siblings.map(full) : native().operatorNames())
  return new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `LibTorch has no operator ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`}`,
  )
}

/** As callOperator(). Arguments are checked as they are written; nothing is called if one is wrong. */
export function callOverload(
  overload: Overload,
  args: readonly OperatorArgument[],
): OperatorResult {
  const { schema, makesTensor } = overload
  if (args.length > schema.arguments.length)
    throw argumentError(
      'the number of arguments',
      `${schema.arguments.length} at most, as ${schema.name} takes`,
      args.length,
    )
  buffer = callBuffer()
  position = 0
  texts = undefined
  for (let i = 0; i < args.length; i++) {
    const { type, name } = schema.arguments[i]!
    write(type, args[i], name)
  }
  const owner = makesTensor ? blankTensor() : undefined
  let spilled: Float64Array | undefined
  try {
    spilled = native().callOperator(overload.index, position, owner, texts)
  } catch (error) {
    throw fromNative(error)
  }
  // A call that ran JavaScript, such as a backward with a custom function, may have made it larger.
  buffer = spilled ?? callBuffer()
  position = 0
  if (owner === undefined) return readAll(overload, args)
  if (buffer[0] !== tag.object) return null
  setNativeId(owner, buffer[1]!)
  return owner
}

// The buffer of the call that is being written or read: a call never runs JavaScript between.
let buffer: Float64Array
let position = 0
let texts: string[] | undefined

function reserve(count: number): void {
  if (position + count > buffer.length) buffer = callBuffer(position + count)
}

function put(kind: number, value: number): void {
  buffer[position++] = kind
  buffer[position++] = value
}

function write(type: SchemaType, value: OperatorArgument, name: string): void {
  reserve(3)
  if (value === undefined) buffer[position++] = tag.default
  else if (value === null) {
    if (!type.optional) throw misfit(type, value, name)
    buffer[position++] = tag.none
  } else if (type.list) writeList(type, value, name)
  else writeOne(type, value, name)
}

function writeOne(
  type: SchemaType,
  value: Exclude<OperatorArgument, undefined>,
  name: string,
): void {
  if (typeof value === 'number') {
    if (
      type.base === 'int'
        ? !Number.isInteger(value)
        : type.base !== 'float' && type.base !== 'Scalar'
    )
      throw misfit(type, value, name)
    put(tag.number, value)
  } else if (value instanceof NativeObject) {
    if (type.base !== 'Tensor' && type.base !== 'Generator') throw misfit(type, value, name)
    put(tag.object, nativeId(value))
  } else if (typeof value === 'boolean') {
    if (type.base !== 'bool' && type.base !== 'Scalar') throw misfit(type, value, name)
    put(tag.boolean, value ? 1 : 0)
  } else if (typeof value === 'string') writeName(type, value, name)
  else if (typeof value === 'bigint' && (type.base === 'int' || type.base === 'Scalar')) {
    const bits = BigInt.asIntN(64, value)
    if (bits !== value) throw misfit(type, value, name)
    put(tag.bigint, Number(bits >> 32n))
    buffer[position++] = Number(bits & 0xffffffffn)
  } else throw misfit(type, value, name)
}

function writeName(type: SchemaType, value: string, name: string): void {
  if (type.base === 'str') {
    texts ??= []
    put(tag.text, texts.push(value) - 1)
  } else if (type.base === 'ScalarType') put(tag.code, dtypeCode(name, value))
  else if (type.base === 'Layout') put(tag.code, codeIn(layouts, type, value, name))
  else if (type.base === 'MemoryFormat') put(tag.code, codeIn(memoryFormats, type, value, name))
  else if (type.base === 'Device') {
    const device = deviceCode(name, value)
    put(tag.device, device.type)
    buffer[position++] = device.index
  } else throw misfit(type, value, name)
}

function codeIn(
  codes: Readonly<Record<string, number>>,
  type: SchemaType,
  value: string,
  name: string,
): number {
  const code = codes[value]
  if (code === undefined) throw misfit(type, value, name)
  return code
}

function writeList(
  type: SchemaType,
  value: Exclude<OperatorArgument, undefined | null>,
  name: string,
): void {
  const numeric = type.base === 'int' || type.base === 'float' || type.base === 'Scalar'
  if (!Array.isArray(value)) {
    // `dim: 0` stands for `dim: [0]` where the schema says int[1], and `kernel_size: 3` for [3, 3].
    if (type.size === undefined) throw misfit(type, value, name)
    reserve(2 + 3 * type.size)
    put(tag.list, type.size)
    for (let i = 0; i < type.size; i++) writeOne(type, value as number, name)
    return
  }
  const items = value as readonly OperatorArgument[]
  if (numeric && items.every((item) => typeof item === 'number')) {
    if (type.base === 'int' && !items.every(Number.isInteger)) throw misfit(type, value, name)
    reserve(2 + items.length)
    put(tag.numbers, items.length)
    for (const item of items) buffer[position++] = item
    return
  }
  put(tag.list, items.length)
  for (const item of items) {
    reserve(3)
    if (item === null && type.optionalItems) buffer[position++] = tag.none
    else if (item === undefined || item === null || Array.isArray(item))
      throw misfit(type, value, name)
    else writeOne(type, item, name)
  }
}

function misfit(type: SchemaType, value: unknown, name: string): QuerlError {
  return argumentError(name, typeInWords(type), value)
}

function readAll(overload: Overload, args: readonly OperatorArgument[]): OperatorResult {
  const { returns } = overload.schema
  const results = returns.map((type, i) => read(type, args[overload.writtenArguments[i]!]))
  return results.length > 1 ? results : results[0]
}

/** @param given the argument that the result is, if it is one */
function read(type: SchemaType, given: OperatorArgument): OperatorResult {
  switch (buffer[position++]) {
    case tag.default:
      return given as Tensor
    case tag.object:
      return ownedTensor(buffer[position++]!)
    case tag.number: {
      const value = buffer[position++]!
      return type.base === 'ScalarType' ? dtypeOfCode(value) : value
    }
    case tag.boolean:
      return buffer[position++] === 1
    case tag.bigint:
      return (BigInt(buffer[position++]!) << 32n) | BigInt(buffer[position++]!)
    case tag.list:
      return Array.from({ length: buffer[position++]! }, () => read(type, undefined))
    default:
      return null
  }
}

function ownedTensor(id: number): Tensor {
  const tensor = blankTensor()
  setNativeId(tensor, id)
  native().attachObject(id, tensor)
  return tensor
}
