import { expect, test } from 'vitest'
import { answer } from '../../examples/search.js'

test('examples/search finds, filters and explains', async () => {
  const { hits, people, why } = await answer('Who composed the music of Jaws?')
  expect(hits[0]?.id).toBe('person:john-williams')
  expect(hits.map(({ id }) => id)).toContain('film:jaws')
  // The other who composed, and whose novel was filmed.
  expect(people.map(({ id }) => id)).toEqual([
    'person:john-williams',
    'person:jerry-goldsmith',
    'person:peter-benchley',
  ])
  expect(why?.score).toBe(hits[0]?.score)
  // By Porter's algorithm; 'who' is no stop word of Lucene's, and in no passage.
  expect(why?.terms.map(({ token }) => token).sort()).toEqual(['compos', 'jaw', 'music'])
})

test('examples/search of a question that no passage answers finds nothing', async () => {
  const { hits, why } = await answer('zebra')
  expect(hits).toEqual([])
  expect(why).toBeUndefined()
})
