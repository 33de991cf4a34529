import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { IncrementalDecoder, Tokenizer } from './index.js'

/** A small tokenizer of SentencePiece's kind in two styles: see fixtures/make_pieces.py. */
const vectors = JSON.parse(
  readFileSync(new URL('fixtures/pieces.json', import.meta.url), 'utf8'),
) as {
  texts: string[]
  styles: Record<string, { json: object; ids: number[][]; decoded: string[] }>
}

describe.each(Object.entries(vectors.styles))('a tokenizer of pieces: %s', (_, style) => {
  const tokenizer = Tokenizer.fromJson(style.json)

  test.each(vectors.texts.map((text, i) => [text, i] as const))(
    "gives the ids of Hugging Face's tokenizers for %j",
    (text, i) => {
      expect([...tokenizer.encode(text)]).toEqual(style.ids[i])
    },
  )

  test('decodes as they do, and keeps the space that a text began with', () => {
    for (const [i, ids] of style.ids.entries())
      expect(tokenizer.decode(ids).replace(/^ /, '')).toBe(style.decoded[i])
    expect(tokenizer.decode(tokenizer.encode('the dog'))).toBe(' the dog')
  })

  test('decodes a character of several byte tokens in pieces', () => {
    const decoder = new IncrementalDecoder(tokenizer)
    const ids = [...tokenizer.encode('🦙')]
    expect(ids.map((id) => decoder.push([id])).join('')).toBe(' 🦙')
  })

  test('reads special tokens as text where it is told to', () => {
    expect(tokenizer.decode(tokenizer.encode('<s>', { special: false }))).toBe(' <s>')
    expect([...tokenizer.encode('<s>', { special: false })]).not.toContain(tokenizer.idOf('<s>'))
  })
})

test('BPE without bytes to fall back to is refused, since it loses text', () => {
  const { json } = vectors.styles['first']!
  const model = { ...(json as { model: object }).model, byte_fallback: false }
  expect(() => Tokenizer.fromJson({ ...json, model })).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: This tokenizer is BPE of characters and not BPE of bytes, or with bytes to fall back to.
    Those of Qwen, Llama, Mistral and GPT-2 can be read.]
  `)
})
