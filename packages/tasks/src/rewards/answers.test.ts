import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { exactMatch, f1, normalizeAnswer } from './answers.js'

describe('normalizeAnswer', () => {
  // Expected values: the official SQuAD 1.1 script under Python 3.
  test.each([
    ['The Beatles', 'beatles'],
    ['U.S.A.', 'usa'],
    ['a-b', 'ab'],
    ['well-known   fact', 'wellknown fact'],
    ['An apple a day', 'apple day'],
    ['theatre and other', 'theatre and other'],
    ['“The” end', '“ ” end'],
    ["don't", 'dont'],
    ['the', ''],
    ['', ''],
    ['éa the', 'éa'],
    ['the_end', 'theend'],
    ['x\u00a0y\u2003z\u0085w\u001cv', 'x y z w v'],
    ['\ufeffx', '\ufeffx'],
    ['$1,000 — 50%', '1000 — 50'],
    ['A\u0301', '\u0301'],
  ])('%j becomes %j', (answer, normal) => {
    expect(normalizeAnswer(answer)).toBe(normal)
  })

  test('removes punctuation before articles, so that “a.” is none', () => {
    expect(normalizeAnswer('a. the! an?')).toBe('')
    expect(normalizeAnswer('t.h.e cat')).toBe('cat')
  })
})

describe('exact match', () => {
  test('is with any of the answers', () => {
    expect(exactMatch(' james  Madison.', ['Jefferson', 'James Madison'])).toBe(1)
    expect(exactMatch('James', ['Jefferson', 'James Madison'])).toBe(0)
  })

  test('of no answer is 0, of an empty one 1 where an answer is empty', () => {
    expect(exactMatch(undefined, [''])).toBe(0)
    expect(exactMatch('a', ['The'])).toBe(1)
    expect(exactMatch('x', [])).toBe(0)
  })
})

describe('F1', () => {
  test('counts words as often as both have them', () => {
    expect(f1('a cat cat sat', ['cat sat sat'])).toBeCloseTo(4 / 6, 12) // 2 common of 3 and 3
    expect(f1('Paris, France', ['London', 'paris'])).toBeCloseTo(2 / 3, 12)
  })

  test('is 0 without a word in common, without a word, and without an answer', () => {
    expect(f1('x', ['y'])).toBe(0)
    expect(f1('the', ['a'])).toBe(0)
    expect(f1(undefined, ['a'])).toBe(0)
    expect(f1('x', [])).toBe(0)
  })
})

interface Item {
  golden_answers: string[]
  output: { pred: string; metric_score: { em: number; f1: number } }
}

const data = process.env['QUERL_TEST_DATA'] ?? join(process.cwd(), '../shared/data')
const folder = join(data, 'search-r1-trajectories')

// Somebody else's run of Search-R1, scored by their code. Absent data: skipped.
describe.skipIf(!existsSync(folder))('1125 recorded answers of Search-R1', () => {
  test.each(['bamboogle', 'nq'])('score on %s as they were scored there', (name) => {
    const bytes = readFileSync(join(folder, `${name}.base.intermediate_data.json.gz`))
    const items = JSON.parse(gunzipSync(bytes).toString()) as Item[]
    for (const { golden_answers: answers, output } of items) {
      expect(exactMatch(output.pred, answers)).toBe(output.metric_score.em)
      expect(f1(output.pred, answers)).toBeCloseTo(output.metric_score.f1, 9)
    }
  })
})
