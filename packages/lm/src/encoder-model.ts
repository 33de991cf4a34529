// The native encoder behind TextEmbedder and CrossEncoder: loading it, and running texts through it.

import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { argumentError, checkPositiveInteger, checkString, QuerlError, readJson } from '@querl/base'
import {
  abortable,
  type EncoderHandle,
  fromNative,
  type ModelDtype,
  native,
  storedTypes,
} from '@querl/torch/native'
import { type Checkpoint, openCheckpoint } from './checkpoint.js'
import { type EncoderConfig, encoderConfig } from './encoder-config.js'
import { isOther, withPlainNames } from './encoder-tensors.js'
import { checkTensors } from './matching.js'
import type { Pooling } from './sentence-transformers.js'
import { type EncodedText, TextTokenizer } from './text-tokenizer.js'

/** How an encoder is loaded. */
export interface EncoderOptions {
  /**
   * How the weights are kept. `bfloat16` is several times as fast where the processor multiplies it
   * (AMX, AVX512-BF16), to about 2 digits. Default `float32`.
   */
  readonly dtype?: ModelDtype | undefined
  /** Default: the processors that this process may use. Results do not depend on it. */
  readonly threads?: number | undefined
  /**
   * Token ids of a text, or of a pair, at most; what is behind them is left out. Default: what the
   * folder says, and no more than the model has positions.
   */
  readonly maxTokens?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined
  /** Called after each batch. */
  readonly onProgress?: ((progress: EncodeProgress) => void) | undefined
}

/** How far a call is. */
export interface EncodeProgress {
  /** Texts, or pairs, that are done. */
  readonly done: number
  readonly total: number
  /** Tokens of those. */
  readonly tokens: number
}

// Of one native call: some seconds at most, and enough that all threads end at about the same time.
const batchTokens = 8192
// Texts that become ids before the event loop gets a turn: about 5 ms.
const slice = 32

/** An encoder with its tokenizer. */
export class EncoderModel {
  readonly config: EncoderConfig
  /** Of a text. */
  readonly maxTokens: number
  readonly tokenizer: TextTokenizer
  readonly #handle: EncoderHandle

  private constructor(
    handle: EncoderHandle,
    config: EncoderConfig,
    tokenizer: TextTokenizer,
    maxTokens: number,
  ) {
    this.#handle = handle
    this.config = config
    this.tokenizer = tokenizer
    this.maxTokens = maxTokens
  }

  /**
   * Opens a folder in Hugging Face layout, and refuses what does not fit together before anything
   * large is allocated.
   *
   * @param folder.classifier whether the head of a classifier is wanted
   * @param folder.maxTokens what else the folder says of it
   */
  static async load(
    { dir, classifier, maxTokens }: EncoderFolder,
    options: EncoderOptions,
  ): Promise<EncoderModel> {
    const { dtype = 'float32', threads = availableParallelism(), signal } = options
    if (!['float32', 'bfloat16', 'float16'].includes(dtype))
      throw argumentError('dtype', '"float32", "bfloat16" or "float16"', dtype)
    checkPositiveInteger('threads', threads)
    const path = join(dir, 'config.json')
    const config = encoderConfig(await readJson(path), classifier, path)
    const tokenizer = await TextTokenizer.load(dir)
    if (tokenizer.vocabSize > config.vocabSize)
      throw new QuerlError(
        'ERR_QUERL_MODEL',
        `The tokenizer of ${dir} has ${tokenizer.vocabSize} ids, and its model ${config.vocabSize}.`,
        { remedy: 'Put the tokenizer of this very model there.' },
      )
    const positions = config.positions - config.firstPosition
    const limit = checkedLimit(options.maxTokens, positions)
    const said = Math.min(positions, maxTokens ?? tokenizer.maxTokens ?? positions)
    const checkpoint = withPlainNames(await openCheckpoint(dir), config.family)
    const wanted = native()
      .encoderTensors(config)
      .map((tensor, index) => ({ ...tensor, index, dtype: 'F32' }))
    checkTensors(checkpoint, wanted, isOther, dir)
    let handle: EncoderHandle
    try {
      handle = native().createEncoder(config, dtype, threads)
    } catch (error) {
      throw fromNative(error)
    }
    try {
      await readTensors(handle, checkpoint, wanted, signal)
      await abortable(undefined, () => native().finishEncoder(handle))
      return new EncoderModel(handle, config, tokenizer, limit ?? said)
    } catch (error) {
      native().disposeEncoder(handle)
      throw error
    }
  }

  /**
   * Runs texts through the encoder: the longest first, packed into batches without padding. While one
   * is computed the next becomes ids.
   *
   * @param lengths of the texts in characters, or what orders them alike
   * @param encode the text of an index as ids
   * @param output what is written for a text, of `width` numbers
   * @returns row-major, shape (texts, width)
   */
  async run(
    lengths: readonly number[],
    encode: (index: number) => EncodedText,
    output: { readonly pooling?: Pooling | undefined; readonly normalize: boolean; width: number },
    { signal, onProgress }: RunOptions,
  ): Promise<Float32Array> {
    signal?.throwIfAborted()
    const out = new Float32Array(lengths.length * output.width)
    const order = lengths.map((_, index) => index).sort((a, b) => lengths[b]! - lengths[a]!)
    let running: Promise<void> = Promise.resolve()
    let [done, tokens] = [0, 0]
    for (let at = 0; at < order.length; ) {
      const batch = await this.#nextBatch(order, at, encode, signal)
      at += batch.rows.length
      const next = this.#encode(batch, output, out, signal).then(() => {
        done += batch.rows.length
        tokens += batch.tokens.length
        onProgress?.({ done, total: order.length, tokens })
      })
      next.catch(() => {}) // who awaits it gets what it throws, if nothing was thrown before
      await running
      running = next
    }
    await running
    return out
  }

  async #nextBatch(
    order: readonly number[],
    from: number,
    encode: (index: number) => EncodedText,
    signal: AbortSignal | undefined,
  ): Promise<Batch> {
    const texts: EncodedText[] = []
    let tokens = 0
    for (let at = from; at < order.length && tokens < batchTokens; at++) {
      const text = encode(order[at]!)
      texts.push(text)
      tokens += text.ids.length
      if (texts.length % slice > 0) continue
      await nextTurn()
      signal?.throwIfAborted()
    }
    return packed(texts, order.slice(from, from + texts.length), this.config.tokenTypes > 1)
  }

  #encode(
    { tokens, types, offsets, rows }: Batch,
    { pooling, normalize }: { pooling?: Pooling | undefined; normalize: boolean },
    out: Float32Array,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    return abortable(signal, (stop) =>
      native().encodeTexts(
        this.#handle,
        tokens,
        types,
        offsets,
        rows,
        pooling,
        normalize,
        out,
        stop,
      ),
    )
  }

  /** Frees the memory. Calls that are pending are rejected with ERR_QUERL_CLOSED. */
  dispose(): void {
    native().disposeEncoder(this.#handle)
  }
}

/**
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for what is no path, ERR_QUERL_IO where no model is
 */
export function checkFolder(dir: string): void {
  checkString('dir', dir)
  if (existsSync(join(dir, 'config.json'))) return
  throw new QuerlError('ERR_QUERL_IO', `${dir} has no config.json.`, {
    remedy: 'Give the folder of a model in Hugging Face layout.',
  })
}

interface EncoderFolder {
  readonly dir: string
  readonly classifier: boolean
  readonly maxTokens?: number | undefined
}

interface Batch {
  readonly tokens: Int32Array
  readonly types: Uint8Array | undefined
  readonly offsets: Float64Array
  readonly rows: Int32Array
}

function packed(texts: readonly EncodedText[], rows: readonly number[], typed: boolean): Batch {
  const offsets = new Float64Array(texts.length + 1)
  for (const [i, { ids }] of texts.entries()) offsets[i + 1] = offsets[i]! + ids.length
  const tokens = new Int32Array(offsets.at(-1)!)
  const types = typed ? new Uint8Array(tokens.length) : undefined
  for (const [i, text] of texts.entries()) {
    tokens.set(text.ids, offsets[i])
    types?.set(text.types, offsets[i])
  }
  return { tokens, types, offsets, rows: Int32Array.from(rows) }
}

function checkedLimit(maxTokens: number | undefined, positions: number): number | undefined {
  if (maxTokens === undefined) return undefined
  // Less is no more than the special tokens of a pair.
  const least = 8
  if (Number.isInteger(maxTokens) && maxTokens >= least && maxTokens <= positions) return maxTokens
  throw argumentError(
    'maxTokens',
    `an integer from ${least} to ${positions}, the model's positions`,
    maxTokens,
  )
}

async function readTensors(
  handle: EncoderHandle,
  checkpoint: Checkpoint,
  wanted: readonly { readonly name: string; readonly index: number }[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const rows = new Map<string, number[]>()
  for (const { name, index } of wanted) {
    const { path, position, dtype } = checkpoint.get(name)!
    const row = rows.get(path) ?? []
    rows.set(path, row)
    row.push(index, position, storedTypes[dtype as keyof typeof storedTypes])
  }
  for (const [path, row] of rows)
    await abortable(signal, (stop) =>
      native().readEncoderTensors(handle, path, Float64Array.from(row), stop),
    )
}
