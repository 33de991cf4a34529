import { expect, test } from 'vitest'
import { snippet } from './snippet.js'

const filler = (words: number) => 'lorem ipsum '.repeat(words)

test('a text that fits is shown whole, on one line', () => {
  expect(snippet(' a\n film  about\ta shark ', 'shark', 40)).toBe('a film about a shark')
})

test('of a longer one, the stretch with most of the different words of the query is', () => {
  const text = `${filler(20)}shark shark shark ${filler(20)}a shark by Spielberg ${filler(20)}`
  const shown = snippet(text, 'Spielberg shark', 60)
  expect(shown).toContain('a shark by Spielberg')
  expect(shown).toMatch(/^… .* …$/)
  expect(shown.length).toBeLessThanOrEqual(60)
})

test('among equal stretches the first is, and the beginning where no word is found', () => {
  const text = `one shark ${filler(20)}two shark ${filler(20)}`
  expect(snippet(text, 'shark', 40)).toMatch(/^one shark/)
  expect(snippet(text, 'whale', 40)).toMatch(/^one shark/)
})

test('a text of which every word is one of the query takes time by its length, and not its square', () => {
  // 10 MB: every pair of places, looked at each, would take longer than any test.
  expect(snippet('word shark '.repeat(1e6), 'shark word', 60)).toMatch(/^word shark/)
})
