import type { Aggregation } from './aggregation.js'

/** One trajectory as an algorithm sees it: per-token arrays of shape (T), and one reward. */
export interface ScoredRow {
  /** Names the prompt occurrence; samples of one group have the same name. */
  readonly group: string
  readonly reward: number
  /** Shape (T): 1 where the loss may touch the token. */
  readonly mask: Uint8Array
  /** Shape (T): the log-prob of each masked-in token when it was sampled. */
  readonly logprobs: Float32Array
  /** Shape (T): under the frozen reference; where the algorithm asks for one. */
  readonly referenceLogprobs?: Float32Array
  /** Shape (T): the critic's estimate before each token; where the algorithm asks for one. */
  readonly values?: Float32Array
}

/** What the update needs of each row, in the rows' order. */
export interface Estimate {
  /** Shape (T) each, 0 where the mask is 0. */
  readonly advantages: readonly Float32Array[]
  /** Shape (T) each: the critic's targets. */
  readonly returns?: readonly Float32Array[]
  /** False: the row is left out of the update, since it has nothing to say. */
  readonly kept: readonly boolean[]
}

/** Terms of the policy's loss that an algorithm fixes. */
export interface PolicyTerms {
  /** Lower clip of the ratio: 1 - clipLow. */
  readonly clipLow: number
  /** Upper clip of the ratio: 1 + clipHigh. */
  readonly clipHigh: number
  /** Weight of k3 to the frozen reference in the loss; 0: no term. */
  readonly klCoefficient: number
  /** Weight of the entropy bonus; 0: no term. */
  readonly entropyCoefficient: number
  readonly aggregation: Aggregation
}

/** Turns rewards into per-token advantages, and says which loss they go into. */
export interface Algorithm {
  readonly name: string
  /** Which tokens the loss touches: what the policy wrote, or (the ablation) the tools' too. */
  readonly trainOn: TrainOn
  readonly terms: PolicyTerms
  /** Where rows need `values`, and the critic is trained with them. */
  readonly critic?: CriticTerms
  /** True: rows need `referenceLogprobs`. */
  readonly needsReference: boolean
  estimate(rows: readonly ScoredRow[]): Estimate
}

export interface CriticTerms {
  /** How far a value may move from its old one before its gradient is cut. */
  readonly valueClip: number
}

/**
 * `policy`: only tokens that the policy wrote (Search-R1's retrieved-token mask). `response`: also
 * what tools returned, the ablation that the mask is compared with.
 */
export type TrainOn = 'policy' | 'response'
