/** A piece of text that a search can return. */
export interface Passage {
  readonly id: string
  readonly title: string
  readonly text: string
}

export interface RetrievedPassage extends Passage {
  /** Higher is better; comparable within one query only. */
  readonly score: number
}

export interface RetrieveOptions {
  /** The most passages for each query. */
  readonly topK: number
  readonly signal?: AbortSignal | undefined
}

/** Whatever finds passages: an index in this process, a server, a search engine, several of them. */
export interface Retriever {
  /**
   * @param queries shape (Q)
   * @returns the passages found for each query, best first, shape (Q, ≤ K)
   */
  search(queries: readonly string[], options: RetrieveOptions): Promise<RetrievedPassage[][]>
}

/** Whatever turns text into vectors: an encoder in this process, a service. */
export interface Embedder {
  /** D, the length of a vector. */
  readonly dimensions: number
  /** @returns row-major, shape (Q, D) */
  embedQueries(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array>
  /** @returns row-major, shape (N, D) */
  embedPassages(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array>
}

export interface EmbedOptions {
  readonly signal?: AbortSignal | undefined
}

/** Whatever judges how well passages answer a query: a cross-encoder, a service. */
export interface Reranker {
  /**
   * @param pairs a query and the text of a passage each, shape (P)
   * @returns higher is better, shape (P)
   */
  score(
    pairs: readonly (readonly [query: string, passage: string])[],
    options?: EmbedOptions,
  ): Promise<Float32Array>
}
