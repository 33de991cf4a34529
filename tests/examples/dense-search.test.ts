import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compare } from '../../examples/dense-search.js'

describe('examples/dense-search', () => {
  test('ranks passages by words, by vectors, and by both', async () => {
    const found = await compare()
    for (const { words, vectors, both } of found) {
      expect(vectors).toHaveLength(3)
      expect(both).toHaveLength(3)
      // What both lists begin with, their fusion begins with.
      if (words[0] === vectors[0]) expect(both[0]).toBe(words[0])
    }
    expect(found[0]?.words[0]).toBe('person:john-williams')
    // The one passage that shares three words with the question.
    expect(found[0]?.vectors).toContain('person:john-williams')
  })

  test('repeats itself', async () => {
    expect(await compare()).toEqual(await compare())
  })

  test('takes the folder of an encoder', async () => {
    const folder = new URL('../golden/fixtures/encoder-bert-f32', import.meta.url)
    const found = await compare(fileURLToPath(folder))
    expect(found.map(({ vectors }) => vectors.length)).toEqual([3, 3, 3])
  })
})
