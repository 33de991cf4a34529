import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { makeNames } from '../world/names.js'
import { trainWorldTokenizer } from '../world/world-tokenizer.js'
import { BpeEncoder } from './bpe-encoder.js'
import { trainBpe } from './bpe-trainer.js'
import { byteCharacters } from './byte-level.js'

const golden = JSON.parse(
  readFileSync(new URL('../../../../tests/golden/world_tokenizer.json', import.meta.url), 'utf8'),
) as { madeBy: string; vocabSize: number; texts: string[]; ids: number[][]; decoded: string[] }

describe(`the world's tokenizer, recorded from ${golden.madeBy}`, () => {
  const json = trainWorldTokenizer(makeNames())
  const encoder = new BpeEncoder(json)

  test('has the same ids for every text', () => {
    expect(golden.texts.map((text) => [...encoder.encode(text)])).toEqual(golden.ids)
  })

  test('has the same texts for all ids', () => {
    const decoded = golden.ids.map((ids) => encoder.decode(Int32Array.from(ids)))
    expect(decoded).toEqual(golden.decoded)
    expect(golden.decoded).toEqual(golden.texts)
  })

  test('has as many tokens, a multiple of 32, with the padding and the end first', () => {
    expect(encoder.vocabSize).toBe(golden.vocabSize)
    expect(encoder.vocabSize % 32).toBe(0)
    expect([encoder.idOf('<|pad|>'), encoder.idOf('<|eos|>'), encoder.eosId]).toEqual([0, 1, 1])
    const ids = Object.values(json.model.vocab).sort((a, b) => a - b)
    expect(ids).toEqual(Array.from({ length: golden.vocabSize }, (_, id) => id))
  })

  test('is the same whenever it is trained', () => {
    expect(trainWorldTokenizer(makeNames())).toEqual(json)
  })
})

describe('BPE training', () => {
  test('merges the most frequent pair first, and what it made after it', () => {
    // ab 5 times, bc 2 times; then (ab)c twice.
    expect(trainBpe([{ ab: 3, abc: 2 }], 10)).toEqual([
      ['a', 'b'],
      ['ab', 'c'],
    ])
  })

  test('takes equally frequent pairs in the order of their characters', () => {
    expect(trainBpe([{ xy: 2, ab: 2 }], 1)).toEqual([['a', 'b']])
    expect(trainBpe([{ ab: 2, xy: 2 }], 1)).toEqual([['a', 'b']])
  })

  test('leaves a pair that occurs once alone, and stops at the limit', () => {
    expect(trainBpe([{ ab: 1 }], 5)).toEqual([])
    expect(trainBpe([{ abcd: 9 }], 2).length).toBe(2)
  })

  test('ranks an earlier corpus before a later one, however rare it is', () => {
    expect(trainBpe([{ xy: 2 }, { ab: 900 }], 5)).toEqual([
      ['x', 'y'],
      ['a', 'b'],
    ])
  })

  test('writes each byte as one printable character', () => {
    expect(new Set(byteCharacters).size).toBe(256)
    expect([byteCharacters[0x20], byteCharacters[0x41], byteCharacters[0x0a]]).toEqual([
      'Ġ',
      'A',
      'Ċ',
    ])
  })
})
