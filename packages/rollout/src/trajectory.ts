import type { FoundPassage, Question } from './interfaces.js'

/** Who wrote a token. Only what the policy wrote is trained on. */
export type Author = 'prompt' | 'policy' | 'tool'

/** A run of tokens by one author. */
export interface Segment {
  readonly author: Author
  /** Token ids as they were sampled or inserted, never re-tokenised. Shape (n). */
  readonly ids: Int32Array
  /** Natural log of each id's probability when it was sampled. Shape (n); policy segments only. */
  readonly logprobs?: Float32Array
}

/**
 * Why a trajectory ended.
 *
 * - `answer`: the policy answered
 * - `turns`: it wanted to go on, but its turns or calls were used up
 * - `budget`: it had sampled all the tokens that it may sample
 * - `window`: the sequence, or what had to be appended to it, reached the longest length
 * - `invalid`: a turn held no action, and the protocol ends such trajectories
 * - `eos`: the same, where the turn ended by a stop id
 * - `error`: something failed; see `error`
 */
export type Finish = 'answer' | 'turns' | 'budget' | 'window' | 'invalid' | 'eos' | 'error'

/** A call of a tool, as the trajectory keeps it. */
export interface SearchRecord {
  readonly query: string
  readonly ok: boolean
  /** What came back, where `ok`. */
  readonly passages?: readonly FoundPassage[]
  /** What went wrong, where not. */
  readonly message?: string
}

/** One attempt at one question. */
export interface Trajectory<Q extends Question = Question> {
  readonly example: Q
  /** Position of the example in its rollout. */
  readonly index: number
  /** Position in the example's group, from 0. */
  readonly sample: number
  /** The whole sequence, in order; the first is the prompt. */
  readonly segments: readonly Segment[]
  /** Times that the policy generated. */
  readonly turns: number
  /** Calls of tools, in order, failed ones included. */
  readonly searches: readonly SearchRecord[]
  /** Turns without an action. */
  readonly invalidTurns: number
  /** Observations that were cut to the protocol's length. */
  readonly cutObservations: number
  readonly finish: Finish
  /** What the policy answered, where it did; stripped of white space. */
  readonly answer?: string
  /** All text behind the prompt, observations and a forced prefix included. */
  readonly response: string
  /** Why the trajectory failed, where `finish` is `'error'`. */
  readonly error?: { readonly code?: string; readonly message: string }
  /** Version of the oldest weights that sampled a turn; -1 where none did. */
  readonly policyVersion: number
  /** Wall time from its first request to its end. */
  readonly seconds: number
}

/**
 * Marks the tokens that the loss may touch.
 *
 * Derived from the authors alone: a policy that writes `<information>` itself is trained on it, and
 * a document that contains `</information>` stays masked.
 *
 * @param segments one trajectory, in order; T is the sum of their lengths
 * @returns shape (T): 1 where the policy wrote the token, else 0
 * @see Search-R1 (arXiv 2503.09516), "Loss Masking for Retrieved Tokens"
 */
export function lossMask(segments: readonly Segment[]): Uint8Array {
  const mask = new Uint8Array(lengthOf(segments))
  let start = 0
  for (const { author, ids } of segments) {
    if (author === 'policy') mask.fill(1, start, start + ids.length)
    start += ids.length
  }
  return mask
}

/** All token ids of a trajectory, in order. Shape (T). */
export function tokensOf({ segments }: Pick<Trajectory, 'segments'>): Int32Array {
  const tokens = new Int32Array(lengthOf(segments))
  let start = 0
  for (const { ids } of segments) {
    tokens.set(ids, start)
    start += ids.length
  }
  return tokens
}

/** The log-probs that were recorded at sampling. Shape (T): 0 where the policy did not write. */
export function logprobsOf({ segments }: Pick<Trajectory, 'segments'>): Float32Array {
  const all = new Float32Array(lengthOf(segments))
  let start = 0
  for (const { ids, logprobs } of segments) {
    if (logprobs) all.set(logprobs, start)
    start += ids.length
  }
  return all
}

/** Tokens that the policy wrote. */
export function policyTokens({ segments }: Pick<Trajectory, 'segments'>): number {
  return segments.reduce((sum, { author, ids }) => sum + (author === 'policy' ? ids.length : 0), 0)
}

function lengthOf(segments: readonly Segment[]): number {
  return segments.reduce((total, { ids }) => total + ids.length, 0)
}
