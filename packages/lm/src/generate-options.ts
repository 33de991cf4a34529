import {
  argumentError,
  checkInRange,
  checkNonNegative,
  checkNonNegativeInteger,
  checkPositiveInteger,
} from '@querl/base'
import { checkedIds } from './batch.js'
import type { LanguageModel } from './language-model.js'

export interface GenerateOptions {
  /** Tokens to sample at most. */
  readonly maxTokens: number
  /** The turn ends behind the first of these strings that it writes. Default: none. */
  readonly stop?: readonly string[] | undefined
  /** The turn ends with the first of these ids. Default: none; the end of text is not among them. */
  readonly stopIds?: readonly number[] | undefined
  /** Ids with probability 0. Default: none. */
  readonly bannedIds?: readonly number[] | undefined
  /** 0 picks the likeliest token. Default 1. */
  readonly temperature?: number | undefined
  /** Samples from the likeliest tokens that have this much probability, in (0, 1]. Default 1. */
  readonly topP?: number | undefined
  /** Samples from this many of the likeliest tokens; 0 from all. Default 0. */
  readonly topK?: number | undefined
  /**
   * Samples from tokens that are at least this many times as likely as the likeliest, in [0, 1]. After
   * topK and topP. Default 0.
   */
  readonly minP?: number | undefined
  /**
   * In [0, 2^53). What is drawn at a position depends on it and the position alone, not on what else is
   * sampled at the same time.
   */
  readonly seed: number
  /** Report so many of the most likely tokens at each position, in [0, V]. Default 0. */
  readonly topLogprobs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Receives the turn's ids as they come, some at a time. What it throws rejects the turn. */
  readonly onTokens?: ((ids: Int32Array) => void) | undefined
}

/** All that native code takes, checked. */
export interface CheckedGenerate {
  readonly maxTokens: number
  readonly temperature: number
  readonly topP: number
  readonly topK: number
  readonly minP: number
  readonly seed: number
  readonly topLogprobs: number
  readonly stopIds: Int32Array | undefined
  readonly bannedIds: Int32Array | undefined
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function checkedGenerate(options: GenerateOptions, model: LanguageModel): CheckedGenerate {
  const { maxTokens, temperature = 1, topP = 1, topK = 0, minP = 0, seed } = options
  const { topLogprobs = 0, stop, stopIds, bannedIds } = options
  checkPositiveInteger('maxTokens', maxTokens)
  checkNonNegative('temperature', temperature)
  if (!(topP > 0 && topP <= 1)) throw argumentError('topP', 'in (0, 1]', topP)
  checkNonNegativeInteger('topK', topK)
  checkInRange('minP', minP, 0, 1)
  checkNonNegativeInteger('seed', seed)
  if (stop) checkStop(stop, model)
  const { vocabSize } = model.config
  checkNonNegativeInteger('topLogprobs', topLogprobs)
  checkInRange('topLogprobs', topLogprobs, 0, vocabSize)
  return {
    maxTokens,
    temperature,
    topP,
    topK: Math.min(topK, vocabSize),
    minP,
    seed,
    topLogprobs,
    stopIds: stopIds && checkedIds('stopIds', stopIds, vocabSize),
    bannedIds: bannedIds && checkedIds('bannedIds', bannedIds, vocabSize),
  }
}

function checkStop(stop: readonly string[], model: LanguageModel): void {
  for (const text of stop)
    if (typeof text !== 'string' || text === '')
      throw argumentError('every one of stop', 'a string that is not empty', text)
  if (stop.length > 0 && !model.hasTokenizer)
    throw argumentError('stop', 'absent, since the model has no tokenizer', stop)
}
