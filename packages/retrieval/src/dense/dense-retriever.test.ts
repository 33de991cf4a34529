import { describe, expect, test } from 'vitest'
import { DenseRetriever, type Embedder, VectorIndex } from '../index.js'

/** Counts letters: enough for texts to have different directions. */
function letters(dimensions = 26): Embedder & { calls: number } {
  const embed = async (texts: readonly string[]) => {
    embedder.calls++
    const values = new Float32Array(texts.length * dimensions)
    texts.forEach((text, t) => {
      for (const letter of text) values[t * dimensions + letter.charCodeAt(0) - 97]! += 1
    })
    return values
  }
  const embedder = { dimensions, calls: 0, embedQueries: embed, embedPassages: embed }
  return embedder
}

const documents = [
  { id: 'a', title: 'first', text: 'aaaa' },
  { title: 'second', text: 'bbbb' },
  { id: 'c', title: 'third', text: 'abab' },
]

async function index() {
  const vectors = await letters().embedPassages(documents.map(({ text }) => text))
  return VectorIndex.build(vectors, { dimensions: 26, metric: 'cosine' })
}

describe('DenseRetriever', () => {
  test('embeds a batch once and returns its passages, named by their row if they have no id', async () => {
    const embedder = letters()
    using vectors = await index()
    const retriever = new DenseRetriever({ index: vectors, embedder, documents })
    const lists = await retriever.search(['bb', 'ab'], { topK: 2 })
    expect(lists.map((hits) => hits.map(({ id }) => id))).toEqual([
      ['1', 'c'],
      ['c', 'a'],
    ])
    expect(lists[0]![0]).toEqual({ id: '1', title: 'second', text: 'bbbb', score: 1 })
    expect(embedder.calls).toBe(1)
    expect(await retriever.search([], { topK: 2 })).toEqual([])
  })

  test('refuses an embedder whose vectors have another length', async () => {
    using vectors = await index()
    const options = { index: vectors, embedder: letters(30), documents }
    expect(() => new DenseRetriever(options)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected embedder.dimensions to be 26, as the index's vectors have, but got 30 (number).]`,
    )
  })
})
