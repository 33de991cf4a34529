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

/** Whatever finds passages: an index in this process, a server, a search engine. */
export interface Retriever {
  /**
   * @param queries shape (Q)
   * @returns the passages found for each query, best first, shape (Q, ≤ K)
   */
  search(
    queries: readonly string[],
    options: { readonly topK: number; readonly signal?: AbortSignal | undefined },
  ): Promise<RetrievedPassage[][]>
}
