// Tensors in files of Hugging Face's safetensors format. Only parts of a few megabytes are held beside
// the tensors, and the file system works off the event loop.

import { type FileHandle, open } from 'node:fs/promises'
import { argumentError, QuerlError, writeAtomic } from '@querl/base'
import type { Dtype } from './dtype.js'
import { noGrad } from './grad-mode.js'
import { callOperator } from './operator-call.js'
import { makeHeader, readHeader, type StoredTensor } from './safetensors-header.js'
import { Tensor } from './tensor.js'

export interface SaveOptions {
  /** Stored beside the tensors. Default: nothing. */
  readonly metadata?: Readonly<Record<string, string>>
}

/**
 * Writes tensors to a file, whole or not at all: the path holds what it held before until all of them
 * are on the disk. The folder must exist.
 *
 * @param tensors of any dtype that both the format and LibTorch have, from any device; views are stored
 *   without what they do not show. Those with the widest numbers come first, so that a reader may map
 *   all of them. They must not be disposed before the promise resolves
 * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_IO, ERR_QUERL_CLOSED
 */
export async function saveTensors(
  path: string,
  tensors: Readonly<Record<string, Tensor>>,
  { metadata = {} }: SaveOptions = {},
): Promise<void> {
  const entries = Object.entries(tensors).map(([name, tensor]) => described(name, tensor))
  for (const [key, value] of Object.entries(metadata))
    if (typeof value !== 'string') throw argumentError(`metadata.${key}`, 'a string', value)
  entries.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1))
  await writeAtomic(path, async (temporary) => {
    const file = await open(temporary, 'wx')
    try {
      await writeAll(file, makeHeader(entries, metadata))
      for (const { tensor } of entries)
        for (const part of partsOf(tensor)) await writeAll(file, part)
      await file.sync()
    } finally {
      await file.close()
    }
  })
}

export interface LoadOptions {
  /**
   * Maps the file instead of reading it: nothing is copied, and pages come in when they are used.
   * Changes of the tensors do not reach the file; cutting the file while they live ends the process.
   * Tensors that do not lie aligned in the file are copied. Default: false.
   */
  readonly mapped?: boolean
}

/** What a file held. */
export interface LoadedTensors {
  /** In the order of the file's header. */
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * Reads all tensors of a file, onto the CPU.
 *
 * @throws {QuerlError} ERR_QUERL_IO if it cannot be read, ERR_QUERL_CHECKPOINT_CORRUPT if it is not a
 *   whole safetensors file, ERR_QUERL_DATA if it has a dtype that LibTorch has not
 */
export async function loadTensors(
  path: string,
  { mapped = false }: LoadOptions = {},
): Promise<LoadedTensors> {
  const { tensors: stored, metadata } = await readHeader(path)
  for (const [name, { dtype }] of stored)
    if (!Object.hasOwn(dtypesOf, dtype))
      throw new QuerlError(
        'ERR_QUERL_DATA',
        `${path} stores ${name} as ${dtype}, which LibTorch lacks.`,
      )
  try {
    const entries = mapped ? mapTensors(path, stored) : await readTensors(path, stored)
    return { tensors: Object.fromEntries(entries), metadata }
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause
    throw new QuerlError('ERR_QUERL_IO', `Cannot read ${path}: ${cause.message}.`, { cause })
  }
}

/** By the format's names. */
const dtypesOf: Readonly<Record<string, Dtype>> = {
  BOOL: 'bool',
  U8: 'uint8',
  I8: 'int8',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
  I16: 'int16',
  U16: 'uint16',
  F16: 'float16',
  BF16: 'bfloat16',
  I32: 'int32',
  U32: 'uint32',
  F32: 'float32',
  I64: 'int64',
  U64: 'uint64',
  F64: 'float64',
  C64: 'complex64',
}
const storedDtypes = new Map(Object.entries(dtypesOf).map(([stored, dtype]) => [dtype, stored]))

/** Bytes that are held beside the tensors, at a time. */
const partBytes = 4 << 20

interface Described {
  readonly name: string
  readonly tensor: Tensor
  readonly shape: readonly number[]
  readonly dtype: string
  /** Bytes of one number. */
  readonly size: number
}

function described(name: string, tensor: Tensor): Described {
  if (name === '__metadata__')
    throw argumentError('a name', "other than the format's own __metadata__", name)
  if (!(tensor instanceof Tensor)) throw argumentError(`tensors.${name}`, 'a tensor', tensor)
  const { shape, dtype, device } = tensor
  const stored = storedDtypes.get(dtype)
  if (stored === undefined)
    throw argumentError(`tensors.${name}`, 'of a dtype that safetensors has', dtype)
  if (device === 'meta') throw argumentError(`tensors.${name}`, 'a tensor with numbers', device)
  return { name, tensor, shape, dtype: stored, size: sizeOf(dtype) }
}

function sizeOf(dtype: Dtype): number {
  if (dtype === 'bool') return 1
  return Number(/\d+/.exec(dtype)![0]) / 8
}

/** A tensor's numbers as they are stored, in parts that are valid until the next one is asked for. */
function* partsOf(tensor: Tensor): Generator<Uint8Array> {
  const count = tensor.shape.reduce((product, size) => product * size, 1)
  const step = partBytes / sizeOf(tensor.dtype)
  // Only a tensor that is not contiguous is copied here, whole.
  using flat = noGrad(() => {
    using plain = tensor.detach()
    using resolved = callOperator<Tensor>('aten::resolve_conj', plain)
    return callOperator<Tensor>('aten::reshape', resolved, [-1])
  })
  for (let start = 0; start < count; start += step) {
    using part = callOperator<Tensor>('aten::slice.Tensor', flat, 0, start, start + step)
    yield bytesOf(part)
  }
}

function bytesOf(tensor: Tensor): Uint8Array {
  using bytes = callOperator<Tensor>('aten::view.dtype', tensor, 'uint8')
  return bytes.data() as Uint8Array
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done)
    done += bytesWritten
  }
}

type Entries = [name: string, tensor: Tensor][]

async function readTensors(
  path: string,
  stored: ReadonlyMap<string, StoredTensor>,
): Promise<Entries> {
  const entries: Entries = []
  const file = await open(path, 'r')
  try {
    for (const [name, tensor] of stored) entries.push([name, await readTensor(file, path, tensor)])
    return entries
  } catch (error) {
    for (const [, tensor] of entries) tensor.dispose()
    throw error
  } finally {
    await file.close()
  }
}

async function readTensor(
  file: FileHandle,
  path: string,
  { dtype, shape, position, bytes }: StoredTensor,
): Promise<Tensor> {
  // The tensor takes the buffer as its memory.
  const data = new Uint8Array(bytes)
  for (let done = 0; done < bytes; ) {
    const length = Math.min(partBytes, bytes - done)
    const { bytesRead } = await file.read(data, done, length, position + done)
    if (bytesRead === 0)
      throw new QuerlError('ERR_QUERL_CHECKPOINT_CORRUPT', `${path} was cut while it was read.`)
    done += bytesRead
  }
  using raw = Tensor.fromTypedArray(data, [bytes], { copy: false })
  return shaped(raw, dtypesOf[dtype]!, shape)
}

function mapTensors(path: string, stored: ReadonlyMap<string, StoredTensor>): Entries {
  if (stored.size === 0) return []
  const end = Math.max(...[...stored.values()].map(({ position, bytes }) => position + bytes))
  using file = callOperator<Tensor>('aten::from_file', path, false, end, 'uint8')
  return [...stored].map(([name, { dtype, shape, position, bytes }]) => {
    using raw = callOperator<Tensor>('aten::slice.Tensor', file, 0, position, position + bytes)
    const isAligned = position % sizeOf(dtypesOf[dtype]!) === 0
    using aligned = isAligned ? undefined : callOperator<Tensor>('aten::clone', raw)
    return [name, shaped(aligned ?? raw, dtypesOf[dtype]!, shape)]
  })
}

function shaped(raw: Tensor, dtype: Dtype, shape: readonly number[]): Tensor {
  // An empty or an unaligned view of bytes cannot be seen as wider numbers.
  if (shape.includes(0)) return callOperator('aten::empty.memory_format', shape, dtype)
  using numbers = callOperator<Tensor>('aten::view.dtype', raw, dtype)
  return callOperator('aten::view', numbers, shape)
}
