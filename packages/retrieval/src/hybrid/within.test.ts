import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  DenseRetriever,
  type Embedder,
  fuse,
  IndexedRetriever,
  rowFilter,
  VectorIndex,
  type VectorSearcher,
} from '../index.js'

/** Texts as counts of their letters. */
const letters: Embedder = {
  dimensions: 26,
  async embedQueries(texts) {
    const vectors = new Float32Array(26 * texts.length)
    texts.forEach((text, at) => {
      for (const [letter] of text.matchAll(/[a-z]/g))
        vectors[26 * at + letter!.charCodeAt(0) - 97]! += 1
    })
    return vectors
  },
  embedPassages: (texts) => letters.embedQueries(texts),
}

test('one filter keeps BM25, vectors and both together within its documents', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'querl-within-'))
  try {
    const documents = Array.from({ length: 100 }, (_, i) => ({
      id: `d${i}`,
      text: `shark number ${i}`,
      keys: { year: 1900 + i },
    }))
    using words = await IndexedRetriever.build(documents, { path: join(folder, 'index') })
    const vectors = await letters.embedPassages(documents.map(({ text }) => text))
    using index = await VectorIndex.build(vectors, { dimensions: 26 })
    const dense = new DenseRetriever({ index, embedder: letters, documents: words.documents })
    const late = await words.index.filter(({ keys }) => (keys['year'] as number) >= 1990)
    const wanted = Array.from({ length: 10 }, (_, i) => `d${90 + i}`)
    for (const retriever of [
      words.within(late),
      dense.within(late),
      dense.within(rowFilter(100, (row) => row >= 90)),
      fuse([words.within(late), dense.within(late)]),
    ]) {
      const [hits] = await retriever.search(['shark'], { topK: 50 })
      expect(hits!.map(({ id }) => id).sort()).toEqual(wanted)
    }
    const [unfiltered] = await fuse([words, dense]).search(['shark'], { topK: 50 })
    expect(unfiltered).toHaveLength(50)

    const other: VectorSearcher = { dimensions: 26, search: async () => [] }
    const approximate = new DenseRetriever({ index: other, embedder: letters, documents: [] })
    expect(() => approximate.within(late)).toThrow('index to be a VectorIndex')
  } finally {
    rmSync(folder, { recursive: true })
  }
})
