import type { ModelDtype } from '@querl/torch/native'
import type { LoraOptions } from './lora.js'
import type { Tokenizer } from './tokenizer.js'

export interface ModelOptions {
  /** Default: the processors that this process may use. */
  readonly threads?: number | undefined
  /**
   * How the weights are kept. Of 16 bits they are sampled from and trained in place; training adds
   * masters in fp32. Default `float32`.
   */
  readonly dtype?: ModelDtype | undefined
  /** `cpu`, or `cuda:N` where the addon was built for it. Default `cpu`. */
  readonly device?: string | undefined
  /**
   * What trains: `fused` is written by hand for small fp32 models on the CPU; `libtorch` takes any.
   * Default `auto`: the fused one for fp32 models of less than 32 M parameters without an adapter.
   */
  readonly engine?: 'auto' | 'fused' | 'libtorch' | undefined
  /** Whether the model has a scalar output per position, as critics do. It starts at zero. */
  readonly valueHead?: boolean | undefined
  /** Trains an adapter instead of the weights, which stay as they are. Default: none. */
  readonly lora?: LoraOptions | false | undefined
  readonly training?: TrainingOptions | undefined
}

/** What training costs, in memory and time. */
export interface TrainingOptions {
  /**
   * Tokens that go through the decoder together, at most; a longer sequence goes alone. The fused
   * engine has blocks of its own size. Default 4096.
   */
  readonly microBatchTokens?: number | undefined
  /**
   * Keeps the inputs of the layers alone, and computes the rest again on the way back. The fused
   * engine does so by itself where activations are large. Default false.
   */
  readonly checkpointing?: boolean | undefined
  /**
   * Computes once what neighbouring sequences begin with in common, up to their first trained token:
   * the prompt of a group. The fused engine computes it for each. Default false.
   */
  readonly sharePrompts?: boolean | undefined
  /**
   * Of each of AdamW's moments: 32, or 8 in blocks of 256 that share a scale. Default 32.
   *
   * @see Dettmers et al. 2021 (arXiv 2110.02861)
   */
  readonly optimizerBits?: 8 | 32 | undefined
  /**
   * Takes the policy's log-probs in training from the sampler's own passes, so that on the CPU they
   * are those of sampling to the bit; costs one more forward pass. Default false.
   */
  readonly strict?: boolean | undefined
}

export interface LoadOptions extends ModelOptions {
  /** A folder with an adapter in PEFT's layout to put on the model. Excludes `lora`. */
  readonly adapter?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface SaveOptions {
  /** Where the weights take more bytes, they are cut into several files. Default 5e9. */
  readonly maxShardBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface CreateOptions extends ModelOptions {
  readonly tokenizer?: Tokenizer | undefined
  /** Gives each parameter its first weights, row-major; called in the order of parameterNames. */
  readonly initialise: (name: string, shape: readonly number[]) => Float32Array
}

/** How logits become probabilities, and when to stop. */
export interface ScoreOptions {
  /** Above 0. Default 1. */
  readonly temperature?: number | undefined
  /** Token ids with probability 0. Default: none. */
  readonly bannedIds?: readonly number[] | undefined
  readonly signal?: AbortSignal | undefined
}
