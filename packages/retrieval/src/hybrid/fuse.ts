import {
  argumentError,
  checkNonNegative,
  checkPositive,
  checkPositiveInteger,
  QuerlError,
} from '@querl/base'
import type { RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import { type Normalisation, type RankedList, reciprocalRankFusion, weightedSum } from './fusion.js'

export interface FuseOptions {
  /**
   * `rrf`: reciprocal rank fusion, which needs no scale; `sum`: a weighted sum of normalised scores.
   * Default `rrf`.
   */
  readonly method?: 'rrf' | 'sum' | undefined
  /** Of `rrf`: dampens the first ranks. Default 60, as in the paper. */
  readonly k?: number | undefined
  /** Of `sum`: the common scale. Default `minMax`. */
  readonly normalisation?: Normalisation | undefined
  /** One for each member, at least 0, not all 0. Default: 1 each. */
  readonly weights?: readonly number[] | undefined
  /** Passages that each member is asked for, if topK is not more. Default 100. */
  readonly candidates?: number | undefined
  /**
   * Given: a member that fails is left out of the search, and told of here; a search fails only where
   * all members do. Default: a search fails where any member does.
   */
  readonly onFailure?: ((failure: MemberFailure) => void) | undefined
}

/** A member of a fused retriever that did not answer a search. */
export interface MemberFailure {
  /** Its place among the members, from 0. */
  readonly member: number
  readonly error: unknown
  /** How many queries went without it. */
  readonly queries: number
}

/**
 * Several retrievers over the same passages as one: all are asked at once, and what they find is
 * fused. Passages are the same where their ids are.
 *
 * @example
 * const hybrid = fuse([bm25, dense], { weights: [1, 2] })
 * const [passages] = await hybrid.search(['who wrote the music of Jaws'], { topK: 3 })
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no member, or an option is out of its range
 */
export function fuse(members: readonly Retriever[], options: FuseOptions = {}): Retriever {
  return new FusedRetriever(members, options)
}

class FusedRetriever implements Retriever {
  readonly #members: readonly Retriever[]
  readonly #weights: readonly number[]
  readonly #candidates: number
  readonly #combine: (lists: readonly RankedList[]) => RetrievedPassage[]
  readonly #onFailure: FuseOptions['onFailure']

  constructor(members: readonly Retriever[], options: FuseOptions) {
    if (!Array.isArray(members) || members.length === 0) {
      throw argumentError('retrievers', 'an array of at least one retriever', members)
    }
    for (const [at, member] of members.entries()) checkRetriever(`retrievers[${at}]`, member)
    this.#members = members
    this.#weights = checkWeights(options.weights, members.length)
    this.#candidates = checkPositiveInteger('candidates', options.candidates ?? 100)
    this.#combine = combiner(options)
    this.#onFailure = options.onFailure
  }

  async search(
    queries: readonly string[],
    { topK, signal }: RetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    checkPositiveInteger('topK', topK)
    signal?.throwIfAborted()
    const found = await this.#ask(queries, Math.max(topK, this.#candidates), signal)
    return queries.map((_, at) => {
      const lists = found.map(({ lists, weight }) => ({ passages: lists[at]!, weight }))
      return this.#combine(lists).slice(0, topK)
    })
  }

  async #ask(queries: readonly string[], topK: number, signal: AbortSignal | undefined) {
    // One that fails stops the others, where nothing can come of them any more.
    const stop = new AbortController()
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
    const answers = await Promise.allSettled(
      this.#members.map(async (member) => {
        try {
          return checkLists(await member.search(queries, { topK, signal: either }), queries.length)
        } catch (error) {
          if (!this.#onFailure && !stop.signal.aborted) stop.abort(error)
          throw error
        }
      }),
    )
    signal?.throwIfAborted()
    if (stop.signal.aborted) throw stop.signal.reason

    const found: { lists: RetrievedPassage[][]; weight: number }[] = []
    const errors: unknown[] = []
    answers.forEach((answer, member) => {
      if (answer.status === 'fulfilled') {
        found.push({ lists: answer.value, weight: this.#weights[member]! })
        return
      }
      errors.push(answer.reason)
      this.#onFailure?.({ member, error: answer.reason, queries: queries.length })
    })
    if (found.length === 0) throw allFailed(errors)
    return found
  }
}

function combiner(options: FuseOptions): (lists: readonly RankedList[]) => RetrievedPassage[] {
  const { method = 'rrf', normalisation = 'minMax' } = options
  const k = checkNonNegative('k', options.k ?? 60)
  if (method === 'rrf') return (lists) => reciprocalRankFusion(lists, k)
  if (method !== 'sum') throw argumentError('method', "'rrf' or 'sum'", method)
  if (!['minMax', 'zScore', 'none'].includes(normalisation)) {
    throw argumentError('normalisation', "'minMax', 'zScore' or 'none'", normalisation)
  }
  return (lists) => weightedSum(lists, normalisation)
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT */
export function checkRetriever(name: string, value: unknown): void {
  if (typeof (value as Partial<Retriever> | null | undefined)?.search === 'function') return
  throw argumentError(name, 'an object with a method search()', value)
}

function checkWeights(weights: readonly number[] | undefined, members: number): readonly number[] {
  if (weights === undefined) return new Array<number>(members).fill(1)
  if (weights.length !== members) {
    throw argumentError('weights', `of length ${members}, as the retrievers`, weights.length)
  }
  weights.forEach((weight, at) => {
    checkNonNegative(`weights[${at}]`, weight)
  })
  checkPositive(
    'the sum of weights',
    weights.reduce((sum, weight) => sum + weight, 0),
  )
  return weights
}

/** @throws {QuerlError} ERR_QUERL_DATA if a retriever has not answered each query with a list */
export function checkLists(lists: RetrievedPassage[][], queries: number): RetrievedPassage[][] {
  if (Array.isArray(lists) && lists.length === queries) return lists
  throw new QuerlError(
    'ERR_QUERL_DATA',
    `A retriever was asked ${queries} queries and answered ${lists?.length}.`,
  )
}

function allFailed(errors: readonly unknown[]): unknown {
  if (errors.length === 1) return errors[0]
  const [first] = errors
  const reason = (first instanceof Error ? first.message : String(first)).split('\n', 1)[0]
  return new QuerlError(
    'ERR_QUERL_TOOL',
    `All ${errors.length} retrievers failed; the first one said: ${reason}`,
    { cause: new AggregateError(errors, 'every member of a fused retriever failed') },
  )
}
