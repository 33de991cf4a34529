// A model's folder in Hugging Face's layout: reading and checking all of it.

import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { QuerlError, readJson } from '@querl/base'
import type { ModelHandle } from '@querl/torch/native'
import { type Checkpoint, openCheckpoint, readInto } from './checkpoint.js'
import type { ModelConfig, NamedConfig } from './config.js'
import { fromHuggingFace } from './config-file.js'
import { checkTensors } from './matching.js'
import { isValueHead, ParameterTable } from './parameter-table.js'
import { Tokenizer } from './tokenizer.js'

/** A folder that was checked: everything but the numbers themselves. */
export interface OpenedModel {
  readonly config: NamedConfig
  readonly tokenizer: Tokenizer | undefined
  readonly valueHead: boolean
  /**
   * Reads the weights into a model of this config; weightsChanged() must follow.
   *
   * @throws {QuerlError} ERR_QUERL_MODEL if one is not finite; ERR_QUERL_IO;
   *   ERR_QUERL_CHECKPOINT_CORRUPT
   * @throws the signal's reason
   */
  readInto(model: ModelHandle, signal: AbortSignal | undefined): Promise<void>
}

/**
 * The config of a model that need not be there otherwise.
 *
 * @param path a config.json in Hugging Face's form
 * @throws {QuerlError} ERR_QUERL_MODEL, ERR_QUERL_IO, ERR_QUERL_DATA
 */
export async function readConfig(path: string): Promise<ModelConfig> {
  return fromHuggingFace(await readJson(path), path)
}

/**
 * Opens a folder, and refuses what does not fit together before anything large is allocated.
 *
 * @param options `valueHead` defaults to whether the folder has one
 * @throws {QuerlError} ERR_QUERL_MODEL, ERR_QUERL_IO, ERR_QUERL_DATA, ERR_QUERL_CHECKPOINT_CORRUPT
 */
export async function openModel(
  dir: string,
  options: { readonly valueHead?: boolean | undefined },
): Promise<OpenedModel> {
  const path = join(dir, 'config.json')
  const asked = fromHuggingFace(await readJson(path), path)
  const { config, checkpoint } = await resolveHead(asked, await openCheckpoint(dir))
  const stored = checkpoint.has('value_head.weight')
  const valueHead = options.valueHead ?? stored
  const wanted = new ParameterTable({ ...config, valueHead })
    .weights('float32')
    .filter(({ name }) => stored || !isValueHead(name))
  checkTensors(checkpoint, wanted, isHarmless, dir)
  const tokenizer = Tokenizer.isIn(dir) ? await Tokenizer.load(dir) : undefined
  if (tokenizer && tokenizer.vocabSize > config.vocabSize)
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `The tokenizer of ${dir} has ${tokenizer.vocabSize} ids, and its model ${config.vocabSize}.`,
      { remedy: 'Put the tokenizer of this very model there.' },
    )
  return {
    config,
    tokenizer,
    valueHead,
    readInto: (model, signal) => readInto(model, checkpoint, wanted, dir, signal),
  }
}

// Rotary frequencies, which older exporters add and which follow from the config; and a value head,
// which a model without one may leave out.
function isHarmless(name: string): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || isValueHead(name)
}

const embedding = 'model.embed_tokens.weight'
const head = 'lm_head.weight'

/**
 * What transformers makes of a head that the config says is the embedding: where both are stored and
 * differ, they are two; where only the head is stored, it is the embedding as well.
 */
async function resolveHead(
  config: NamedConfig,
  checkpoint: Checkpoint,
): Promise<{ config: NamedConfig; checkpoint: Checkpoint }> {
  if (!config.tiedEmbeddings || !checkpoint.has(head)) return { config, checkpoint }
  if (checkpoint.has(embedding) && !(await areEqual(checkpoint, embedding, head)))
    return { config: { ...config, tiedEmbeddings: false }, checkpoint }
  const { [head]: only, ...others } = Object.fromEntries(checkpoint)
  return { config, checkpoint: new Map(Object.entries({ [embedding]: only!, ...others })) }
}

const chunkBytes = 4 << 20

async function areEqual(checkpoint: Checkpoint, a: string, b: string): Promise<boolean> {
  const [left, right] = [checkpoint.get(a)!, checkpoint.get(b)!]
  if (left.dtype !== right.dtype || left.shape.join() !== right.shape.join()) return false
  const files = [await open(left.path), await open(right.path)] as const
  try {
    for (let at = 0; at < left.bytes; at += chunkBytes) {
      const length = Math.min(chunkBytes, left.bytes - at)
      const [one, other] = await Promise.all([
        chunk(files[0], left.position + at, length),
        chunk(files[1], right.position + at, length),
      ])
      if (!one.equals(other)) return false
    }
    return true
  } finally {
    await Promise.all(files.map((file) => file.close()))
  }
}

async function chunk(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer
}
