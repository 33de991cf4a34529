import { argumentError } from '@querl/base'
import { Bm25Index, type BuildOptions } from './bm25/bm25-index.js'
import type { Bm25Filter } from './bm25/filter.js'
import type { Bm25Info } from './bm25/info.js'
import type { Bm25Scoring } from './bm25/settings.js'
import type { DocumentSource } from './bm25/writing.js'
import type { Document } from './documents/document.js'
import { DocumentStore, type DocumentStoreOptions } from './documents/document-store.js'
import type { RetrievedPassage, RetrieveOptions, Retriever } from './retriever.js'

export interface IndexedRetrieveOptions extends RetrieveOptions {
  /** Only these documents. Made by `retriever.index.filter()`. */
  readonly filter?: Bm25Filter | undefined
  /** The most threads for a batch. Default: one for each core. */
  readonly threads?: number | undefined
}

/** A BM25 index with the documents beside it: both mapped, so that neither size nor opening matters. */
export class IndexedRetriever implements Retriever {
  readonly index: Bm25Index
  #documents: DocumentStore
  readonly #files: DocumentStoreOptions['files']
  /** Of the index, when its documents were opened. */
  #generation: number
  #reopening: Promise<void> | undefined

  /**
   * @param documents those of the index, in its order
   * @param options.files as for {@link DocumentStore.open}, where documents are opened again
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if they are fewer
   */
  constructor(index: Bm25Index, documents: DocumentStore, { files }: DocumentStoreOptions = {}) {
    if (documents.size < index.info.added)
      throw argumentError(
        'documents.size',
        `at least ${index.info.added}, as many as the index has had documents`,
        documents.size,
      )
    this.index = index
    this.#documents = documents
    this.#files = files
    this.#generation = index.info.generation
  }

  /** The documents as they were at the last search: one that follows a change opens them again. */
  get documents(): DocumentStore {
    return this.#documents
  }

  /**
   * Opens the index of a folder that keeps its documents.
   *
   * @throws {QuerlError} as {@link Bm25Index.open} and {@link DocumentStore.open} do
   */
  static async open(
    path: string,
    options: Bm25Scoring & DocumentStoreOptions = {},
  ): Promise<IndexedRetriever> {
    const { files, ...scoring } = options
    const index = await Bm25Index.open(path, scoring)
    try {
      return new IndexedRetriever(index, await DocumentStore.open(path, { files }), { files })
    } catch (error) {
      index.dispose()
      throw error
    }
  }

  /** Builds an index that keeps its documents. See {@link Bm25Index.build}. */
  static async build(
    documents: DocumentSource,
    options: Omit<BuildOptions, 'keepDocuments'> & { readonly path: string },
  ): Promise<IndexedRetriever> {
    const index = await Bm25Index.build(documents, { ...options, keepDocuments: true })
    try {
      return new IndexedRetriever(index, await DocumentStore.open(options.path))
    } catch (error) {
      index.dispose()
      throw error
    }
  }

  /** Counts and settings of both. Plain JSON. */
  get info(): Bm25Info & { readonly store: DocumentStore['info'] } {
    return { ...this.index.info, store: this.#documents.info }
  }

  /** @returns the passages found for each query, best first, shape (Q, ≤ K) */
  async search(
    queries: readonly string[],
    options: IndexedRetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    const lists = await this.index.search(queries, options)
    const wanted = [...new Set(lists.flat().map(({ index }) => index))]
    const { signal } = options
    if (this.index.info.generation !== this.#generation)
      await (this.#reopening ??= this.#reopen().finally(() => {
        this.#reopening = undefined
      }))
    const documents = await this.#documents.get(wanted, { signal })
    const found = new Map<number, Document>(wanted.map((index, i) => [index, documents[i]!]))
    return lists.map((hits) =>
      hits.map(({ index, id, score }) => {
        const { title, text } = found.get(index)!
        return { id, title, text, score }
      }),
    )
  }

  /**
   * A retriever of some of the documents, to be fused with others that are limited as this one.
   *
   * @param filter made by `retriever.index.filter()`
   */
  within(filter: Bm25Filter): Retriever {
    return { search: (queries, options) => this.search(queries, { ...options, filter }) }
  }

  /** Frees the index and unmaps the documents. */
  dispose(): void {
    this.index.dispose()
    this.#documents.dispose()
  }

  /** Documents that were added since are there then; the old ones serve the searches that run. */
  async #reopen(): Promise<void> {
    const { path, generation } = this.index.info
    if (path !== undefined) this.#documents = await DocumentStore.open(path, { files: this.#files })
    this.#generation = generation
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}
