import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type AnalyzerName, type AnalyzerOptions, analyze, analyzerSpec } from '../index.js'

const golden = (name: string) =>
  readFileSync(new URL(`../../../../tests/golden/${name}`, import.meta.url), 'utf8')
// What made these lies beside them: AnalyzerVectors.java, make_bm25s_tokens.py, make_snowball_stems.py.
const texts = JSON.parse(golden('analyzer-texts.json')) as string[]
const words = golden('analyzer-words.txt').trim().split('\n')
const lucene = JSON.parse(golden('analyzers-lucene.json')) as Record<string, string[][]>
const porter = lucene['porter'] as unknown as string[]
const snowball = JSON.parse(golden('analyzers-snowball.json')) as Record<string, string[]>

const snowballIsThere = (() => {
  try {
    return Boolean(analyze('a', 'german'))
  } catch {
    return false
  }
})()

describe('presets', () => {
  test.each(['lucene-standard', 'lucene-english'] as const)(
    '%s is Lucene’s, token by token',
    (name) => {
      expect(analyze(texts, name)).toEqual(lucene[name])
    },
  )

  test('bm25s is bm25s.tokenize, token by token', () => {
    expect(analyze(texts, 'bm25s')).toEqual(JSON.parse(golden('analyzers-bm25s.json')))
  })

  test('words are runs of letters, marks, numbers and underscores in lower case', () => {
    expect(analyze('')).toEqual([])
    expect(analyze("It's 3.14, HÉLLO_wörld—x²!")).toEqual([
      'it',
      's',
      '3',
      '14',
      'héllo_wörld',
      'x²',
    ])
    expect(analyze('東京 हिन्दी ЖЁЛТЫЙ e\u0301tude')).toEqual([
      '東京',
      'हिन्दी',
      'жёлтый',
      'e\u0301tude',
    ])
    expect(analyze('ΟΔΟΣ οδος İSTANBUL 𐐀')).toEqual(['οδοσ', 'οδοσ', 'istanbul', '𐐨'])
    expect(analyze('a\ud800b')).toEqual(['a', 'b']) // a lone surrogate
  })

  // The table was made from this version. Another one has letters that it does not know.
  test.runIf(process.versions.unicode === '17.0')('every code point is as Unicode has it', () => {
    const points = Array.from({ length: 0x110000 }, (_, point) => point).filter(
      (point) => point < 0xd800 || point > 0xdfff,
    )
    const found = analyze(points.map((point) => String.fromCodePoint(point)))
    const wrong = points.filter((point, i) => {
      const text = String.fromCodePoint(point)
      const lower = String.fromCodePoint(text.toLowerCase().codePointAt(0)!).replace('ς', 'σ')
      return found[i]![0] !== (/[\p{L}\p{M}\p{N}_]/u.test(text) ? lower : undefined)
    })
    expect(wrong).toEqual([])
  })

  test('whitespace keeps everything else', () => {
    expect(analyze(" It's\t3.14\u3000A-b ", 'whitespace')).toEqual(["It's", '3.14', 'A-b'])
  })
})

describe('parts', () => {
  const split = { tokenizer: 'whitespace' } as const

  test('porter’s stems are Lucene’s', () => {
    expect(analyze(words.join(' '), { ...split, lowercase: false, stemmer: 'porter' })).toEqual(
      porter,
    )
  })

  test.runIf(snowballIsThere).each(['english', 'german', 'french', 'spanish', 'russian'] as const)(
    'Snowball’s stems are those of its Python version: %s',
    (stemmer) => {
      const third = words.filter((_, i) => i % 3 === 0).join(' ')
      expect(analyze(third, { ...split, lowercase: false, stemmer })).toEqual(snowball[stemmer])
    },
  )

  test.skipIf(snowballIsThere)('a build without Snowball’s stemmers says what to do', () => {
    expect(() => analyze('a', 'german')).toThrow(/npm run setup/)
  })

  test('own stop words, lengths and case', () => {
    expect(analyze('The Cat the CAT', { ...split, stopWords: ['the'] })).toEqual(['cat', 'cat'])
    expect(analyze('The Cat', { ...split, lowercase: false, stopWords: ['the'] })).toEqual([
      'The',
      'Cat',
    ])
    expect(analyze('ä äö äöü äöüß', { minLength: 2, maxLength: 3 })).toEqual(['äö', 'äöü'])
    expect(analyze("dog's DOG’S s's 's", { ...split, possessive: true })).toEqual([
      'dog',
      'dog',
      's',
    ])
  })
})

describe('specs', () => {
  test('a preset and its options have one spec, which stays itself', () => {
    const options: AnalyzerOptions = {
      stemmer: 'porter',
      stopWords: 'english',
      possessive: true,
      tokenizer: 'standard',
    }
    const spec = analyzerSpec('lucene-english')
    expect(analyzerSpec(options)).toBe(spec)
    expect(analyzerSpec(JSON.parse(spec) as AnalyzerOptions)).toBe(spec)
    expect(spec).toBe(
      '{"tokenizer":"standard","possessive":true,"lowercase":true,"minLength":1,"maxLength":null,"stopWords":"english","stemmer":"porter"}',
    )
  })

  test('stop words have no order and no repetitions', () => {
    expect(analyzerSpec({ stopWords: ['b', 'a', 'b'] })).toBe(
      analyzerSpec({ stopWords: ['a', 'b'] }),
    )
  })

  test('what is wrong is named, with the nearest name', () => {
    const fails = (analyzer: unknown) => expect(() => analyze('a', analyzer as AnalyzerName))
    fails('lucene-englsh').toThrow(
      /Expected analyzer to be one of .*\nDid you mean 'lucene-english'\?/,
    )
    fails({ stemer: 'porter' }).toThrow(
      /option of analyzer to be one of .*\nDid you mean 'stemmer'\?/,
    )
    fails({ stemmer: 'germann' }).toThrow(/Did you mean 'german'\?/)
    fails({ stopWords: 'englsh' }).toThrow(/Did you mean 'english'\?/)
    fails({ stopWords: [''] }).toThrow('analyzer.stopWords')
    fails({ minLength: 0 }).toThrow('analyzer.minLength')
    fails({ minLength: 3, maxLength: 2 }).toThrow('at least analyzer.minLength, 3')
    fails({ lowercase: 1 }).toThrow('analyzer.lowercase to be true or false')
    fails(null).toThrow('the name of an analyser or an object of options')
    expect(() => analyze(['a', 1] as unknown as string[])).toThrow('texts[1]')
  })
})
