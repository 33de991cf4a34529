// Safetensors files for tests, taken apart and put together without any code of ours.

import { readFileSync, writeFileSync } from 'node:fs'

export interface FileTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data: Uint8Array
}

export type FileTensors = Record<string, FileTensor>

interface Entry {
  readonly dtype: string
  readonly shape: number[]
  readonly data_offsets: [number, number]
}

/** The tensors of a file. */
export function readTensors(path: string): FileTensors {
  const file = readFileSync(path)
  const start = 8 + Number(file.readBigUInt64LE(0))
  const { __metadata__: _, ...entries } = JSON.parse(file.toString('utf8', 8, start)) as Record<
    string,
    Entry
  >
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets }]) => {
    const [from, to] = data_offsets
    return [name, { dtype, shape, data: Uint8Array.from(file.subarray(start + from, start + to)) }]
  })
  return Object.fromEntries(tensors)
}

/** Writes a file with these tensors. */
export function writeTensors(path: string, tensors: FileTensors): void {
  let end = 0
  const entries = Object.entries(tensors).map(([name, { dtype, shape, data }]) => {
    const data_offsets = [end, (end += data.length)]
    return [name, { dtype, shape, data_offsets }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const data = Object.values(tensors).map((tensor) => tensor.data)
  writeFileSync(path, Buffer.concat([length, header, ...data]))
}

/** A copy in which one number is another. */
export function withNumber(tensor: FileTensor, index: number, value: number): FileTensor {
  const data = Uint8Array.from(tensor.data)
  new DataView(data.buffer).setFloat32(4 * index, value, true)
  return { ...tensor, data }
}
