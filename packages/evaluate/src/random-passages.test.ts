import { expect, test } from 'vitest'
import { randomPassages } from './random-passages.js'

const passages = Array.from({ length: 50 }, (_, index) => ({
  id: String(index),
  title: `t${index}`,
  text: '',
}))

test('the same query finds the same distinct passages, another query others', async () => {
  const search = (query: string) => randomPassages(passages, 7).search([query], { topK: 3 })
  const [first] = await search('a')
  expect(new Set(first!.map(({ id }) => id)).size).toBe(3)
  expect(await search('a')).toEqual([first])
  expect(await search('b')).not.toEqual([first])
})

test('fewer passages than asked for end the draw', async () => {
  const [found] = await randomPassages(passages.slice(0, 2), 1).search(['a'], { topK: 9 })
  expect(found).toHaveLength(2)
})
