import { expect, test } from 'vitest'
import { words } from './index.js'

test('words are runs of letters, marks, numbers and underscores in lower case', () => {
  expect(words('')).toEqual([])
  expect(words("It's 3.14, HÉLLO_wörld—x²!")).toEqual(['it', 's', '3', '14', 'héllo_wörld', 'x²'])
  expect(words('東京 हिन्दी ЖЁЛТЫЙ e\u0301tude')).toEqual(['東京', 'हिन्दी', 'жёлтый', 'e\u0301tude'])
})

test('lower case goes code point by code point, and a final sigma is a sigma', () => {
  expect(words('ΟΔΟΣ οδος')).toEqual(['οδοσ', 'οδοσ'])
  expect(words('İSTANBUL')).toEqual(['istanbul'])
  expect(words('𐐀')).toEqual(['𐐨'])
})

test('a lone surrogate separates words', () => {
  expect(words('a\ud800b')).toEqual(['a', 'b'])
})

// The table was made from this version. Another one has letters that it does not know.
test.runIf(process.versions.unicode === '17.0')('every code point is as Unicode has it', () => {
  const wrong: string[] = []
  for (let point = 0; point <= 0x10ffff; point++) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const text = String.fromCodePoint(point)
    const lower = String.fromCodePoint(text.toLowerCase().codePointAt(0)!).replace('ς', 'σ')
    const expected = /[\p{L}\p{M}\p{N}_]/u.test(text) ? lower : undefined
    if (words(text)[0] !== expected) wrong.push(point.toString(16))
  }
  expect(wrong).toEqual([])
})
