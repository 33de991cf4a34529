/** A question with its answers. */
export interface Example {
  readonly id: string
  readonly question: string
  /** Any of these is right. At least one. */
  readonly answers: readonly string[]
  /** What sort of question it is; the world's are `'oneHop'` and `'twoHop'`. */
  readonly kind?: string
  /** Ids of the passages that answer it, in the order of the hops, where known. */
  readonly facts?: readonly string[]
}

/** A text to be found. */
export interface Passage {
  readonly id: string
  readonly title: string
  readonly text: string
}

/** Finds passages for a batch of queries, one list for each. */
export interface Retriever {
  search(
    queries: readonly string[],
    options: { topK: number; signal?: AbortSignal },
  ): Promise<readonly (readonly Passage[])[]>
}
