import { argumentError } from '@querl/base'
import type { Document } from '../documents/document.js'
import type { Embedder, RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import type { VectorHit } from './vector-index.js'

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

  async search(
    queries: readonly string[],
    { topK, signal }: RetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    if (queries.length === 0) return []
    const vectors = await this.#embedder.embedQueries(queries, { signal })
    const lists = await this.index.search(vectors, { topK, signal })
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
