import { expect, test } from 'vitest'
import { Bm25Index, type Passage, PassageRetriever } from './index.js'

const passages: readonly Passage[] = [
  { id: 'a', title: 'Jaws', text: 'A film about a shark.' },
  { id: 'b', title: 'John Williams', text: 'A composer who wrote the music of Jaws.' },
]

test('returns passages with their scores, found by title and text', async () => {
  using retriever = await PassageRetriever.build(passages)
  const lists = await retriever.search(['shark', 'williams jaws', 'zebra'], { topK: 2 })
  expect(lists.map((hits) => hits.map(({ id }) => id))).toEqual([['a'], ['b', 'a'], []])
  expect(lists[0]![0]).toEqual({ ...passages[0], score: expect.any(Number) })
})

test('refuses an index of other passages', async () => {
  using index = await Bm25Index.build(['one'])
  expect(() => new PassageRetriever(index, passages)).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected passages.length to be 1, as many as the index has documents, but got 2 (number).]`,
  )
})

test('passes the abort on', async () => {
  using retriever = await PassageRetriever.build(passages)
  const signal = AbortSignal.abort(new Error('too late'))
  await expect(retriever.search(['shark'], { topK: 1, signal })).rejects.toThrow('too late')
})
