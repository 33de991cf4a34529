import { argumentError, randomStream } from '@querl/base'
import type { FoundPassage, Retriever } from '@querl/rollout'

/**
 * A retriever that knows nothing: for each query some passages drawn at random.
 *
 * A policy whose answers come from what it retrieves is right by luck alone with it. The same query
 * gets the same passages.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no passage
 */
export function randomPassages(passages: readonly FoundPassage[], seed: number): Retriever {
  if (passages.length === 0) throw argumentError('passages', 'at least one passage', 0)
  return {
    async search(queries, { topK, signal }) {
      signal?.throwIfAborted()
      return queries.map((query) => {
        const stream = randomStream(seed, 'random passages', query)
        const drawn = new Set<FoundPassage>()
        while (drawn.size < Math.min(topK, passages.length)) drawn.add(stream.pick(passages))
        return [...drawn]
      })
    },
  }
}
