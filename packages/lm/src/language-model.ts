import { availableParallelism } from 'node:os'
import { argumentError, checkPositive, checkPositiveInteger, QuerlError } from '@querl/base'
import {
  abortable,
  fromNative,
  type ModelHandle,
  type NativeBinding,
  native,
} from '@querl/torch/native'
import { checkedIds, checkedOffsets, checkWeights, type TokenBatch } from './batch.js'
import { checkConfig, type ModelConfig, type NamedConfig } from './config.js'
import { openModel } from './load.js'
import { checkedLoss, type Loss, type LossSums, lossSums } from './losses.js'
import type {
  CreateOptions,
  LoadOptions,
  ModelOptions,
  SaveOptions,
  ScoreOptions,
} from './model-options.js'
import { type AdamWOptions, checkedAdamW } from './optimizer.js'
import { readOptimizer, writeOptimizer } from './optimizer-file.js'
import { isValueHead, ParameterTable } from './parameter-table.js'
import { saveModel } from './save.js'
import type { Tokenizer } from './tokenizer.js'

/** What a model is made of, for those that make one. */
interface Parts {
  readonly handle: ModelHandle
  readonly config: NamedConfig
  readonly tokenizer: Tokenizer | undefined
  readonly options: {
    readonly threads: number
    readonly engine: 'fused' | 'libtorch'
    readonly valueHead: boolean
  }
}

/**
 * A decoder of the families of Qwen2, Qwen3, Llama 3 and Mistral that samples and trains in place: who samples from it sees a step at
 * once. Its calls run one after the other on its own thread.
 *
 * Free it with `using` or dispose(); a forgotten one is freed when it is collected.
 */
export class LanguageModel {
  readonly config: ModelConfig
  /** Whether it has a scalar output per position. */
  readonly valueHead: boolean
  /** Numbers in all parameters. */
  readonly parameterCount: number
  readonly #parts: Parts
  readonly #parameters: ParameterTable

  private constructor(parts: Parts) {
    this.#parts = parts
    this.config = parts.config
    this.valueHead = parts.options.valueHead
    this.#parameters = new ParameterTable({ ...parts.config, valueHead: this.valueHead })
    this.parameterCount = this.#parameters.count
  }

  /**
   * Loads a folder in Hugging Face layout: config.json, model.safetensors or its shards, and the
   * tokenizer's files where there are any. Weights of F32, BF16 and F16 are kept in fp32.
   *
   * @param options `valueHead` defaults to whether the folder has one
   * @throws {QuerlError} ERR_QUERL_MODEL that tells all that keeps it from running here: its config,
   *   tensors that are missing, too many or of another shape, numbers that are not finite, a
   *   tokenizer of more ids than the model has; ERR_QUERL_IO; ERR_QUERL_CHECKPOINT_CORRUPT;
   *   ERR_QUERL_OUT_OF_MEMORY
   * @throws the signal's reason
   */
  static async load(dir: string, options: LoadOptions = {}): Promise<LanguageModel> {
    const { signal } = options
    signal?.throwIfAborted()
    const opened = await openModel(dir, options)
    const { config, tokenizer, valueHead } = opened
    const model = LanguageModel.#make(config, tokenizer, { ...options, valueHead })
    try {
      await opened.readInto(model.handle, signal)
      native().weightsChanged(model.handle)
      return model
    } catch (error) {
      model.dispose()
      throw fromNative(error)
    }
  }

  /**
   * A new model.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for a config that is inconsistent, or initial weights of
   *   a wrong length; ERR_QUERL_OUT_OF_MEMORY
   */
  static async create(config: ModelConfig, options: CreateOptions): Promise<LanguageModel> {
    const model = LanguageModel.#make(checkConfig(config), options.tokenizer, options)
    try {
      const parameters = model.#parameters
      for (const name of parameters.names)
        if (!isValueHead(name))
          parameters.set(model.handle, name, options.initialise(name, parameters.of(name).shape))
      native().weightsChanged(model.handle)
      return model
    } catch (error) {
      model.dispose()
      throw fromNative(error)
    }
  }

  static #make(
    config: NamedConfig,
    tokenizer: Tokenizer | undefined,
    { threads, engine = 'fused', valueHead = false }: ModelOptions,
  ): LanguageModel {
    const options = { threads: threads ?? availableParallelism(), engine, valueHead }
    checkPositiveInteger('threads', options.threads)
    if (engine !== 'fused' && engine !== 'libtorch')
      throw argumentError('engine', '"fused" or "libtorch"', engine)
    if (tokenizer && tokenizer.vocabSize > config.vocabSize)
      throw argumentError(
        'tokenizer',
        `one of at most ${config.vocabSize} ids, as config.vocabSize`,
        tokenizer.vocabSize,
      )
    try {
      const nativeConfig = { ...config, valueHead }
      const handle = native().createModel(nativeConfig, engine, options.threads)
      return new LanguageModel({ handle, config, tokenizer, options })
    } catch (error) {
      throw fromNative(error)
    }
  }

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if it was made without one */
  get tokenizer(): Tokenizer {
    if (this.#parts.tokenizer) return this.#parts.tokenizer
    throw new QuerlError('ERR_QUERL_ARGUMENT', 'This model has no tokenizer.', {
      remedy:
        'Put tokenizer.json into its folder, or pass { tokenizer } to LanguageModel.create().',
    })
  }

  get hasTokenizer(): boolean {
    return this.#parts.tokenizer !== undefined
  }

  /** Counts the changes of the weights: the policy version of the turns sampled from them. */
  get version(): number {
    return this.#call((library) => library.modelVersion(this.handle))
  }

  /** In Hugging Face's names, in the order of the weights in memory. */
  get parameterNames(): string[] {
    return this.#parameters.names
  }

  /**
   * A copy of a parameter's weights, row-major.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name
   */
  parameter(name: string): Float32Array {
    const { index } = this.#parameters.of(name)
    return this.#call((library) => library.getParameter(this.handle, index))
  }

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name */
  parameterShape(name: string): readonly number[] {
    return this.#parameters.of(name).shape
  }

  /**
   * Replaces a parameter's weights.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name, a wrong length, or while a call of
   *   this model is pending
   */
  setParameter(name: string, data: Float32Array): void {
    this.#parameters.set(this.handle, name, data)
    this.#call((library) => library.weightsChanged(this.handle))
  }

  /**
   * A model with a copy of these weights and this version, with gradients and an optimiser of its own.
   *
   * @param options default: as this model; a value head that this one lacks starts at zero
   */
  async clone(options: ModelOptions = {}): Promise<LanguageModel> {
    const { config, tokenizer, options: own } = this.#parts
    const copy = LanguageModel.#make(config, tokenizer, {
      threads: options.threads ?? own.threads,
      engine: options.engine ?? own.engine,
      valueHead: options.valueHead ?? own.valueHead,
    })
    await abortable(undefined, () => native().copyWeights(copy.handle, this.handle))
    return copy
  }

  /**
   * Writes the folder that load(), and Hugging Face's `transformers`, read. Each of its files is
   * replaced whole or not at all, the weights last; while shards are replaced, the folder has no
   * index and cannot be loaded.
   *
   * @param options `maxShardBytes`: where the weights take more, they are cut into several files.
   *   Default 5e9
   * @throws {QuerlError} ERR_QUERL_IO
   * @throws the signal's reason
   */
  async save(dir: string, options: SaveOptions = {}): Promise<void> {
    const { signal } = options
    signal?.throwIfAborted()
    const { handle, config, tokenizer } = this.#parts
    const tensors = this.#parameters.weights('float32')
    await saveModel(dir, { handle, config, tokenizer, dtype: 'float32', tensors, ...options })
  }

  /**
   * Writes AdamW's moments, its step and the policy version, whole or not at all. The folder must
   * exist.
   *
   * @throws {QuerlError} ERR_QUERL_IO
   */
  async saveOptimizer(path: string): Promise<void> {
    await writeOptimizer(this.handle, path, this.#parameters.moments())
  }

  /**
   * Reads what saveOptimizer() wrote, the policy version included.
   *
   * @throws {QuerlError} ERR_QUERL_MODEL if it belongs to another model, ERR_QUERL_IO,
   *   ERR_QUERL_CHECKPOINT_CORRUPT
   */
  async loadOptimizer(path: string): Promise<void> {
    await readOptimizer(this.handle, path, this.#parameters.moments())
  }

  /** Forgets AdamW's moments and steps. */
  resetOptimizer(): void {
    this.#call((library) => library.resetOptimizer(this.handle))
  }

  /**
   * How likely each token is after those before it, and the entropy of the distribution it was drawn
   * from.
   *
   * @param options `weights`, shape (T): tokens of weight 0 are left out. Default: all but the first
   *   of each sequence
   * @returns both shape (T), in nats, 0 where a token was left out
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_WINDOW
   * @throws the signal's reason
   */
  async logprobs(
    batch: TokenBatch,
    options: ScoreOptions & { readonly weights?: Float32Array | undefined } = {},
  ): Promise<{ logprobs: Float32Array; entropies: Float32Array }> {
    const offsets = this.#offsets(batch, options.weights)
    const { temperature, bannedIds } = this.#checkedScore(options)
    return abortable(options.signal, (stop) =>
      native().logprobs(
        this.handle,
        batch.tokens,
        offsets,
        options.weights,
        temperature,
        bannedIds,
        stop,
      ),
    )
  }

  /**
   * The value head's estimate of the state before each token.
   *
   * @param options `weights` as for logprobs()
   * @returns shape (T), 0 where a token was left out
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, also without a value head; ERR_QUERL_WINDOW
   * @throws the signal's reason
   */
  async values(
    batch: TokenBatch,
    {
      weights,
      signal,
    }: {
      readonly weights?: Float32Array | undefined
      readonly signal?: AbortSignal | undefined
    } = {},
  ): Promise<Float32Array> {
    const offsets = this.#offsets(batch, weights)
    return abortable(signal, (stop) =>
      native().values(this.handle, batch.tokens, offsets, weights, stop),
    )
  }

  /**
   * The logits of every position of one sequence: row t predicts token t + 1. For tests and small
   * inputs, since all T × V of them are returned.
   *
   * @param ids shape (T)
   * @returns shape (T, V)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_WINDOW
   */
  async logits(ids: Int32Array): Promise<Float32Array> {
    const offsets = this.#offsets({ tokens: ids, offsets: [0, ids.length] })
    return abortable(undefined, (stop) => native().logits(this.handle, ids, offsets, stop))
  }

  /**
   * Adds the gradients of a loss to those that are there. If it is aborted, or fails, the gradients
   * are undefined until zeroGradients().
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_WINDOW
   * @throws the signal's reason
   */
  async backward(batch: TokenBatch, loss: Loss, options: ScoreOptions = {}): Promise<LossSums> {
    const offsets = this.#offsets(batch)
    const nativeLoss = checkedLoss(loss, offsets)
    const { temperature, bannedIds } = this.#checkedScore(options)
    const sums = await abortable(options.signal, (stop) =>
      native().backward(
        this.handle,
        batch.tokens,
        offsets,
        nativeLoss,
        temperature,
        bannedIds,
        stop,
      ),
    )
    return lossSums(sums)
  }

  /**
   * Clips the gradients by their global norm, takes a step of AdamW, zeroes the gradients, and counts
   * the version up.
   *
   * @returns the norm before clipping; `skipped` if it is not finite: the weights are then untouched
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  async step(options: AdamWOptions): Promise<{ gradNorm: number; skipped: boolean }> {
    const checked = checkedAdamW(options)
    return abortable(undefined, () => native().step(this.handle, checked))
  }

  /**
   * A copy of a parameter's gradient, row-major, for tests.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name, or while a call is pending
   */
  gradients(name: string): Float32Array {
    const { index } = this.#parameters.of(name)
    return this.#call((library) => library.getGradient(this.handle, index))
  }

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT while a call is pending */
  zeroGradients(): void {
    this.#call((library) => library.zeroGradients(this.handle))
  }

  /** For Sampler. Internal. */
  get handle(): ModelHandle {
    return this.#parts.handle
  }

  /** Frees its memory. Pending calls reject with ERR_QUERL_CLOSED, and later ones do, too. */
  dispose(): void {
    native().disposeModel(this.handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #call<T>(call: (library: NativeBinding) => T): T {
    try {
      return call(native())
    } catch (error) {
      throw fromNative(error)
    }
  }

  #offsets(batch: TokenBatch, weights?: Float32Array): Float64Array {
    const offsets = checkedOffsets(batch, this.config.vocabSize, this.config.maxPositions)
    if (weights) checkWeights('weights', weights, offsets)
    return offsets
  }

  #checkedScore({ temperature = 1, bannedIds = [] }: ScoreOptions) {
    checkPositive('temperature', temperature)
    return { temperature, bannedIds: checkedIds('bannedIds', bannedIds, this.config.vocabSize) }
  }
}
