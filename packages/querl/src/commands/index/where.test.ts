import { expect, test } from 'vitest'
import { whereOption } from './where.js'

const film = { keys: { year: 1975, lang: 'en', tags: ['sea', 'shark'], seen: true, none: null } }

test.each([
  ['year=1975', true],
  ['year=1975.0', true],
  ['year!=1975', false],
  ['year<1976', true],
  ['year<=1975', true],
  ['year>1975', false],
  ['year>=1975,lang=en', true],
  ['year>=1975, lang = de', false],
  ['year>200', true], // as numbers, not as text
  ['year=', false],
  ['year>soon', false],
  ['lang>de', true],
  ['lang!=de', true],
  ['tags=shark', true],
  ['tags=whale', false],
  ['tags!=whale', true],
  ['tags>a', false],
  ['seen=true', true],
  ['none=null', false],
  ['none!=x', true],
  ['absent=undefined', false],
  ['absent!=x', true],
  ['absent<x', false],
])('--where %s', (value, holds) => {
  expect(whereOption(value)!(film)).toBe(holds)
})

test.each(['', 'year', '=1975', 'year=1975,', 'year=1975,lang'])(
  'what is no comparison is refused: "%s"',
  (value) => {
    expect(() => whereOption(value)).toThrow(
      `Expected --where to be comparisons of keys, as year>=1975,lang=en, but got "${value}"`,
    )
  },
)

test('nothing asked for is no filter', () => {
  expect(whereOption(undefined)).toBeUndefined()
})
