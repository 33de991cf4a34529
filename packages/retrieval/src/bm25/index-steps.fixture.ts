// Changes of an index that follow from their numbers alone: equal numbers, equal indexes.
import { IndexedRetriever } from '../indexed-retriever.js'
import { Bm25Index } from './bm25-index.js'

const documents = (first: number, count: number, step: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `d${first + i}`,
    text: `all of them say w${(first * 7 + i * step) % 97} and w${i % 13} at step ${step}`,
  }))

/** Builds over what is there, adds, deletes, replaces, deletes and merges; each is one commit. */
export async function takeStep(path: string, step: number): Promise<void> {
  const kind = step % 6
  if (kind === 0) {
    using _ = await Bm25Index.build(documents(0, 300, step), {
      path,
      overwrite: true,
      keepDocuments: true,
    })
    return
  }
  using index = await Bm25Index.open(path)
  if (kind === 1) await index.add(documents(300, 200, step))
  if (kind === 2) await index.delete(documents(100 + (step % 100), 50, step).map(({ id }) => id))
  if (kind === 3) await index.add(documents(40, 200, step), { replace: true })
  if (kind === 4) await index.delete(documents(0, 20 + (step % 100), step).map(({ id }) => id))
  if (kind === 5) await index.merge()
}

/** All that can be seen of an index: counts, hits with scores, texts. */
export async function seen(path: string) {
  using retriever = await IndexedRetriever.open(path)
  const { generation, documents, deleted, added, segments } = retriever.info
  const hits = await retriever.search(['them', 'w5 w12', 'step 3 w1', 'nobody'], { topK: 10_000 })
  return { generation, documents, deleted, added, segments, hits }
}
