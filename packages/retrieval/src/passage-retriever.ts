import { argumentError } from '@querl/base'
import { Bm25Index, type BuildOptions } from './bm25/bm25-index.js'
import type { Passage, RetrievedPassage, Retriever } from './retriever.js'

/** Passages in memory, found by an index of them. */
export class PassageRetriever implements Retriever {
  readonly #index: Bm25Index
  readonly #passages: readonly Passage[]

  /**
   * @param index whose document i is about `passages[i]`
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if their numbers differ
   */
  constructor(index: Bm25Index, passages: readonly Passage[]) {
    if (index.size !== passages.length) {
      throw argumentError(
        'passages.length',
        `${index.size}, as many as the index has documents`,
        passages.length,
      )
    }
    this.#index = index
    this.#passages = passages
  }

  /** Indexes `title` and `text` of each passage together. */
  static async build(
    passages: readonly Passage[],
    options: Omit<BuildOptions, 'path' | 'overwrite' | 'keepDocuments'> = {},
  ): Promise<PassageRetriever> {
    return new PassageRetriever(await Bm25Index.build(passages.map(contents), options), passages)
  }

  /** The index, to save it. */
  get index(): Bm25Index {
    return this.#index
  }

  get passages(): readonly Passage[] {
    return this.#passages
  }

  async search(
    queries: readonly string[],
    options: { readonly topK: number; readonly signal?: AbortSignal | undefined },
  ): Promise<RetrievedPassage[][]> {
    const lists = await this.#index.search(queries, options)
    return lists.map((hits) =>
      hits.map(({ index, score }) => ({ ...this.#passages[index]!, score })),
    )
  }

  /** Frees the index. */
  dispose(): void {
    this.#index.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/** What of a passage is indexed: its title, a line break, its text. */
export function contents(passage: Passage): string {
  return `${passage.title}\n${passage.text}`
}
