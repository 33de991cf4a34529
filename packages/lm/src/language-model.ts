import { checkPositive, QuerlError } from '@querl/base'
import { abortable, fromNative, native } from '@querl/torch/native'
import { adapterIn, openAdapter, saveAdapter } from './adapter-folder.js'
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
import { makeParts } from './model-parts.js'
import { ModelWeights } from './model-weights.js'
import { type AdamWOptions, checkedAdamW } from './optimizer.js'
import { readOptimizer, writeOptimizer } from './optimizer-file.js'
import { isValueHead } from './parameter-table.js'
import { saveModel } from './save.js'
import type { Tokenizer } from './tokenizer.js'

/**
 * A decoder of the families of Qwen2, Qwen3, Llama 3 and Mistral that samples and trains in place:
 * who samples from it sees a step at once. Its calls run one after the other on its own thread.
 *
 * Free it with `using` or dispose(); a forgotten one is freed when it is collected.
 */
export class LanguageModel extends ModelWeights {
  /**
   * Loads a folder in Hugging Face layout: config.json, model.safetensors or its shards, and the
   * tokenizer's files where there are any. Weights of F32, BF16 and F16 are converted to
   * `options.dtype`.
   *
   * A folder with an adapter in PEFT's layout loads the model that it names, and puts it on.
   *
   * @param options `valueHead` defaults to whether the folder has one
   * @throws {QuerlError} ERR_QUERL_MODEL that tells all that keeps it from running here: its config,
   *   tensors that are missing, too many or of another shape, numbers that are not finite, a
   *   tokenizer of more ids than the model has; ERR_QUERL_ARGUMENT; ERR_QUERL_IO;
   *   ERR_QUERL_CHECKPOINT_CORRUPT; ERR_QUERL_OUT_OF_MEMORY
   * @throws the signal's reason
   */
  static async load(dir: string, options: LoadOptions = {}): Promise<LanguageModel> {
    const { signal } = options
    signal?.throwIfAborted()
    const adapter = await adapterIn(dir, options)
    const opened = await openModel(adapter?.base ?? dir, {
      valueHead: options.valueHead ?? (adapter?.valueHead || undefined),
    })
    const { config, tokenizer, valueHead } = opened
    const lora = adapter?.lora ?? options.lora
    const model = LanguageModel.#make(config, tokenizer, { ...options, lora, valueHead })
    try {
      await opened.readInto(model.handle, signal)
      native().weightsChanged(model.handle)
      model.#adoptValueHead()
      await adapter?.readInto(model, signal)
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
      const { parameters } = model
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

  // An adapter has a value head of its own, which trains.
  #adoptValueHead(): void {
    if (!this.lora || !this.valueHead) return
    for (const name of this.parameterNames.filter(isValueHead))
      this.setParameter(`base_model.model.${name}`, this.parameter(name))
  }

  static #make(
    config: NamedConfig,
    tokenizer: Tokenizer | undefined,
    options: ModelOptions,
  ): LanguageModel {
    return new LanguageModel(makeParts(config, tokenizer, options))
  }

  /**
   * A model with a copy of these weights and this version, with gradients and an optimiser of its own.
   *
   * @param options default: as this model. A value head that this one lacks starts at zero. Where
   *   the copy has another adapter, or none (`lora: false`), this one's is merged into its weights
   */
  async clone(options: ModelOptions = {}): Promise<LanguageModel> {
    const { config, tokenizer, options: own } = this.parts
    const given = Object.entries(options).filter(([, value]) => value !== undefined)
    const copy = LanguageModel.#make(config, tokenizer, {
      ...own,
      ...Object.fromEntries(given),
      training: { ...own.training, ...options.training },
    })
    await abortable(undefined, () => native().copyWeights(copy.handle, this.handle))
    return copy
  }

  /**
   * Writes the folder that load(), and Hugging Face's `transformers`, read. Each of its files is
   * replaced whole or not at all, the weights last; while shards are replaced, the folder has no
   * index and cannot be loaded. An adapter is merged into the weights that are written, so that the
   * folder computes what the model does; saveAdapter() writes it alone.
   *
   * @param options `maxShardBytes`: where the weights take more, they are cut into several files.
   *   Default 5e9
   * @throws {QuerlError} ERR_QUERL_IO
   * @throws the signal's reason
   */
  async save(dir: string, options: SaveOptions = {}): Promise<void> {
    options.signal?.throwIfAborted()
    if (this.lora) {
      using merged = await this.clone({ lora: false })
      return await merged.save(dir, options)
    }
    const { handle, config, tokenizer } = this.parts
    const tensors = this.parameters.weights(this.dtype)
    await saveModel(dir, { handle, config, tokenizer, dtype: this.dtype, tensors, ...options })
  }

  /**
   * Writes the adapter as PEFT does, adapter_config.json and adapter_model.safetensors, and a value
   * head beside it; each file is replaced whole or not at all. load() and `peft` read it.
   *
   * @param options `base`: the folder or the hub's name of the model beneath it, for who loads it
   * @throws {QuerlError} ERR_QUERL_ARGUMENT without an adapter, ERR_QUERL_IO
   */
  async saveAdapter(dir: string, options: { readonly base?: string } = {}): Promise<void> {
    await saveAdapter(dir, this, options.base)
  }

  /**
   * Replaces the numbers of the adapter by those that saveAdapter(), or `peft`, wrote.
   *
   * @throws {QuerlError} ERR_QUERL_MODEL if it has another rank, scale or targets, or cannot run
   *   here; ERR_QUERL_ARGUMENT without an adapter; ERR_QUERL_IO; ERR_QUERL_CHECKPOINT_CORRUPT
   */
  async loadAdapter(dir: string): Promise<void> {
    const adapter = await openAdapter(dir)
    await adapter.readInto(this)
  }

  /**
   * Adds what the adapter adds to the weights, rounded to how these are kept, and starts the adapter
   * and its optimiser anew: the model stays the same, but for the rounding. There is no way back.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT without an adapter
   */
  async mergeAdapter(): Promise<void> {
    await abortable(undefined, () => native().mergeAdapter(this.handle))
  }

  /**
   * Writes the optimiser's state, its step and the policy version, whole or not at all. The folder
   * must exist. Of a model in 16 bits it has the masters; an adapter is not in it.
   *
   * @throws {QuerlError} ERR_QUERL_IO
   */
  async saveOptimizer(path: string): Promise<void> {
    await writeOptimizer(this.handle, path)
  }

  /**
   * Reads what saveOptimizer() wrote, the policy version included. The weights must be those of then:
   * training goes on to the bit.
   *
   * @throws {QuerlError} ERR_QUERL_MODEL if it belongs to another model or another kind of state,
   *   ERR_QUERL_IO, ERR_QUERL_CHECKPOINT_CORRUPT
   */
  async loadOptimizer(path: string): Promise<void> {
    await readOptimizer(this.handle, path)
  }

  /** Forgets AdamW's moments and steps. */
  resetOptimizer(): void {
    this.call((library) => library.resetOptimizer(this.handle))
  }

  /**
   * How likely each token is after those before it, and the entropy of the distribution it was drawn
   * from.
   *
   * @param options `weights`, shape (T): tokens of weight 0 are left out. Default: all but the first
   *   of each sequence. `reference`: with the adapter off, as the model was before it was trained.
   *   Default false
   * @returns both shape (T), in nats, 0 where a token was left out
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_WINDOW
   * @throws the signal's reason
   */
  async logprobs(
    batch: TokenBatch,
    options: ScoreOptions & {
      readonly weights?: Float32Array | undefined
      readonly reference?: boolean | undefined
    } = {},
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
        this.#isReference(options.reference),
        stop,
      ),
    )
  }

  // Without an adapter to turn off, the answer would be the policy's own.
  #isReference(asked = false): boolean {
    if (asked && !this.lora)
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        'A model without an adapter is not its own reference.',
        { remedy: 'Score with a clone() from before training, or train an adapter ({ lora }).' },
      )
    return asked
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
