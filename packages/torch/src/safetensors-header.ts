// The headers of safetensors files: reading, checking, writing. The numbers behind them are moved by
// safetensors.ts, and for a model's parameters by native/lm/safetensors.cc.

import { type FileHandle, open } from 'node:fs/promises'
import { QuerlError } from '@querl/base'

/** A tensor of a file. */
export interface StoredTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  /** Of its first byte in the file. */
  readonly position: number
  readonly bytes: number
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

const bytesPerNumber: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E4M3FNUZ: 1,
  F8_E5M2: 1,
  F8_E5M2FNUZ: 1,
  F8_E8M0: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
  C64: 8,
}

const lengthBytes = 8
const longestHeader = 100_000_000 // bytes; the format's own bound

/**
 * Reads the header of a file and checks all that it says against the file's size.
 *
 * @throws {QuerlError} ERR_QUERL_IO if the file cannot be read, ERR_QUERL_CHECKPOINT_CORRUPT if it is
 *   not a whole safetensors file
 */
export async function readHeader(path: string): Promise<SafetensorsHeader> {
  let file: FileHandle
  try {
    file = await open(path, 'r')
  } catch (cause) {
    throw cannotRead(path, cause)
  }
  try {
    const { size } = await file.stat()
    const head = new Uint8Array(Math.min(size, lengthBytes))
    await file.read(head, 0, head.length, 0)
    const length = headerLength(head, size, path)
    const text = new Uint8Array(length)
    await file.read(text, 0, length, lengthBytes)
    return parseHeader(text, size - lengthBytes - length, path)
  } catch (error) {
    throw error instanceof QuerlError ? error : cannotRead(path, error) // a folder can be opened
  } finally {
    await file.close()
  }
}

function cannotRead(path: string, cause: unknown): QuerlError {
  return new QuerlError('ERR_QUERL_IO', `Cannot read ${path}: ${(cause as Error).message}.`, {
    cause,
  })
}

function headerLength(head: Uint8Array, size: number, path: string): number {
  if (size < lengthBytes)
    throw corrupt(
      path,
      `has ${size} bytes, and the length of its header alone takes ${lengthBytes}`,
    )
  const length = Number(new DataView(head.buffer).getBigUint64(0, true))
  if (length > longestHeader) throw corrupt(path, `claims a header of ${length} bytes`)
  if (length > size - lengthBytes)
    throw corrupt(path, `claims a header of ${length} bytes and has ${size - lengthBytes}`)
  return length
}

function parseHeader(text: Uint8Array, dataBytes: number, path: string): SafetensorsHeader {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text))
  } catch (cause) {
    throw corrupt(path, `has a header that is not JSON (${(cause as Error).message})`, cause)
  }
  if (!isObject(header)) throw corrupt(path, 'has a header that is not an object')
  const { __metadata__: metadata = {}, ...entries } = header
  const start = lengthBytes + text.length
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(entries))
    tensors.set(name, parseEntry(name, entry, start, dataBytes, path))
  checkLayout(tensors, start, dataBytes, path)
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string'))
    throw corrupt(path, 'has metadata that are not strings')
  return { tensors, metadata: metadata as Record<string, string> }
}

function parseEntry(
  name: string,
  entry: unknown,
  start: number,
  dataBytes: number,
  path: string,
): StoredTensor {
  if (!isObject(entry)) throw corrupt(path, `describes ${name} by something that is not an object`)
  const { dtype, shape, data_offsets: offsets } = entry
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerNumber, dtype))
    throw corrupt(path, `gives ${name} the unknown dtype ${JSON.stringify(dtype)}`)
  if (!isCounts(shape)) throw corrupt(path, `gives ${name} the shape ${JSON.stringify(shape)}`)
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0]! > offsets[1]!)
    throw corrupt(path, `gives ${name} the offsets ${JSON.stringify(offsets)}`)
  const [from, to] = offsets as [number, number]
  if (to > dataBytes) throw corrupt(path, `ends ${to - dataBytes} bytes before ${name} does`)
  const bytes = shape.reduce((product, size) => product * size, bytesPerNumber[dtype]!)
  if (bytes !== to - from)
    throw corrupt(
      path,
      `gives ${name} ${to - from} bytes, and ${dtype} of shape [${shape.join(', ')}] takes ${bytes}`,
    )
  return { dtype, shape, position: start + from, bytes }
}

// The format wants the tensors to fill the data without holes and without overlaps.
function checkLayout(
  tensors: ReadonlyMap<string, StoredTensor>,
  start: number,
  dataBytes: number,
  path: string,
): void {
  let end = start
  let last = 'the header'
  const byPosition = [...tensors].sort(
    ([, a], [, b]) => a.position - b.position || a.bytes - b.bytes,
  )
  for (const [name, { position, bytes }] of byPosition) {
    if (position < end) throw corrupt(path, `lays ${name} over ${last}`)
    if (position > end) throw corrupt(path, `leaves a hole before ${name}`)
    end = position + bytes
    last = name
  }
  if (end !== start + dataBytes)
    throw corrupt(path, `has ${start + dataBytes - end} bytes behind its last tensor`)
}

/** A tensor that is to be written. */
export interface NamedShape {
  readonly name: string
  readonly shape: readonly number[]
  /** By the format's name. Default: F32. */
  readonly dtype?: string
}

/** The header for `tensors`, in this order and without holes, padded with spaces to 8 bytes. */
export function makeHeader(
  tensors: readonly NamedShape[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = [['__metadata__', metadata]]
  let offset = 0
  for (const { name, shape, dtype = 'F32' } of tensors) {
    const bytes = shape.reduce((product, size) => product * size, bytesPerNumber[dtype]!)
    entries.push([name, { dtype, shape, data_offsets: [offset, offset + bytes] }])
    offset += bytes
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)))
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(lengthBytes + length).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, lengthBytes)
  return bytes
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0)
}

function corrupt(path: string, problem: string, cause?: unknown): QuerlError {
  return new QuerlError('ERR_QUERL_CHECKPOINT_CORRUPT', `${path} ${problem}.`, {
    remedy: 'Restore it from a copy, or download it again.',
    cause,
  })
}
