import { join } from 'node:path'
import { argumentError, QuerlError, readJson } from '@querl/base'
import type { EncoderConfig } from './encoder-config.js'
import { checkFolder, EncoderModel, type EncoderOptions, type RunOptions } from './encoder-model.js'
import { asksForSigmoid, sentenceSettings } from './sentence-transformers.js'

export interface CrossEncoderOptions extends EncoderOptions {
  /**
   * What the scores go through. `sigmoid` puts them between 0 and 1 and keeps their order. Default
   * `auto`: as sentence-transformers, what config.json says, else `sigmoid` for one label and
   * `identity` for several.
   */
  readonly activation?: 'auto' | 'identity' | 'sigmoid' | undefined
}

/** A query and the text of a passage. */
export type TextPair = readonly [query: string, passage: string]

/**
 * Judges how well passages answer a query, by an encoder that reads both at once: models of
 * BertForSequenceClassification and its relatives, such as ms-marco-MiniLM and bge-reranker.
 *
 * It is a `Reranker` of `@querl/retrieval`. Free it with `using` or dispose().
 *
 * ```ts
 * using reranker = await CrossEncoder.load('models/ms-marco-MiniLM-L6-v2')
 * const scores = await reranker.score([['who wrote jaws', 'Jaws is a novel by Peter Benchley.']])
 * ```
 */
export class CrossEncoder {
  readonly config: EncoderConfig
  /** L, the numbers that the model gives a pair: 1 for a reranker. */
  readonly labels: number
  /** Token ids of a pair, at most: the longer of the two is cut first. */
  readonly maxTokens: number
  /** What the scores go through. */
  readonly activation: 'identity' | 'sigmoid'
  readonly #model: EncoderModel

  private constructor(model: EncoderModel, activation: 'identity' | 'sigmoid') {
    this.#model = model
    this.config = model.config
    this.labels = model.config.labels
    this.maxTokens = model.maxTokens
    this.activation = activation
  }

  /**
   * Loads a folder in Hugging Face layout: config.json, model.safetensors or its shards, and the
   * tokenizer's files.
   *
   * @throws {QuerlError} ERR_QUERL_MODEL that tells all that keeps it from running here;
   *   ERR_QUERL_ARGUMENT; ERR_QUERL_IO; ERR_QUERL_DATA; ERR_QUERL_CHECKPOINT_CORRUPT;
   *   ERR_QUERL_OUT_OF_MEMORY
   * @throws the signal's reason
   */
  static async load(dir: string, options: CrossEncoderOptions = {}): Promise<CrossEncoder> {
    options.signal?.throwIfAborted()
    const { activation = 'auto' } = options
    if (!['auto', 'identity', 'sigmoid'].includes(activation))
      throw argumentError('activation', '"auto", "identity" or "sigmoid"', activation)
    checkFolder(dir)
    const { maxTokens } = await sentenceSettings(dir)
    const asked = asksForSigmoid(await readJson(join(dir, 'config.json')))
    const model = await EncoderModel.load({ dir, classifier: true, maxTokens }, options)
    const usual = (asked ?? model.config.labels === 1) ? 'sigmoid' : 'identity'
    return new CrossEncoder(model, activation === 'auto' ? usual : activation)
  }

  /**
   * A score for each pair.
   *
   * @param pairs a query and the text of a passage each, shape (P)
   * @returns higher is better, shape (P)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, also where the model has several labels;
   *   ERR_QUERL_CLOSED
   * @throws the signal's reason
   */
  async score(pairs: readonly TextPair[], options: RunOptions = {}): Promise<Float32Array> {
    if (this.labels !== 1)
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        `The model gives a pair ${this.labels} numbers, and a score is one.`,
        { remedy: 'Take scoreAll(), and choose among them.' },
      )
    return this.scoreAll(pairs, options)
  }

  /**
   * All that the model gives each pair.
   *
   * @returns row-major, shape (P, L)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED
   * @throws the signal's reason
   */
  async scoreAll(pairs: readonly TextPair[], options: RunOptions = {}): Promise<Float32Array> {
    if (!Array.isArray(pairs as unknown)) throw argumentError('pairs', 'an array of pairs', pairs)
    for (const [i, pair] of pairs.entries())
      if (
        !Array.isArray(pair) ||
        pair.length !== 2 ||
        pair.some((text) => typeof text !== 'string')
      )
        throw argumentError(`pairs[${i}]`, 'two strings', pair)
    const scores = await this.#model.run(
      pairs.map(([query, passage]) => query.length + passage.length),
      (i) => this.#model.tokenizer.encodePair(...pairs[i]!, this.maxTokens),
      { normalize: false, width: this.labels },
      options,
    )
    return this.activation === 'sigmoid' ? scores.map((x) => 1 / (1 + Math.exp(-x))) : scores
  }

  /** Frees the memory. Calls that are pending are rejected with ERR_QUERL_CLOSED. */
  dispose(): void {
    this.#model.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
