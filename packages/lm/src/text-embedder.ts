import { basename, join, resolve } from 'node:path'
import { argumentError, readJson } from '@querl/base'
import {
  type EmbeddingPreset,
  type EmbeddingSettings,
  embeddingSettings,
  presetNames,
} from './embedding-presets.js'
import type { EncoderConfig } from './encoder-config.js'
import { checkFolder, EncoderModel, type EncoderOptions, type RunOptions } from './encoder-model.js'
import { type Pooling, sentenceSettings } from './sentence-transformers.js'

export interface TextEmbedderOptions extends EncoderOptions {
  /**
   * The conventions of a family: prefixes, pooling, normalisation. Default `auto`: what
   * sentence-transformers' files in the folder say, and for what they leave open, the family that
   * the model's name tells (`e5`, `bge`).
   */
  readonly preset?: EmbeddingPreset | 'auto' | undefined
  /**
   * How the states of a text's tokens become its vector: their mean, the first one's (`cls`), the
   * last one's, or the largest of each number. Default: as `preset`.
   */
  readonly pooling?: Pooling | undefined
  /** Whether vectors have the length 1. Default: as `preset`. */
  readonly normalize?: boolean | undefined
  /** Stands before every query. Default: as `preset`. */
  readonly queryPrefix?: string | undefined
  /** Stands before every passage. Default: as `preset`. */
  readonly passagePrefix?: string | undefined
}

/**
 * Turns texts into vectors by an encoder of BERT's family: BERT, RoBERTa, XLM-R or DistilBERT, such as
 * E5, BGE, GTE and the models of sentence-transformers. It computes on threads of its own, one call
 * after the other; a text's vector does not depend on the texts beside it, nor on the threads.
 *
 * It is an `Embedder` of `@querl/retrieval`. Free it with `using` or dispose(); a forgotten one is
 * freed when it is collected.
 *
 * ```ts
 * using embedder = await TextEmbedder.load('models/e5-base-v2', { dtype: 'bfloat16' })
 * const passages = await embedder.embedPassages(['Jaws was scored by John Williams.'])
 * const queries = await embedder.embedQueries(['who wrote the music of jaws'])
 * ```
 */
export class TextEmbedder {
  /** D, the length of a vector. */
  readonly dimensions: number
  readonly config: EncoderConfig
  /** Token ids of a text, special ones and its prefix among them; what is behind them is left out. */
  readonly maxTokens: number
  /** How texts become vectors. */
  readonly settings: EmbeddingSettings
  readonly #model: EncoderModel

  private constructor(model: EncoderModel, settings: EmbeddingSettings) {
    this.#model = model
    this.dimensions = model.config.hiddenSize
    this.config = model.config
    this.maxTokens = model.maxTokens
    this.settings = settings
  }

  /**
   * Loads a folder in Hugging Face layout: config.json, model.safetensors or its shards, the
   * tokenizer's files, and where they are, those of sentence-transformers (modules.json,
   * 1_Pooling/config.json, sentence_bert_config.json, config_sentence_transformers.json). Heads that
   * the checkpoint has besides are left out.
   *
   * @throws {QuerlError} ERR_QUERL_MODEL that tells all that keeps it from running here;
   *   ERR_QUERL_ARGUMENT; ERR_QUERL_IO; ERR_QUERL_DATA; ERR_QUERL_CHECKPOINT_CORRUPT;
   *   ERR_QUERL_OUT_OF_MEMORY
   * @throws the signal's reason
   */
  static async load(dir: string, options: TextEmbedderOptions = {}): Promise<TextEmbedder> {
    options.signal?.throwIfAborted()
    const { preset = 'auto', pooling, normalize, queryPrefix, passagePrefix } = options
    if (preset !== 'auto' && !presetNames.includes(preset))
      throw argumentError('preset', `"auto", ${shown(presetNames)}`, preset)
    if (pooling !== undefined && !poolings.includes(pooling))
      throw argumentError('pooling', shown(poolings), pooling)
    for (const [name, prefix] of Object.entries({ queryPrefix, passagePrefix }))
      if (prefix !== undefined && typeof prefix !== 'string')
        throw argumentError(name, 'a string', prefix)
    checkFolder(dir)
    const files = await sentenceSettings(dir)
    const given = { pooling, normalize, queryPrefix, passagePrefix } as Partial<EmbeddingSettings>
    const settings = embeddingSettings(given, preset, files, await nameOf(dir))
    const folder = { dir, classifier: false, maxTokens: files.maxTokens }
    return new TextEmbedder(await EncoderModel.load(folder, options), settings)
  }

  /**
   * Vectors of questions, which the query prefix is put before.
   *
   * @returns row-major, shape (Q, D)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   * @throws the signal's reason
   */
  embedQueries(texts: readonly string[], options: RunOptions = {}): Promise<Float32Array> {
    return this.#embed(this.settings.queryPrefix, texts, options)
  }

  /**
   * Vectors of passages, which the passage prefix is put before.
   *
   * @returns row-major, shape (N, D)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   * @throws the signal's reason
   */
  embedPassages(texts: readonly string[], options: RunOptions = {}): Promise<Float32Array> {
    return this.#embed(this.settings.passagePrefix, texts, options)
  }

  /**
   * Vectors of texts as they are.
   *
   * @returns row-major, shape (N, D)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   * @throws the signal's reason
   */
  embed(texts: readonly string[], options: RunOptions = {}): Promise<Float32Array> {
    return this.#embed('', texts, options)
  }

  async #embed(
    prefix: string,
    texts: readonly string[],
    options: RunOptions,
  ): Promise<Float32Array> {
    if (!Array.isArray(texts)) throw argumentError('texts', 'an array of strings', texts)
    for (const [i, text] of texts.entries())
      if (typeof text !== 'string') throw argumentError(`texts[${i}]`, 'a string', text)
    const { pooling, normalize } = this.settings
    return this.#model.run(
      texts.map(({ length }) => length),
      (i) => this.#model.tokenizer.encode(prefix + texts[i]!, this.maxTokens),
      { pooling, normalize, width: this.dimensions },
      options,
    )
  }

  /** Frees the memory. Calls that are pending are rejected with ERR_QUERL_CLOSED. */
  dispose(): void {
    this.#model.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

const poolings: readonly Pooling[] = ['mean', 'cls', 'last', 'max']

function shown(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name)).join(' or ')
}

/** What the model is called: where it came from, if its config says so, and its folder. */
async function nameOf(dir: string): Promise<string> {
  const config = await readJson<{ _name_or_path?: unknown } | null>(join(dir, 'config.json'))
  return `${String(config?._name_or_path ?? '')} ${basename(resolve(dir))}`
}
