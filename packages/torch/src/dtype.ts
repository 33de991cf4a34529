import { argumentError, nearest, QuerlError } from '@querl/base'

/** What a tensor's numbers are. */
export type Dtype =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'complex64'
  | 'complex128'
  | 'float8_e4m3fn'
  | 'float8_e5m2'

/** An array that a tensor's numbers come from or go to. */
export type TensorData =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint16Array
  | Uint32Array

type TensorDataConstructor = { new (buffer: ArrayBuffer): TensorData; readonly name: string }

interface Kind {
  /** As c10::ScalarType numbers it. */
  readonly code: number
  /** What its bits are in JavaScript; complex numbers have nothing. */
  readonly array?: TensorDataConstructor
}

/** Every dtype. 16-bit floats are their bits, booleans are 0 or 1. */
export const dtypes: Readonly<Record<Dtype, Kind>> = {
  float32: { code: 6, array: Float32Array },
  float64: { code: 7, array: Float64Array },
  float16: { code: 5, array: Uint16Array },
  bfloat16: { code: 15, array: Uint16Array },
  int64: { code: 4, array: BigInt64Array },
  int32: { code: 3, array: Int32Array },
  int16: { code: 2, array: Int16Array },
  int8: { code: 1, array: Int8Array },
  uint8: { code: 0, array: Uint8Array },
  uint16: { code: 27, array: Uint16Array },
  uint32: { code: 28, array: Uint32Array },
  uint64: { code: 29, array: BigUint64Array },
  bool: { code: 11, array: Uint8Array },
  complex64: { code: 9 },
  complex128: { code: 10 },
  float8_e4m3fn: { code: 24, array: Uint8Array },
  float8_e5m2: { code: 23, array: Uint8Array },
}

const names = new Map(Object.entries(dtypes).map(([name, { code }]) => [code, name as Dtype]))

/** The dtype that a typed array holds unless it is told otherwise, by the array's constructor. */
const natural: Readonly<Record<string, Dtype>> = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  BigInt64Array: 'int64',
  BigUint64Array: 'uint64',
  Int32Array: 'int32',
  Int16Array: 'int16',
  Int8Array: 'int8',
  Uint8Array: 'uint8',
  Uint16Array: 'uint16',
  Uint32Array: 'uint32',
}

/** As LibTorch numbers it. @throws {QuerlError} ERR_QUERL_NATIVE for quantised and packed kinds */
export function dtypeOfCode(code: number): Dtype {
  const name = names.get(code)
  if (name === undefined)
    throw new QuerlError('ERR_QUERL_NATIVE', `LibTorch's scalar type ${code} has no name here.`)
  return name
}

export function isDtype(name: unknown): name is Dtype {
  return typeof name === 'string' && Object.hasOwn(dtypes, name)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless it is the name of a dtype */
export function dtypeCode(name: string, dtype: unknown): number {
  if (isDtype(dtype)) return dtypes[dtype].code
  const meant = typeof dtype === 'string' ? nearest(dtype, Object.keys(dtypes)) : undefined
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`
  throw argumentError(name, `a dtype${hint}`, dtype)
}

/**
 * Which dtype the numbers of a typed array have.
 *
 * @param dtype says what the bits are, where the array alone does not: `bfloat16` of a Uint16Array
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if it is no typed array, or the dtype has another one
 */
export function dtypeOfArray(data: TensorData, dtype?: Dtype): Dtype {
  const own = ArrayBuffer.isView(data) ? natural[data.constructor.name] : undefined
  if (own === undefined)
    throw argumentError('data', 'a typed array of a kind that tensors have', data)
  if (dtype === undefined) return own
  dtypeCode('dtype', dtype)
  const expected = dtypes[dtype].array?.name
  if (expected === data.constructor.name) return dtype
  throw argumentError('data', expected ? `a ${expected} for ${dtype}` : `of a real dtype`, data)
}
