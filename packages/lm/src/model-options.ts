import type { Tokenizer } from './tokenizer.js'

export interface ModelOptions {
  /** Default: the processors that this process may use. */
  readonly threads?: number | undefined
  /**
   * `fused` is written by hand for small models on the CPU; `libtorch` runs the same on LibTorch's
   * operators and autograd. Default `fused`.
   */
  readonly engine?: 'fused' | 'libtorch' | undefined
  /** Whether the model has a scalar output per position, as critics do. It starts at zero. */
  readonly valueHead?: boolean | undefined
}

export interface LoadOptions extends ModelOptions {
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
