import type { HitLists } from './binding.js'

export interface Hit {
  /** The document's place among all that were ever added to the index, from 0. */
  readonly index: number
  /** What the document was added under; its `index` as text where it was added without an id. */
  readonly id: string
  /** Above 0; higher is better. */
  readonly score: number
}

/** Native hits as objects, shape (Q, ≤ K). */
export function toHits({ documents, scores, ends, keys, keyEnds }: HitLists): Hit[][] {
  const lists: Hit[][] = []
  let at = 0
  let keyStart = 0
  for (const end of ends) {
    const hits: Hit[] = []
    for (; at < end; at++) {
      const index = documents[at]!
      const keyEnd = keyEnds ? keyEnds[at]! : 0
      const id = keys === undefined ? String(index) : keys.slice(keyStart, keyEnd)
      keyStart = keyEnd
      hits.push({ index, id, score: scores[at]! })
    }
    lists.push(hits)
  }
  return lists
}
