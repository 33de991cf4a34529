// A model's folder in Hugging Face's layout: writing it.

import { randomUUID } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { checkPositive, QuerlError, writeJsonAtomic } from '@querl/base'
import type { ModelDtype, ModelHandle } from '@querl/torch/native'
import {
  indexFile,
  type Wanted,
  wholeFile,
  writeTensors,
  writeTensorsAtomic,
} from './checkpoint.js'
import type { NamedConfig } from './config.js'
import { toHuggingFace } from './config-file.js'
import { makeFolder } from './folder.js'
import type { SaveOptions } from './model-options.js'
import type { Tokenizer } from './tokenizer.js'

const defaultShardBytes = 5e9
const metadata = { format: 'pt' } // what transformers asks for

/** What a model writes of itself. */
interface SavedModel extends SaveOptions {
  readonly handle: ModelHandle
  readonly config: NamedConfig
  readonly tokenizer: Tokenizer | undefined
  readonly dtype: ModelDtype
  readonly tensors: readonly Wanted[]
}

/**
 * Writes a folder, the weights last.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_IO
 * @throws the signal's reason
 */
export async function saveModel(dir: string, model: SavedModel): Promise<void> {
  const { config, tokenizer, dtype, maxShardBytes = defaultShardBytes } = model
  checkPositive('maxShardBytes', maxShardBytes)
  await makeFolder(dir)
  await tokenizer?.save(dir)
  const facts = { dtype, eosId: tokenizer?.eosId }
  await writeJsonAtomic(join(dir, 'config.json'), toHuggingFace(config, facts))
  const shards = intoShards(model.tensors, maxShardBytes)
  if (shards.length === 1) {
    // From here on it is what a reader takes, whatever else lies beside it.
    const whole = join(dir, wholeFile)
    await writeTensorsAtomic(model.handle, whole, model.tensors, metadata, model.signal)
    await removeWeights(dir, new Set([wholeFile]))
  } else {
    await writeShards(dir, model, shards)
  }
}

async function writeShards(
  dir: string,
  { handle, signal, tensors }: SavedModel,
  shards: readonly Wanted[][],
): Promise<void> {
  const name = (i: number) => `model-${padded(i + 1)}-of-${padded(shards.length)}.safetensors`
  const mark = randomUUID()
  const temporary = (i: number) => join(dir, `.${name(i)}.${mark}.tmp`)
  try {
    for (const [i, shard] of shards.entries())
      await writeTensors(handle, temporary(i), shard, metadata, signal)
    // Old shards and new ones must never be taken for one model: without an index none is.
    await rm(join(dir, indexFile), { force: true })
    for (const i of shards.keys()) await rename(temporary(i), join(dir, name(i)))
  } catch (error) {
    for (const i of shards.keys()) await rm(temporary(i), { force: true }).catch(() => {})
    throw ioError(error, dir)
  }
  const files = shards.flatMap((shard, i) => shard.map((tensor) => [tensor.name, name(i)] as const))
  await writeJsonAtomic(join(dir, indexFile), {
    metadata: { total_size: tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0) },
    weight_map: Object.fromEntries(files),
  })
  await removeWeights(dir, new Set([indexFile, ...shards.map((_, i) => name(i))]))
}

/** In order, each as full as `most` bytes allow, and at least one tensor. */
function intoShards(tensors: readonly Wanted[], most: number): Wanted[][] {
  const shards: Wanted[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const tensor of tensors) {
    bytes += bytesOf(tensor)
    if (bytes > most) {
      shards.push([])
      bytes = bytesOf(tensor)
    }
    shards.at(-1)!.push(tensor)
  }
  return shards
}

function bytesOf({ shape, dtype }: Wanted): number {
  return shape.reduce((product, size) => product * size, dtype === 'F32' ? 4 : 2)
}

const padded = (count: number) => String(count).padStart(5, '0')

const isWeights = (name: string) =>
  name === wholeFile || name === indexFile || /^model-\d{5}-of-\d{5}\.safetensors$/.test(name)

// What an earlier save() left and no reader of this one asks for.
async function removeWeights(dir: string, keep: ReadonlySet<string>): Promise<void> {
  try {
    const old = (await readdir(dir)).filter((name) => isWeights(name) && !keep.has(name))
    // The index goes first: without it nobody looks for the shards.
    for (const name of old.sort((a, b) => Number(b === indexFile) - Number(a === indexFile)))
      await rm(join(dir, name), { force: true })
  } catch (error) {
    throw ioError(error, dir)
  }
}

function ioError(error: unknown, dir: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error
  return new QuerlError('ERR_QUERL_IO', `Cannot write ${dir}: ${error.message}.`, { cause: error })
}
