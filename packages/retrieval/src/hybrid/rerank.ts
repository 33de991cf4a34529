import { argumentError, checkPositiveInteger, QuerlError } from '@querl/base'
import { contents } from '../passage-retriever.js'
import type {
  Passage,
  Reranker,
  RetrievedPassage,
  RetrieveOptions,
  Retriever,
} from '../retriever.js'
import { checkLists, checkRetriever } from './fuse.js'

export interface RerankOptions {
  /** Passages that the retriever is asked for, if topK is not more. Default 50. */
  readonly candidates?: number | undefined
  /** What of a passage the reranker reads. Default: its title, a line break, its text. */
  readonly read?: ((passage: Passage) => string) | undefined
  /**
   * Given: where the reranker fails, the retriever's own order and scores stand, and this is told.
   * Default: the search fails.
   */
  readonly onFailure?: ((error: unknown) => void) | undefined
}

/**
 * A retriever whose first findings a reranker puts into order. Scores are the reranker's; among equal
 * ones the retriever's order stands.
 *
 * @example
 * const careful = rerank(fuse([bm25, dense]), crossEncoder, { candidates: 30 })
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for a retriever or reranker that is none, or if candidates
 *   is no positive integer
 */
export function rerank(
  retriever: Retriever,
  reranker: Reranker,
  options: RerankOptions = {},
): Retriever {
  checkRetriever('retriever', retriever)
  if (typeof (reranker as Partial<Reranker> | null | undefined)?.score !== 'function')
    throw argumentError('reranker', 'an object with a method score()', reranker)
  const candidates = checkPositiveInteger('candidates', options.candidates ?? 50)
  const read = options.read ?? contents
  return {
    async search(queries: readonly string[], { topK, signal }: RetrieveOptions) {
      checkPositiveInteger('topK', topK)
      const wanted = { topK: Math.max(topK, candidates), signal }
      const found = checkLists(await retriever.search(queries, wanted), queries.length)
      const texts = found.map((passages) => passages.map(read))
      try {
        const scores = await scoreLists(reranker, queries, texts, signal)
        return found.map((passages, at) => inOrder(passages, scores[at]!).slice(0, topK))
      } catch (error) {
        signal?.throwIfAborted()
        if (!options.onFailure) throw error
        options.onFailure(error)
        return found.map((passages) => passages.slice(0, topK))
      }
    },
  }
}

/**
 * Scores each query's own texts, in one call of the reranker; a query never sees those of another.
 *
 * @param lists shape (Q, any)
 * @returns of the same shape
 * @throws {QuerlError} ERR_QUERL_DATA if the reranker does not answer with one number for each pair
 */
export async function scoreLists(
  reranker: Reranker,
  queries: readonly string[],
  lists: readonly (readonly string[])[],
  signal?: AbortSignal,
): Promise<Float32Array[]> {
  const pairs = lists.flatMap((texts, at) => texts.map((text) => [queries[at]!, text] as const))
  const scores = pairs.length === 0 ? new Float32Array() : await reranker.score(pairs, { signal })
  if (scores.length !== pairs.length || scores.some(Number.isNaN)) {
    throw new QuerlError(
      'ERR_QUERL_DATA',
      `A reranker was given ${pairs.length} pairs and answered with ${scores.length} scores${
        scores.length === pairs.length ? ', NaN among them' : ''
      }.`,
    )
  }
  let start = 0
  return lists.map(({ length }) => scores.subarray(start, (start += length)))
}

function inOrder(passages: readonly RetrievedPassage[], scores: Float32Array): RetrievedPassage[] {
  return passages
    .map((passage, at) => ({ ...passage, score: scores[at]! }))
    .sort((one, other) => other.score - one.score) // stable
}
