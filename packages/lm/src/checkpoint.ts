// A model's folder in Hugging Face's layout: which tensors lie where, and writing it.

import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { QuerlError, readJson, writeAtomic } from '@querl/base'
import {
  abortable,
  type ModelHandle,
  makeHeader,
  type NamedShape,
  native,
  readHeader,
  type SafetensorsHeader,
  type StoredTensor,
  storedTypes,
} from '@querl/torch/native'
import { checkTensors } from './matching.js'

/** A stored tensor and the file that holds it. */
export interface Located extends StoredTensor {
  readonly path: string
}

export const wholeFile = 'model.safetensors'
export const indexFile = 'model.safetensors.index.json'

export type Checkpoint = ReadonlyMap<string, Located>

/**
 * The tensors of a folder: of model.safetensors, or of the shards that
 * model.safetensors.index.json names. Reads and checks headers only.
 *
 * @throws {QuerlError} ERR_QUERL_IO, ERR_QUERL_CHECKPOINT_CORRUPT, ERR_QUERL_MODEL if there are none
 */
export async function openCheckpoint(dir: string): Promise<Checkpoint> {
  const whole = join(dir, wholeFile)
  if (existsSync(whole)) return locate(whole, await readHeader(whole))
  const index = join(dir, indexFile)
  if (existsSync(index)) return openShards(dir, index)
  throw new QuerlError('ERR_QUERL_MODEL', `${dir} has neither ${wholeFile} nor ${indexFile}.`, {
    remedy: 'Give the folder of a model in Hugging Face layout.',
  })
}

async function openShards(dir: string, index: string): Promise<Checkpoint> {
  const files = await readIndex(index)
  const all = new Map<string, Located>()
  for (const file of new Set(Object.values(files))) {
    const path = join(dir, file)
    for (const [name, tensor] of locate(path, await readHeader(path))) all.set(name, tensor)
  }
  for (const name of Object.keys(files))
    if (!all.has(name))
      throw new QuerlError(
        'ERR_QUERL_CHECKPOINT_CORRUPT',
        `${index} says that ${name} is in ${files[name]}, which lacks it.`,
      )
  return all
}

/** Which file has which tensor. */
async function readIndex(index: string): Promise<Record<string, string>> {
  const corrupt = (problem: string, cause?: unknown) =>
    new QuerlError('ERR_QUERL_CHECKPOINT_CORRUPT', `${index} ${problem}.`, { cause })
  let json: { weight_map?: Record<string, unknown> } | null
  try {
    json = await readJson(index)
  } catch (error) {
    const isJsonError = error instanceof QuerlError && error.code === 'ERR_QUERL_DATA'
    throw isJsonError ? corrupt('is not JSON', error) : error
  }
  const files = json?.weight_map
  if (typeof files !== 'object' || files === null) throw corrupt('has no weight_map')
  // A name like ../../other would read outside of the folder.
  for (const [name, file] of Object.entries(files))
    if (typeof file !== 'string' || file === '' || basename(file) !== file)
      throw corrupt(`says that ${name} is in ${JSON.stringify(file)}, which is no file beside it`)
  return files as Record<string, string>
}

function locate(path: string, { tensors }: SafetensorsHeader): Map<string, Located> {
  return new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, path }]))
}

/** What tensors are wanted: a parameter of the model and the name under which it is stored. */
export interface Wanted extends NamedShape {
  /** Index of the parameter. */
  readonly index: number
}

/**
 * Reads `wanted` into a model, converted to how it keeps them.
 *
 * @param from for messages
 * @throws {QuerlError} ERR_QUERL_MODEL if tensors are missing or have another shape or dtype (all are
 *   told), or if a number is not finite; ERR_QUERL_IO; ERR_QUERL_CHECKPOINT_CORRUPT
 * @throws the signal's reason
 */
export async function readInto(
  model: ModelHandle,
  checkpoint: Checkpoint,
  wanted: readonly Wanted[],
  from: string,
  signal?: AbortSignal,
): Promise<void> {
  checkTensors(checkpoint, wanted, () => true, from)
  const rows = new Map<string, number[]>()
  for (const { name, index } of wanted) {
    const { path, position, dtype } = checkpoint.get(name)!
    let row = rows.get(path)
    if (!row) rows.set(path, (row = []))
    row.push(index, position, storedTypes[dtype as keyof typeof storedTypes])
  }
  for (const [path, row] of rows)
    await abortable(signal, (stop) =>
      native().readTensors(model, path, Float64Array.from(row), stop),
    )
}

/**
 * Writes tensors of a model to one file, as the model keeps them, and waits until they are on the
 * disk.
 *
 * @throws {QuerlError} ERR_QUERL_IO; the file is then incomplete
 * @throws the signal's reason
 */
export async function writeTensors(
  model: ModelHandle,
  path: string,
  tensors: readonly Wanted[],
  metadata: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  const indexes = Float64Array.from(tensors, ({ index }) => index)
  await abortable(signal, (stop) =>
    native().writeTensors(model, path, makeHeader(tensors, metadata), indexes, stop),
  )
}

/**
 * The same, whole or not at all. The folder must exist.
 *
 * @throws {QuerlError} ERR_QUERL_IO
 * @throws the signal's reason
 */
export async function writeTensorsAtomic(
  model: ModelHandle,
  path: string,
  tensors: readonly Wanted[],
  metadata: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  await writeAtomic(path, (temporary) => writeTensors(model, temporary, tensors, metadata, signal))
}
