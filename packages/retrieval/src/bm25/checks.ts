import { argumentError, checkPositiveInteger, nearest, QuerlError } from '@querl/base'
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

const scoringNames = ['variant', 'k1', 'b', 'delta', 'lengths'] as const
const writingNames = ['threads', 'memoryBytes', 'signal', 'onProgress'] as const

const optionNames = {
  build: [
    ...['path', 'overwrite', 'keepDocuments', 'replace', 'preset', 'analyzer', 'fields'],
    ...scoringNames,
    ...writingNames,
  ],
  open: scoringNames,
  search: ['topK', 'filter', 'threads', 'signal'],
  add: ['replace', ...writingNames],
  merge: ['maxSegments', ...writingNames],
} as const

/**
 * Refuses a misspelt option (`top_k`, `analyser`), which would otherwise be as if it were not given.
 * Names that are like none of ours pass: objects may be wider than what is read of them.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function checkOptionNames(options: object, call: keyof typeof optionNames): void {
  const known: readonly string[] = optionNames[call]
  for (const name of Object.keys(options)) {
    const meant = known.includes(name) ? undefined : nearest(name, known)
    if (meant === undefined) continue
    throw new QuerlError('ERR_QUERL_ARGUMENT', `There is no option ${name} of ${call}().`, {
      remedy: `Did you mean ${meant}?`,
    })
  }
}
