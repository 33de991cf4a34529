// The interface that the trainer needs of a model. `LanguageModel` of @querl/lm satisfies it; so does
// anything else that can score and change its own weights.

/** Sequences without padding: tokens (T), offsets (B + 1) from 0 to T. */
export interface TokenBatch {
  readonly tokens: Int32Array
  readonly offsets: number[]
}

/**
 * What to minimise. Arrays have shape (T); entry t is about predicting token t, and entry 0 of each
 * sequence has weight 0. The weights hold mask and mean at once, so micro-batches add up.
 */
export type Loss =
  | { readonly kind: 'crossEntropy'; readonly weights: Float32Array }
  | {
      readonly kind: 'policy'
      readonly weights: Float32Array
      readonly oldLogprobs: Float32Array
      readonly advantages: Float32Array
      readonly referenceLogprobs?: Float32Array
      readonly clipLow?: number
      readonly clipHigh?: number
      readonly klCoefficient?: number
      readonly entropyCoefficient?: number
    }
  | {
      readonly kind: 'value'
      readonly weights: Float32Array
      readonly returns: Float32Array
      readonly oldValues: Float32Array
      readonly clip?: number
    }

/** Sums over tokens whose weight is not 0; `ratioMax` and `logprobDeltaMax` are maxima. */
export interface LossSums {
  readonly loss: number
  readonly tokens: number
  readonly logprobs: number
  readonly entropy: number
  readonly kl: number
  readonly referenceKl: number
  readonly clipped: number
  readonly ratioMax: number
  readonly logprobDeltaSum: number
  readonly logprobDeltaMax: number
  readonly squaredErrors: number
}

/** How logits become probabilities: as they did when the tokens were sampled. */
export interface LogitOptions {
  /** Default 1. */
  readonly temperature?: number
  /** Ids with probability 0. */
  readonly bannedIds?: readonly number[]
  readonly signal?: AbortSignal
}

export interface AdamWSettings {
  readonly lr: number
  readonly beta1?: number
  readonly beta2?: number
  readonly epsilon?: number
  readonly weightDecay?: number
  /** Gradients are scaled down to this norm. */
  readonly maxGradNorm?: number
}

/** A frozen model that scores tokens: the reference of a KL term. */
export interface ScoringModel {
  logprobs(
    batch: TokenBatch,
    options?: LogitOptions & { readonly weights?: Float32Array },
  ): Promise<{ readonly logprobs: Float32Array }>
}

/**
 * A model as its own reference: scored with its adapter off, it is what it was before training, and no
 * second copy of its weights is needed.
 *
 * @param model a LanguageModel with `lora`
 */
export function adapterOff(model: AdaptedModel): ScoringModel {
  return { logprobs: (batch, options) => model.logprobs(batch, { ...options, reference: true }) }
}

/** A model whose adapter can be left out of a pass. */
export interface AdaptedModel {
  logprobs(
    batch: TokenBatch,
    options: LogitOptions & { readonly weights?: Float32Array; readonly reference: true },
  ): Promise<{ readonly logprobs: Float32Array }>
}

/** What is trained by its gradients: a policy or a critic. */
export interface Optimizable {
  /** Adds to the gradients. */
  backward(batch: TokenBatch, loss: Loss, options?: LogitOptions): Promise<LossSums>
  /** Clips, steps, zeroes the gradients; changes no weight where the norm is not finite. */
  step(options: AdamWSettings): Promise<{ readonly gradNorm: number; readonly skipped: boolean }>
  zeroGradients(): void | Promise<void>
}

/** The policy. */
export interface TrainableModel extends ScoringModel, Optimizable {
  readonly version: number
}

/** A policy's copy with a value head. */
export interface CriticModel extends Optimizable {
  values(
    batch: TokenBatch,
    options?: { readonly weights?: Float32Array; readonly signal?: AbortSignal },
  ): Promise<Float32Array>
}

/** What a checkpoint writes. */
export interface SavableModel {
  /** Writes the weights in Hugging Face layout into a folder. */
  save(directory: string): Promise<void>
  /** Writes the optimiser's moments, its step and the policy version into a file. */
  saveOptimizer(path: string): Promise<void>
}
