import { argumentError, checkPositiveInteger } from '@querl/base'
import type { WriteOptions } from './writing.js'

/** A text for the index's analyser, or tokens that are taken as they are. */
export type Bm25Query = string | readonly string[]

export const mostThreads = 256

export function checkQueries(queries: unknown): void {
  if (!Array.isArray(queries)) throw argumentError('queries', 'an array of strings', queries)
  for (let i = 0; i < queries.length; i++) {
    const query: unknown = queries[i]
    if (typeof query === 'string') continue
    if (!Array.isArray(query))
      throw argumentError(`queries[${i}]`, 'a string or an array of tokens', query)
    const wrong = query.findIndex((token) => typeof token !== 'string')
    if (wrong >= 0) throw argumentError(`queries[${i}][${wrong}]`, 'a string', query[wrong])
  }
}

export function checkWriteOptions({ threads, memoryBytes, onProgress }: WriteOptions): void {
  if (threads !== undefined && checkPositiveInteger('threads', threads) > mostThreads)
    throw argumentError('threads', `at most ${mostThreads}`, threads)
  if (memoryBytes !== undefined) checkPositiveInteger('memoryBytes', memoryBytes)
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw argumentError('onProgress', 'a function', onProgress)
}
