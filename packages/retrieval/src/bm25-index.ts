import { resolve } from 'node:path'
import {
  argumentError,
  checkInRange,
  checkPositiveInteger,
  checkString,
  QuerlError,
} from '@querl/base'
import type { Bm25Handle, Bm25Info, HitLists } from './binding.js'
import { documentBatches } from './document-batches.js'
import { native } from './loaded.js'
import { abortable } from './native-call.js'

export interface Bm25Options {
  /** How slowly repetitions of a word saturate, in [0, 1000]. Default 0.9, Anserini's choice. */
  readonly k1?: number | undefined
  /** How much long documents are discounted, in [0, 1]. Default 0.4, Anserini's choice. */
  readonly b?: number | undefined
  /** How text becomes words. Default and so far only `words`: see {@link words}. */
  readonly analyzer?: 'words' | undefined
  readonly signal?: AbortSignal | undefined
  /** Called now and then, with how many documents are in the index so far. */
  readonly onProgress?: ((progress: { readonly documents: number }) => void) | undefined
}

export interface SearchOptions {
  /** The most hits for each query. Default 10. */
  readonly topK?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Hit {
  /** The document's place among those that the index was built from, from 0. */
  readonly index: number
  /** Above 0; higher is better. */
  readonly score: number
}

const defaultTopK = 10
const largestTopK = 2 ** 31 - 1

/**
 * An exact BM25 index in native memory, or mapped from a file. All work happens on a thread of its
 * own, in the order in which it was asked for.
 *
 * Scores are Lucene's variant with exact document lengths, as in bm25s:
 * `idf · tf / (tf + k1 · (1 - b + b · length / meanLength))` with
 * `idf = ln(1 + (N - df + 0.5) / (df + 0.5))`, summed over the query's words, in which a repeated
 * word counts as often as it is there. (Lucene itself rounds lengths to one byte.) They are kept in
 * units of 2^-22.
 *
 * @see Kamphuis et al., Which BM25 Do You Mean?, ECIR 2020
 */
export class Bm25Index {
  readonly #handle: Bm25Handle
  readonly #info: Bm25Info
  #disposed = false

  private constructor(handle: Bm25Handle) {
    this.#handle = handle
    this.#info = native().infoBm25(handle)
  }

  /**
   * Builds an index of documents, which are numbered in their order. The documents themselves are
   * not kept.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for a wrong option, or a document that is no string
   * @throws the signal's reason once it has fired
   */
  static async build(
    documents: Iterable<string> | AsyncIterable<string>,
    options: Bm25Options = {},
  ): Promise<Bm25Index> {
    const { k1 = 0.9, b = 0.4, analyzer = 'words', signal, onProgress } = options
    checkInRange('k1', k1, 0, 1000)
    checkInRange('b', b, 0, 1)
    if (analyzer !== 'words') throw argumentError('analyzer', "'words'", analyzer)
    signal?.throwIfAborted()
    const handle = native().createBm25(k1, b)
    try {
      let total = 0
      // While the thread reads one batch, the next is gathered.
      let running: Promise<void> = Promise.resolve()
      for await (const batch of documentBatches(documents)) {
        await running
        onProgress?.({ documents: total })
        total += batch.length
        running = abortable(signal, (stop) => native().addDocuments(handle, batch, stop))
        running.catch(() => {}) // it is awaited below, or in the next round
      }
      await running
      await abortable(signal, () => native().finishBm25(handle))
      onProgress?.({ documents: total })
      return new Bm25Index(handle)
    } catch (error) {
      native().disposeBm25(handle)
      throw error
    }
  }

  /**
   * Maps an index file and checks all of it. The file must not be written to while it is open;
   * saving another index under its name is safe.
   *
   * @throws {QuerlError} ERR_QUERL_IO if it cannot be read, ERR_QUERL_INDEX_CORRUPT if it is damaged,
   *   cut, something else, or of a newer version
   */
  static async open(path: string): Promise<Bm25Index> {
    checkString('path', path)
    const handle = native().createBm25(0, 0)
    try {
      await abortable(undefined, () => native().openBm25(handle, resolve(path)))
      return new Bm25Index(handle)
    } catch (error) {
      native().disposeBm25(handle)
      throw error
    }
  }

  /** How many documents the index has. */
  get size(): number {
    return this.#info.documents
  }

  /** Counts and settings. */
  get info(): Bm25Info {
    return this.#info
  }

  /**
   * Writes the index to one file, whole or not at all.
   *
   * @throws {QuerlError} ERR_QUERL_IO with the system's reason; a file that was there stays as it was
   */
  async save(path: string): Promise<void> {
    checkString('path', path)
    this.#checkOpen()
    await abortable(undefined, () => native().saveBm25(this.#handle, resolve(path)))
  }

  /**
   * The best documents for each query, best first; documents with equal scores by ascending index. A
   * document that has none of the query's words is no hit, so a list may be shorter than `topK`.
   *
   * @returns a list of hits for each query, shape (Q, ≤ K)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, or ERR_QUERL_CLOSED after `dispose()`
   * @throws the signal's reason once it has fired
   */
  async search(queries: readonly string[], options: SearchOptions = {}): Promise<Hit[][]> {
    const { topK = defaultTopK, signal } = options
    checkQueries(queries)
    const most = Math.min(checkPositiveInteger('topK', topK), largestTopK)
    this.#checkOpen()
    const lists = await abortable(signal, (stop) =>
      native().searchBm25(this.#handle, queries, most, stop),
    )
    return toHits(lists)
  }

  /** Frees the memory. Searches that are under way reject with ERR_QUERL_CLOSED. */
  dispose(): void {
    this.#disposed = true
    native().disposeBm25(this.#handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #checkOpen(): void {
    if (this.#disposed) throw new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed.')
  }
}

function checkQueries(queries: unknown): void {
  if (!Array.isArray(queries)) throw argumentError('queries', 'an array of strings', queries)
  const wrong = queries.findIndex((query) => typeof query !== 'string')
  if (wrong >= 0) throw argumentError(`queries[${wrong}]`, 'a string', queries[wrong])
}

function toHits({ documents, scores, ends }: HitLists): Hit[][] {
  const lists: Hit[][] = []
  let at = 0
  for (const end of ends) {
    const hits: Hit[] = []
    for (; at < end; at++) hits.push({ index: documents[at]!, score: scores[at]! })
    lists.push(hits)
  }
  return lists
}
