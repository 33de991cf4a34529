import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { IncrementalDecoder } from './incremental-decoder.js'
import { Tokenizer } from './index.js'
import { byteCharacters } from './token-bytes.js'

/** A token for every byte, one of two bytes that end in the middle of a character, an added token. */
const tokenizer = Tokenizer.fromJson({
  added_tokens: [{ id: 257, content: '<é>', special: true }],
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
  decoder: { type: 'ByteLevel' },
  model: {
    vocab: {
      ...Object.fromEntries(byteCharacters.map((character, byte) => [character, byte])),
      [byteCharacters[0xf0]! + byteCharacters[0x9f]!]: 256,
    },
    merges: [],
  },
})
const stream = randomStream(0, 'incremental decoder')
const below = (limit: number) => Math.floor(stream.uniform() * limit)

function pushed(ids: readonly number[], flush = true): string[] {
  const decoder = new IncrementalDecoder(tokenizer)
  const parts: string[] = []
  for (let start = 0; start < ids.length; ) {
    const end = start + below(4)
    parts.push(decoder.push(ids.slice(start, end)))
    start = end
  }
  return flush ? [...parts, decoder.flush()] : parts
}

describe('an incremental decoder', () => {
  test('gives in pieces what the whole decodes to, however the ids come', () => {
    const characters = [...'aé€𝄞🦙 \n\ufeff\u0000ÿ한\ufffd']
    for (let round = 0; round < 500; round++) {
      const text = Array.from(
        { length: below(12) },
        () => characters[below(characters.length)],
      ).join('')
      const parts = pushed([...tokenizer.encode(text)])
      expect(parts.join('')).toBe(text)
      // Half of a pair of surrogates would be half a character.
      for (const part of parts) expect(part).not.toMatch(/\p{Surrogate}/u)
    }
  })

  test('gives in pieces what the whole decodes to where the bytes are no text', () => {
    // Lead bytes, continuations and their edges by choice: random bytes rarely meet them.
    const bytes = [
      0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    ]
    const more = [0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xfe, 0xff, 256, 257, 999, -1]
    const all = [...bytes, ...more]
    for (let round = 0; round < 5000; round++) {
      const ids = Array.from({ length: below(9) }, () => all[below(all.length)]!)
      expect(pushed(ids).join(''), String(ids)).toBe(tokenizer.decode(ids))
    }
  })

  test('holds a character back until its last byte is there', () => {
    const decoder = new IncrementalDecoder(tokenizer)
    expect(decoder.push([104, 256])).toBe('h')
    expect(decoder.push([0xa6])).toBe('')
    expect(decoder.push([0x99, 105])).toBe('🦙i')
    expect(decoder.flush()).toBe('')
  })

  test('replaces half a character where the text ends, and begins another', () => {
    const decoder = new IncrementalDecoder(tokenizer)
    expect(decoder.push([256])).toBe('')
    expect(decoder.flush()).toBe('\ufffd')
    expect(decoder.push([0xa6, 97])).toBe('\ufffda')
  })

  test('writes added tokens, and nothing for ids that stand for nothing', () => {
    const decoder = new IncrementalDecoder(tokenizer)
    expect(decoder.push([257, 5000, -1, 97])).toBe('<é>a')
  })
})
