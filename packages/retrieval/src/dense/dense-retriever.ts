import { argumentError } from '@querl/base'
import type { Document } from '../documents/document.js'
import type { Embedder, RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import type { RowFilter } from './row-filter.js'
import { type VectorHit, VectorIndex } from './vector-index.js'

/** Whatever finds the vectors nearest to others: in memory, in files, on a device. */
export interface VectorSearcher {
  /** D, the length of a vector. */
  readonly dimensions: number
  /** @param queries row-major, shape (Q, D) */
  search(
    queries: Float32Array,
    options: { readonly topK: number; readonly signal?: AbortSignal | undefined },
  ): Promise<VectorHit[][]>
}

/** Whatever has the passages of an index, as a `DocumentStore` does. */
export interface PassageSource {
  /** @param indices rows of the vectors; the answer is in their order */
  get(
    indices: readonly number[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<readonly Document[]>
}

export interface DenseRetrieverOptions {
  readonly index: VectorSearcher
  /** Makes queries into vectors; as the one that made those of the index. */
  readonly embedder: Embedder
  /** Row i of the index is the vector of passage i. */
  readonly documents: PassageSource | readonly Document[]
}

/** Finds passages by their vectors. The queries of a call are embedded together. */
export class DenseRetriever implements Retriever {
  readonly index: VectorSearcher
  readonly #embedder: Embedder
  readonly #documents: PassageSource

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if the embedder's vectors have another length */
  constructor({ index, embedder, documents }: DenseRetrieverOptions) {
    if (embedder.dimensions !== index.dimensions) {
      throw argumentError(
        'embedder.dimensions',
        `${index.dimensions}, as the index's vectors have`,
        embedder.dimensions,
      )
    }
    this.index = index
    this.#embedder = embedder
    this.#documents = 'get' in documents ? documents : inMemory(documents)
  }

  search(queries: readonly string[], options: RetrieveOptions): Promise<RetrievedPassage[][]> {
    return this.#search(queries, options, (vectors) =>
      this.index.search(vectors, { topK: options.topK, signal: options.signal }),
    )
  }

  /**
   * A retriever of some of the passages, to be fused with others that are limited as this one.
   *
   * @param filter of `rowFilter()`, or a `Bm25Filter` where the BM25 index has the same documents in
   *   the same order
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if the index is no `VectorIndex`: no other has filters
   */
  within(filter: RowFilter): Retriever {
    const { index } = this
    if (!(index instanceof VectorIndex))
      throw argumentError('index', 'a VectorIndex, where there is a filter', index)
    return {
      search: (queries, { topK, signal }) =>
        this.#search(queries, { topK, signal }, (vectors) =>
          index.search(vectors, { topK, signal, filter }),
        ),
    }
  }

  async #search(
    queries: readonly string[],
    { signal }: RetrieveOptions,
    find: (vectors: Float32Array) => Promise<VectorHit[][]>,
  ): Promise<RetrievedPassage[][]> {
    if (queries.length === 0) return []
    const vectors = await this.#embedder.embedQueries(queries, { signal })
    const lists = await find(vectors)
    // A passage that several queries found is read once.
    const rows = [...new Set(lists.flat().map(({ index }) => index))]
    const documents = rows.length > 0 ? await this.#documents.get(rows, { signal }) : []
    const byRow = new Map(rows.map((row, i) => [row, documents[i]!]))
    return lists.map((hits) =>
      hits.map(({ index, score }) => {
        const { id = String(index), title, text } = byRow.get(index)!
        return { id, title, text, score }
      }),
    )
  }
}

function inMemory(documents: readonly Document[]): PassageSource {
  return {
    async get(indices) {
      return indices.map((index) => {
        const document = documents[index]
        if (document) return document
        throw argumentError('documents.length', `more than ${index}`, documents.length)
      })
    },
  }
}
