// Where vectors lie in files of others: FAISS flat indexes, NumPy arrays, safetensors.

import { type FileHandle, open } from 'node:fs/promises'
import { QuerlError } from '@querl/base'
import { bytesPerNumber, type FloatDtype, type Metric } from './vector-types.js'

/** A matrix of vectors in a file, or in the first of several that belong together. */
export interface MatrixPlace {
  readonly dtype: FloatDtype
  readonly dimensions: number
  readonly rows: number
  /** The byte where the first row begins. */
  readonly first: number
  /** Of the whole file, with all its parts if it was split; what is behind that has no meaning. */
  readonly bytes: number
  /** What the file was made for, if it says so. */
  readonly metric?: Metric | undefined
}

/** The beginning of a file, and more of it where a format needs more. */
export interface FileStart {
  readonly path: string
  /** Of the whole file, in bytes. */
  readonly size: number
  /** Throws where the file ends too early. */
  read(first: number, bytes: number): Promise<Buffer>
}

const querlMagic = 'querl\r\n\x1a'

/** Whether the file is an index that querl has written. */
export async function isOwnFile(file: FileStart): Promise<boolean> {
  if (file.size < querlMagic.length) return false
  return (await file.read(0, querlMagic.length)).toString('latin1') === querlMagic
}

/**
 * Reads the header, if it is that of a known format.
 *
 * @param tensor which matrix of a safetensors file, where it has several
 * @returns undefined for a file of unknown content
 * @throws {QuerlError} ERR_QUERL_INDEX_CORRUPT for a damaged header, ERR_QUERL_DATA for content that
 *   cannot be searched as it is
 */
export async function readMatrixHeader(
  file: FileStart,
  tensor?: string | undefined,
): Promise<MatrixPlace | undefined> {
  if (file.size < 12) return undefined
  const start = await file.read(0, 12)
  const fourcc = start.toString('latin1', 0, 4)
  if (/^I[xwvHN][A-Za-z0-9]{2}$/.test(fourcc)) return faiss(file, fourcc)
  if (start.toString('latin1', 0, 6) === '\x93NUMPY') return numpy(file, start)
  const header = start.readBigUInt64LE(0)
  if (start[8] === 0x7b && header >= 2n && header <= 100_000_000n) {
    return safetensors(file, Number(header), tensor)
  }
  return undefined
}

/** Runs `use` over a file that is open meanwhile. */
export async function withFile<T>(path: string, use: (file: FileStart) => Promise<T>): Promise<T> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (cause) {
    throw cannotRead(path, cause)
  }
  try {
    const status = await handle.stat()
    if (!status.isFile()) throw cannotRead(path, new Error('it is not a regular file'))
    const read = async (first: number, bytes: number) => {
      if (first + bytes > status.size) throw damaged(path, 'ends within its header')
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, first)
      if (bytesRead !== bytes) throw damaged(path, 'ends within its header')
      return buffer
    }
    return await use({ path, size: status.size, read })
  } finally {
    await handle.close()
  }
}

function cannotRead(path: string, cause: unknown): QuerlError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new QuerlError('ERR_QUERL_IO', `${path} cannot be read: ${reason}.`, { cause })
}

function damaged(path: string, what: string): QuerlError {
  return new QuerlError('ERR_QUERL_INDEX_CORRUPT', `${path} is damaged: it ${what}.`, {
    remedy: 'Copy the file again, or name all parts of it in order if it was split.',
  })
}

function unsuitable(path: string, what: string, remedy: string): QuerlError {
  return new QuerlError('ERR_QUERL_DATA', `${path} ${what}.`, { remedy })
}

/** A matrix that nothing follows. */
function matrixAt(first: number, matrix: Omit<MatrixPlace, 'first' | 'bytes'>): MatrixPlace {
  const { rows, dimensions, dtype } = matrix
  return { ...matrix, first, bytes: first + rows * dimensions * bytesPerNumber[dtype] }
}

/** A size of 64 bits that a header states: no file can have more than 2^53 of anything. */
function checkedSize(path: string, value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < 0n) {
    throw damaged(path, `states a size of ${value}`)
  }
  return Number(value)
}

// faiss/impl/index_write.cpp: fourcc, d (int32), ntotal (int64), two numbers without meaning
// (int64), is_trained (1 byte), metric_type (int32), metric_arg (float, only if metric_type > 1),
// and then, for a flat index, how many numbers follow (uint64).
async function faiss(file: FileStart, fourcc: string): Promise<MatrixPlace> {
  if (!['IxFI', 'IxF2', 'IxFl', 'IxSQ'].includes(fourcc)) {
    throw unsuitable(
      file.path,
      `is a FAISS index of the kind ${fourcc}, which is not flat`,
      'Write a flat one: index = faiss.IndexFlatIP(d); index.add(vectors).',
    )
  }
  const base = await file.read(0, 37)
  const dimensions = base.readInt32LE(4)
  const rows = checkedSize(file.path, base.readBigInt64LE(8))
  const metricType = base.readInt32LE(33)
  if (dimensions < 1) throw damaged(file.path, `states vectors of ${dimensions} numbers`)
  if (metricType !== 0 && metricType !== 1) {
    throw unsuitable(
      file.path,
      `is a FAISS index with metric ${metricType}`,
      'Inner product (0) and L2 (1) can be searched.',
    )
  }
  const metric = metricType === 0 ? 'ip' : 'l2'
  if (fourcc === 'IxSQ') return { ...(await scalarQuantizer(file, dimensions, rows)), metric }
  const numbers = checkedSize(file.path, (await file.read(37, 8)).readBigUInt64LE(0))
  if (numbers !== rows * dimensions) {
    throw damaged(file.path, `has ${numbers} numbers for ${rows} vectors of ${dimensions}`)
  }
  return matrixAt(45, { dtype: 'float32', dimensions, rows, metric })
}

// Behind the header of every index: qtype and rangestat (int32), rangestat_arg (float), d and
// code_size (uint64), what was trained (uint64 and floats), the bytes of codes (uint64).
async function scalarQuantizer(
  file: FileStart,
  dimensions: number,
  rows: number,
): Promise<MatrixPlace> {
  const header = await file.read(37, 44)
  const dtype = ({ 4: 'float16', 7: 'bfloat16' } as const)[header.readInt32LE(0)]
  if (dtype === undefined) {
    throw unsuitable(
      file.path,
      `is a FAISS scalar quantizer of type ${header.readInt32LE(0)}`,
      'Of those, QT_fp16 and QT_bf16 can be searched.',
    )
  }
  const first = 37 + 44 + 4 * checkedSize(file.path, header.readBigUInt64LE(28))
  const bytes = (await file.read(first - 8, 8)).readBigUInt64LE(0)
  if (checkedSize(file.path, bytes) !== rows * dimensions * 2) {
    throw damaged(file.path, `has ${bytes} bytes for ${rows} vectors of ${dimensions}`)
  }
  return matrixAt(first, { dtype, dimensions, rows })
}

/** @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
async function numpy(file: FileStart, start: Buffer): Promise<MatrixPlace> {
  const long = start[6]! >= 2
  const begin = long ? 12 : 10
  const length = long ? start.readUInt32LE(8) : start.readUInt16LE(8)
  const header = (await file.read(begin, length)).toString('latin1')
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1]
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1]
  const shape = /'shape':\s*\((\d+),\s*(\d+),?\s*\)/.exec(header)
  const dtype = ({ '<f4': 'float32', '<f2': 'float16' } as const)[descr ?? '']
  if (dtype === undefined || fortran !== 'False' || shape === null) {
    throw unsuitable(
      file.path,
      `is a NumPy array that is no matrix of float32 or float16 in C order: ${header.trim()}`,
      'Save it as numpy.ascontiguousarray(vectors, dtype="float32") of shape (N, D).',
    )
  }
  const [rows, dimensions] = [Number(shape[1]), Number(shape[2])]
  return matrixAt(begin + length, { dtype, dimensions, rows })
}

const safetensorsDtypes: Readonly<Record<string, FloatDtype>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
}

interface StoredTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

/** @see https://huggingface.co/docs/safetensors */
async function safetensors(
  file: FileStart,
  length: number,
  wanted: string | undefined,
): Promise<MatrixPlace> {
  let header: Record<string, StoredTensor>
  try {
    header = JSON.parse((await file.read(8, length)).toString('utf8')) as typeof header
  } catch (cause) {
    if (cause instanceof QuerlError) throw cause
    throw damaged(file.path, 'has a safetensors header that is no JSON')
  }
  const matrices = Object.entries(header).filter(
    ([, tensor]) => safetensorsDtypes[tensor?.dtype] !== undefined && tensor.shape?.length === 2,
  )
  const names = matrices.map(([name]) => name)
  const chosen = wanted === undefined ? matrices : matrices.filter(([name]) => name === wanted)
  if (chosen.length !== 1) {
    throw unsuitable(
      file.path,
      `has these matrices of F32, F16 or BF16: ${names.join(', ') || 'none'}`,
      'Name one: VectorIndex.open(path, { tensor }).',
    )
  }
  const { dtype, shape, data_offsets } = chosen[0]![1]
  const [rows, dimensions] = [shape[0]!, shape[1]!]
  const [begin, end] = Array.isArray(data_offsets) ? data_offsets : [-1, -1]
  const name = safetensorsDtypes[dtype]!
  const bytes = rows * dimensions * bytesPerNumber[name]
  if (!(Number.isSafeInteger(begin) && begin >= 0 && end - begin === bytes)) {
    throw damaged(file.path, `places ${chosen[0]![0]} at bytes that do not fit its shape`)
  }
  const ends = Object.values(header).map((tensor) => tensor?.data_offsets?.[1])
  const last = ends.filter(Number.isSafeInteger).reduce((most, each) => Math.max(most, each), end)
  return { dtype: name, dimensions, rows, first: 8 + length + begin, bytes: 8 + length + last }
}
