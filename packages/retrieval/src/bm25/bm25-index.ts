import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { argumentError, checkPositiveInteger, checkString, QuerlError } from '@querl/base'
import { DocumentFiles } from '../documents/read-documents.js'
import { newStoreMeta, type StoreMeta, storeMetaOf } from '../documents/store-meta.js'
import { native } from '../loaded.js'
import { abortable } from '../native-call.js'
import type { Bm25Handle, VerifyReport } from './binding.js'
import type { StoredKeys } from './bm25-document.js'
import {
  type Bm25Query,
  checkOptionNames,
  checkQueries,
  checkWriteOptions,
  mostThreads,
} from './checks.js'
import { type Explanation, explanationOf } from './explanation.js'
import { Bm25Filter, type FilterCandidate, isChosen, visitKeys } from './filter.js'
import { type Hit, toHits } from './hits.js'
import type { Bm25Info } from './info.js'
import { type Bm25Options, type Bm25Scoring, scoringOf, settingsOf } from './settings.js'
import { type DocumentSource, type WriteOptions, Writing } from './writing.js'

export interface BuildOptions extends Bm25Options, WriteOptions {
  /** The folder that the index is built in. Default: in memory. */
  readonly path?: string | undefined
  /** Replace an index that the folder has already, once the new one is whole. Default false. */
  readonly overwrite?: boolean | undefined
  /**
   * Keep the documents beside the index, for {@link DocumentStore} and {@link IndexedRetriever}: JSON
   * lines where they are, others as a copy in the folder. Default false.
   */
  readonly keepDocuments?: boolean | undefined
  /** What happens to a document whose id comes again: it is replaced, or (default) an error. */
  readonly replace?: boolean | undefined
}

export interface AddOptions extends WriteOptions {
  /** What happens to a document whose id is there: replaced, or (default) an error. */
  readonly replace?: boolean | undefined
}

export interface SearchOptions {
  /** The most hits for each query. Default 10. */
  readonly topK?: number | undefined
  /** Only these documents. Made by {@link Bm25Index.filter}. */
  readonly filter?: Bm25Filter | undefined
  /** The most threads for a batch of queries. Default: one for each core. No result depends on it. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
}

const defaultTopK = 10
const largestTopK = 2 ** 31 - 1
const keysAtOnce = 4096
const fewCores = availableParallelism()

/**
 * An exact BM25 index, mapped from a folder or in memory. All work happens on native threads.
 *
 * Scores are those of bm25s with exact document lengths; in the default variant
 * `idf · tf / (tf + k1 · (1 - b + b · length / meanLength))` with
 * `idf = ln(1 + (N - df + 0.5) / (df + 0.5))`, summed over the query's words, in which a repeated
 * word counts as often as it is there. They are summed in units of 2^-22, so that no order, no thread
 * and no pruning changes a bit of them.
 *
 * @see Kamphuis et al., Which BM25 Do You Mean?, ECIR 2020
 */
export class Bm25Index {
  readonly #handle: Bm25Handle
  readonly #path: string | undefined
  readonly #identity = {}
  #info: Bm25Info
  #isChanging = false
  #disposed = false

  private constructor(handle: Bm25Handle, path: string | undefined) {
    this.#handle = handle
    this.#path = path
    this.#info = this.#readInfo()
  }

  /**
   * Builds an index of documents, which are numbered in their order. In a folder, memory stays
   * bounded, and nothing is to be seen before all is whole; if the build fails or is aborted, the
   * folder is as it was.
   *
   * @param documents texts, documents, or the files of {@link readDocuments}, of which JSON lines
   *   never become JavaScript strings
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for a wrong option or document, an id that comes twice, or
   *   a folder that has an index already; ERR_QUERL_DATA for a row that is no document; ERR_QUERL_IO;
   *   ERR_QUERL_BUSY while another writer has the folder
   * @throws the signal's reason once it has fired
   */
  static async build(documents: DocumentSource, options: BuildOptions = {}): Promise<Bm25Index> {
    const { path, overwrite = false, keepDocuments = false, replace = false } = options
    checkOptionNames(options, 'build')
    const settings = settingsOf(options)
    checkWriteOptions(options)
    if (path !== undefined) checkString('path', path)
    if (keepDocuments && path === undefined)
      throw argumentError('path', 'a folder, where documents are kept', path)
    options.signal?.throwIfAborted()
    const folder = path === undefined ? '' : resolve(path)
    const names = documents instanceof DocumentFiles ? documents.names : undefined
    const store = keepDocuments ? newStoreMeta(names) : undefined
    const mode = overwrite ? 'replace' : 'create'
    const opening = { folder, mode, replaceDuplicates: replace } as const
    await using writing = await Writing.open(opening, settings, documents, store, options)
    await writing.feed(documents)
    return await Bm25Index.#fresh(path, (handle) => writing.commit(handle))
  }

  /**
   * Opens the index of a folder, without reading more than its headers: each block of it is checked
   * when a search touches it for the first time. Other processes may read it too, and one may write.
   *
   * @param scoring in place of the index's own
   * @throws {QuerlError} ERR_QUERL_IO if there is none or it cannot be read, ERR_QUERL_INDEX_CORRUPT if
   *   it is damaged or of a newer version; a search throws the latter for damage that it touches
   */
  static async open(path: string, scoring: Bm25Scoring = {}): Promise<Bm25Index> {
    checkString('path', path)
    checkOptionNames(scoring, 'open')
    scoringOf(scoring)
    const folder = resolve(path)
    return Bm25Index.#fresh(path, async (handle) => {
      await abortable(undefined, () => native().openBm25(handle, folder))
      if (Object.values(scoring).every((value) => value === undefined)) return
      native().scoreBm25(handle, scoringOf({ ...native().infoBm25(handle), ...defined(scoring) }))
    })
  }

  /**
   * Reads every byte of an index's files and proves what searches take for granted.
   *
   * @returns counts, and the problems that were found
   * @throws {QuerlError} ERR_QUERL_IO if there is no index
   */
  static async verify(
    path: string,
    options: Pick<WriteOptions, 'signal'> & {
      /** Hears of bytes. */
      readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined
    } = {},
  ): Promise<VerifyReport> {
    const { signal, onProgress } = options
    checkString('path', path)
    signal?.throwIfAborted()
    const handle = native().createBm25Writer()
    const timer = setInterval(() => onProgress?.(native().writerProgress(handle)), 100)
    try {
      return await abortable(signal, (stop) => native().verifyIndex(handle, resolve(path), stop))
    } finally {
      clearInterval(timer)
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
   * Writes the index to a folder, whole or not at all.
   *
   * @param options.overwrite replace an index that is there already. Default true
   * @throws {QuerlError} ERR_QUERL_IO with the system's reason; an index that was there stays
   */
  async save(
    path: string,
    { overwrite = true, signal }: { overwrite?: boolean; signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    checkString('path', path)
    this.#checkOpen()
    await abortable(signal, (stop) =>
      native().saveBm25(this.#handle, resolve(path), overwrite, stop),
    )
  }

  /**
   * The best documents for each query, best first; documents with equal scores by ascending index. A
   * document that has none of the query's words is no hit, so a list may be shorter than `topK`.
   *
   * @returns a list of hits for each query, shape (Q, ≤ K)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED after `dispose()`, or
   *   ERR_QUERL_INDEX_CORRUPT
   * @throws the signal's reason once it has fired
   */
  async search(queries: readonly Bm25Query[], options: SearchOptions = {}): Promise<Hit[][]> {
    const { topK = defaultTopK, threads = fewCores, filter, signal } = options
    checkOptionNames(options, 'search')
    checkQueries(queries)
    const most = Math.min(checkPositiveInteger('topK', topK), largestTopK)
    const many = Math.min(checkPositiveInteger('threads', threads), mostThreads)
    if (filter !== undefined && !(filter instanceof Bm25Filter && filter.source === this.#identity))
      throw argumentError('filter', 'a filter of this index', filter)
    this.#checkOpen()
    const lists = await abortable(signal, (stop) =>
      native().searchBm25(this.#handle, queries, most, many, filter?.handle(), stop),
    )
    return toHits(lists)
  }

  /**
   * Adds documents. Searches see them all at once when the promise resolves. An index in a folder that
   * keeps its documents keeps these, too.
   *
   * @throws {QuerlError} as `build()` does, ERR_QUERL_BUSY during another change in memory too; the
   *   index is then as it was
   */
  async add(documents: DocumentSource, options: AddOptions = {}): Promise<void> {
    checkOptionNames(options, 'add')
    checkWriteOptions(options)
    const names = documents instanceof DocumentFiles ? documents.names : undefined
    const store = this.#path === undefined ? undefined : await storeMetaOf(this.#path, names)
    const replaceDuplicates = options.replace ?? false
    await this.#change({ replaceDuplicates, documents, store }, options, (writing) =>
      writing.feed(documents),
    )
  }

  /**
   * Deletes documents by their ids. They are found no more when the promise resolves; their space is
   * free, and statistics forget them, after a merge.
   *
   * @returns how many of these documents there were
   */
  async delete(ids: Iterable<string>, options: Pick<WriteOptions, 'signal'> = {}): Promise<number> {
    const list = [...ids]
    const wrong = list.findIndex((id) => typeof id !== 'string')
    if (typeof ids === 'string' || wrong >= 0)
      throw argumentError(wrong >= 0 ? `ids[${wrong}]` : 'ids', 'an iterable of strings', ids)
    let count = 0
    await this.#change({}, options, async (writing) => {
      count = await writing.remove(list)
    })
    return count
  }

  /**
   * Merges segments until there are at most `maxSegments` (default 1), and drops deleted documents.
   * Hits keep their `index` and `id`.
   */
  async merge({ maxSegments = 1, ...options }: MergeOptions = {}): Promise<void> {
    checkOptionNames(options, 'merge')
    checkWriteOptions(options)
    checkPositiveInteger('maxSegments', maxSegments)
    await this.#change({}, options, async () => {}, maxSegments)
  }

  /** Sees what others have added to the folder or deleted since. @returns whether there was any */
  async refresh(): Promise<boolean> {
    this.#checkOpen()
    const isNewer = await abortable(undefined, () => native().refreshBm25(this.#handle))
    if (isNewer) this.#info = this.#readInfo()
    return isNewer
  }

  /**
   * Why a document scores as it does.
   *
   * @param document its id, or its index
   * @returns undefined if there is no such document
   */
  async explain(query: Bm25Query, document: string | number): Promise<Explanation | undefined> {
    checkQueries([query])
    if (typeof document !== 'string' && !(Number.isInteger(document) && document >= 0))
      throw argumentError('document', 'an id or an index', document)
    this.#checkOpen()
    if (typeof document === 'number' && document >= this.#info.added) return undefined
    const explanation = await abortable(undefined, () =>
      native().explainBm25(this.#handle, query, document),
    )
    return explanation && explanationOf(explanation)
  }

  /**
   * Chooses documents by what `predicate` says of their ids and stored keys. It is called once for
   * each document, in batches between which the event loop turns.
   *
   * @example
   * const recent = await index.filter<{ year?: number }>(({ keys }) => (keys.year ?? 0) > 1976)
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an asynchronous predicate, ERR_QUERL_CLOSED
   * @throws what `predicate` throws, or the signal's reason once it has fired
   */
  async filter<Keys extends object = StoredKeys>(
    predicate: (candidate: FilterCandidate<Keys>) => boolean,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Bm25Filter> {
    if (typeof predicate !== 'function') throw argumentError('predicate', 'a function', predicate)
    this.#checkOpen()
    const documents = this.#info.added
    const bits = new Uint32Array(Math.ceil(documents / 32))
    for (let first = 0; first < documents; ) {
      const batch = await abortable(signal, () => native().keysOf(this.#handle, first, keysAtOnce))
      visitKeys<Keys>(batch, (candidate) => {
        if (isChosen(predicate(candidate)))
          bits[candidate.index >>> 5]! |= 1 << (candidate.index & 31)
      })
      first = batch.next
    }
    return new Bm25Filter(this.#identity, documents, bits)
  }

  /**
   * All documents that are not deleted now: for vectors whose rows are the index's documents in their
   * order, deleted ones among them.
   */
  async live(): Promise<Bm25Filter> {
    this.#checkOpen()
    const documents = this.#info.added
    const bits = await abortable(undefined, () => native().liveBits(this.#handle))
    return new Bm25Filter(this.#identity, documents, bits)
  }

  /** Frees the memory. Searches that are under way reject with ERR_QUERL_CLOSED. */
  dispose(): void {
    this.#disposed = true
    native().disposeBm25(this.#handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  async #change(
    {
      documents,
      store,
      replaceDuplicates = false,
    }: {
      documents?: DocumentSource
      store?: StoreMeta | undefined
      replaceDuplicates?: boolean
    },
    options: WriteOptions,
    work: (writing: Writing) => Promise<void>,
    maxSegments = 0,
  ): Promise<void> {
    this.#checkOpen()
    // Each of two changes at once would drop what the other one does. Folders have a lock for that.
    if (this.#path === undefined && this.#isChanging)
      throw new QuerlError('ERR_QUERL_BUSY', 'The index is being changed already.', {
        remedy: 'An index has one writer at a time: wait for it to end.',
      })
    this.#isChanging = true
    try {
      const opening = this.#path
        ? { folder: resolve(this.#path), mode: 'add' as const, replaceDuplicates }
        : { folder: '', mode: 'add' as const, base: this.#handle, replaceDuplicates }
      const { fields } = this.#info
      await using writing = await Writing.open(opening, { fields }, documents, store, options)
      await work(writing)
      await writing.commit(this.#handle, maxSegments)
      this.#info = this.#readInfo()
    } finally {
      this.#isChanging = false
    }
  }

  #readInfo(): Bm25Info {
    const info = native().infoBm25(this.#handle)
    return this.#path === undefined ? info : { path: this.#path, ...info }
  }

  #checkOpen(): void {
    if (this.#disposed) throw new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed.')
  }

  /** An index over a fresh native handle that `fill` gives a snapshot. */
  static async #fresh(path: string | undefined, fill: (handle: Bm25Handle) => Promise<void>) {
    const handle = native().createBm25()
    try {
      await fill(handle)
      return new Bm25Index(handle, path)
    } catch (error) {
      native().disposeBm25(handle)
      throw error
    }
  }
}

export interface MergeOptions extends WriteOptions {
  /** Default 1. */
  readonly maxSegments?: number | undefined
}

function defined(scoring: Bm25Scoring): Bm25Scoring {
  return Object.fromEntries(Object.entries(scoring).filter(([, value]) => value !== undefined))
}
