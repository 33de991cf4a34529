import { argumentError, checkPositiveInteger, checkString, QuerlError } from '@querl/base'
import { LinkedAbort } from '../http/linked-abort.js'
import type { RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import { normalisedQuery, type Question, type Recording, SearchCache } from './search-cache.js'
import type { Answer, WebEngine } from './web-engine.js'

const modes = ['record', 'replay', 'refresh', 'off'] as const

/**
 * - `record`: what is recorded is read, everything else is asked and recorded
 * - `replay`: what is recorded is read, everything else is an error; nobody is asked
 * - `refresh`: everything is asked and recorded anew
 * - `off`: everything is asked and nothing recorded
 */
export type CacheMode = (typeof modes)[number]

export interface CacheOptions {
  /** The SQLite file. Several processes may share it. */
  readonly path: string
  /** Default `record`. */
  readonly mode?: CacheMode | undefined
  /**
   * Names the retriever and all that its answers depend on but the query and topK: equal keys share
   * recordings. Default: the identity of a WebEngine; any other retriever needs one.
   */
  readonly key?: string | undefined
  /** Raw answers of more characters are not kept. Default 262 144; 0: none are. */
  readonly maxRawCharacters?: number | undefined
}

/** What a cached retriever has done since it was made. */
export interface CacheStats {
  /** Queries whose passages were read from the recording. */
  readonly replayed: number
  /** Queries that were asked. */
  readonly asked: number
}

/**
 * Puts a recording between a retriever and those who search: a run that was recorded can be
 * repeated without the network, with the same passages.
 *
 * Queries are compared in Unicode's composed form with white space folded, and asked in it. Each
 * answer of a WebEngine is recorded as it comes, also when another query of the same call fails;
 * other retrievers are asked for all missing queries in one call.
 *
 * @throws {QuerlError} ERR_QUERL_NATIVE_MISSING without the package libsql, ERR_QUERL_IO if the file
 *   cannot be opened or, for `replay`, is not there, ERR_QUERL_DATA if it is something else
 */
export async function cached(
  retriever: Retriever,
  { path, mode = 'record', key, maxRawCharacters }: CacheOptions,
): Promise<CachedRetriever> {
  if (!modes.includes(mode)) throw argumentError('mode', `one of ${modes.join(', ')}`, mode)
  checkString('path', path)
  const source = key ?? (isEngine(retriever) ? retriever.identity : undefined)
  if (source === undefined) {
    throw argumentError('key', 'a name for the retriever, since it has no identity of its own', key)
  }
  checkString('key', source)
  if (mode === 'off') return new CachedRetriever(retriever, { mode, source })
  const cache = await SearchCache.open(path, {
    mustExist: mode === 'replay',
    ...(maxRawCharacters !== undefined && { maxRawCharacters }),
  })
  return new CachedRetriever(retriever, { mode, source, cache, path })
}

interface Parts {
  readonly mode: CacheMode
  readonly source: string
  readonly cache?: SearchCache
  readonly path?: string
}

/** A retriever behind a recording; cached() makes it. */
export class CachedRetriever implements Retriever, Disposable {
  readonly #retriever: Retriever
  readonly #parts: Parts
  #replayed = 0
  #asked = 0

  /** @internal */
  constructor(retriever: Retriever, parts: Parts) {
    this.#retriever = retriever
    this.#parts = parts
  }

  get stats(): CacheStats {
    return { replayed: this.#replayed, asked: this.#asked }
  }

  /**
   * @throws {QuerlError} ERR_QUERL_NOT_RECORDED in mode `replay`, with the query that is missing
   * @throws what the retriever throws, after the answers to other queries have been recorded
   */
  async search(
    queries: readonly string[],
    { topK, signal }: RetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    checkPositiveInteger('topK', topK)
    signal?.throwIfAborted()
    const { mode, source, cache } = this.#parts
    if (!cache) return this.#retriever.search(queries, { topK, signal })
    const wanted = queries.map(normalisedQuery)
    const distinct = [...new Set(wanted)].filter((query) => query !== '')
    const found = new Map<string, RetrievedPassage[]>()
    if (mode !== 'refresh') {
      const passages = cache.find(distinct.map((query) => ({ source, query, topK })))
      for (const [at, query] of distinct.entries()) {
        if (passages[at]) found.set(query, passages[at])
      }
    }
    this.#replayed += found.size
    const missing = distinct.filter((query) => !found.has(query))
    if (missing.length > 0) {
      if (mode === 'replay') throw notRecorded(missing, topK, this.#parts)
      this.#asked += missing.length
      const answers = await this.#ask(missing, topK, signal)
      for (const [at, query] of missing.entries()) found.set(query, answers[at]!)
    }
    // Copies: the same query twice must not give the same object twice to somebody who writes in it.
    return wanted.map((query) => (found.get(query) ?? []).map((passage) => ({ ...passage })))
  }

  /** Closes the recording. */
  close(): void {
    this.#parts.cache?.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #ask(
    queries: readonly string[],
    topK: number,
    signal: AbortSignal | undefined,
  ): Promise<RetrievedPassage[][]> {
    const retriever = this.#retriever
    if (isEngine(retriever)) return this.#askEach(retriever, queries, topK, signal)
    const lists = await retriever.search(queries, { topK, signal })
    if (lists.length !== queries.length) {
      throw new QuerlError(
        'ERR_QUERL_REMOTE',
        `The retriever answered ${lists.length} of ${queries.length} queries.`,
      )
    }
    return this.#record(
      queries.map((query, at) => ({ query, passages: lists[at]!, raw: [], cost: 0 })),
      topK,
    )
  }

  async #askEach(
    engine: WebEngine,
    queries: readonly string[],
    topK: number,
    signal: AbortSignal | undefined,
  ): Promise<RetrievedPassage[][]> {
    using stop = new LinkedAbort(signal)
    // Settled all, since what is under way is paid for.
    const outcomes = await Promise.allSettled(
      queries.map(async (query) => {
        const answer = await engine.answer(query, { topK, signal: stop.signal })
        const [passages] = await this.#record([{ query, ...answer }], topK)
        return passages!
      }),
    )
    return outcomes.map((outcome) => {
      if (outcome.status === 'rejected') throw outcome.reason
      return outcome.value
    })
  }

  #record(
    answers: readonly (Answer & { readonly query: string })[],
    topK: number,
  ): Promise<RetrievedPassage[][]> {
    const { mode, source, cache } = this.#parts
    const recordings: Recording[] = answers.map(({ query, passages, raw, cost }) => ({
      source,
      query,
      topK,
      passages,
      raw,
      cost,
      recordedAt: Date.now(),
    }))
    return cache!.record(recordings, { isReplacing: mode === 'refresh' })
  }
}

function isEngine(retriever: Retriever): retriever is WebEngine {
  const { identity, answer } = retriever as Partial<WebEngine>
  return typeof identity === 'string' && typeof answer === 'function'
}

function notRecorded(
  missing: readonly string[],
  topK: number,
  { path, source }: Parts,
): QuerlError {
  const others = missing.length > 1 ? `, nor are ${missing.length - 1} others of this call` : ''
  const question: Question = { source, query: missing[0]!, topK }
  return new QuerlError(
    'ERR_QUERL_NOT_RECORDED',
    `The query ${JSON.stringify(question.query)} with topK ${topK} is not recorded in ${path} for ${source}${others}.`,
    { remedy: "Record it with mode 'record' and the network; parameters of the engine count too." },
  )
}
