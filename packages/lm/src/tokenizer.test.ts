import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { Tokenizer } from './index.js'
import { byteCharacters } from './token-bytes.js'

const data =
  process.env['QUERL_TEST_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const hasData = existsSync(join(data, 'tok-qwen2.5'))
if (!hasData)
  console.warn(`Skipped: the vectors of real tokenizers. ${data} does not exist (QUERL_TEST_DATA).`)

/** Byte-level BPE with every byte, two merges and two added tokens. */
const small = {
  added_tokens: [
    { id: 258, content: '<a>', special: true, normalized: false },
    { id: 259, content: '<a><b>', special: false, normalized: false },
  ],
  normalizer: null,
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
  decoder: { type: 'ByteLevel' },
  model: {
    type: 'BPE',
    vocab: {
      ...Object.fromEntries(byteCharacters.map((character, byte) => [character, byte])),
      th: 256,
      the: 257,
    },
    merges: ['t h', 'th e'],
  },
}

describe('a byte-level tokenizer', () => {
  const tokenizer = Tokenizer.fromJson(small, { eos_token: '<a>' })

  test('merges pairs in the order of their ranks', () => {
    expect([...tokenizer.encode('the thy')]).toEqual([257, 32, 256, 121])
  })

  test('finds the longest added token in a text', () => {
    expect([...tokenizer.encode('x<a><b>y<a>z')]).toEqual([120, 259, 121, 258, 122])
  })

  test('gives text back as it was, byte for byte', () => {
    const text = 'ä €\r\n\t𝄞 the\u0000<a>﻿ end '
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text)
  })

  test('decodes half a character as U+FFFD and an id that stands for nothing as nothing', () => {
    expect(tokenizer.decode([0xe2, 0x82])).toBe('\ufffd')
    expect(tokenizer.decode([104, 5000, 105])).toBe('hi')
  })

  test('lays out the bytes of every token, of added ones as UTF-8', () => {
    const { bytes, offsets } = tokenizer.tokenBytes()
    expect(offsets).toHaveLength(tokenizer.vocabSize + 1)
    const bytesOf = (id: number) => [...bytes.subarray(offsets[id]!, offsets[id + 1]!)]
    expect(Array.from({ length: 256 }, (_, byte) => bytesOf(byte))).toEqual(
      Array.from({ length: 256 }, (_, byte) => [byte]),
    )
    expect(bytesOf(257)).toEqual([...Buffer.from('the')])
    expect(bytesOf(259)).toEqual([...Buffer.from('<a><b>')])
  })

  test('knows its ids', () => {
    expect(tokenizer.idOf('the')).toBe(257)
    expect(tokenizer.idOf('<a><b>')).toBe(259)
    expect(tokenizer.idOf('absent')).toBeUndefined()
    expect(tokenizer.eosId).toBe(258)
    expect(tokenizer.vocabSize).toBe(260)
  })

  test('is the same after it was saved and loaded', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'querl-tokenizer-'))
    try {
      await tokenizer.save(folder)
      const again = await Tokenizer.load(folder)
      expect(again.encode('the <a>')).toEqual(tokenizer.encode('the <a>'))
      expect(again.eosId).toBe(258)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('refuses what is not byte-level BPE', () => {
    expect(() =>
      Tokenizer.fromJson({ model: { type: 'WordPiece', vocab: {} } }),
    ).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: This tokenizer is WordPiece and not byte-level BPE.
      Qwen and GPT-2 have tokenizers that can be read.]
    `)
    expect(() => Tokenizer.fromJson({})).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: This tokenizer is of no known type and not byte-level BPE.
      Qwen and GPT-2 have tokenizers that can be read.]
    `)
  })

  test('refuses text that is none', () => {
    expect(() => tokenizer.encode(3 as unknown as string)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected text to be a string, but got 3 (number).]`,
    )
  })

  test('says which files a folder lacks', async () => {
    await expect(Tokenizer.load('/nowhere')).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
  })
})

test('a chat template sees the messages and where the assistant begins', () => {
  const chat_template =
    '{% for m in messages %}[{{ m.role }}] {{ m.content }}{{ eos_token }}{% endfor %}{% if add_generation_prompt %}[assistant]{% endif %}'
  const { chatTemplate } = Tokenizer.fromJson(small, { eos_token: '<a>', chat_template })
  const messages = [{ role: 'user', content: 'hi' }]
  expect(chatTemplate!(messages)).toBe('[user] hi<a>[assistant]')
  expect(chatTemplate!(messages, { addGenerationPrompt: false })).toBe('[user] hi<a>')
})

describe.skipIf(!hasData)('the tokenizer of Qwen2.5, from vocab.json and merges.txt', () => {
  let loaded: Promise<Tokenizer> | undefined
  const load = () => (loaded ??= Tokenizer.load(join(data, 'tok-qwen2.5')))

  test('gives the ids of llama.cpp on its 47 texts, and the texts back', async () => {
    const tokenizer = await load()
    const read = (end: string) =>
      readFileSync(join(data, 'tok-vectors', `ggml-vocab-qwen2.gguf.${end}`), 'utf8')
    const texts = read('inp').split('\n__ggml_vocab_test__\n')
    const ids = read('out').split('\n')
    expect(texts.length).toBeGreaterThan(40)
    for (const [i, text] of texts.entries()) {
      const expected = ids[i]!.trim() === '' ? [] : ids[i]!.trim().split(/\s+/).map(Number)
      expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(expected)
      expect(tokenizer.decode(expected)).toBe(text)
    }
  })

  test('gives the ids of transformers.js on its 25 texts', async () => {
    const tokenizer = await load()
    const cases = Object.values(
      JSON.parse(
        readFileSync(join(data, 'tok-vectors', 'transformersjs.qwen2.json'), 'utf8'),
      ) as Record<string, Record<string, { text: string; ids: number[]; text_pair?: string }>>,
    ).flatMap((group) => Object.values(group))
    expect(cases.length).toBeGreaterThan(20)
    for (const { text, ids, text_pair } of cases)
      if (text_pair === undefined)
        expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(ids)
  })

  test('renders the chat template of Qwen2.5', async () => {
    const { chatTemplate } = await load()
    expect(chatTemplate!([{ role: 'user', content: 'hi' }])).toBe(
      '<|im_start|>system\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\n' +
        '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n',
    )
  })

  test('recognises its added tokens and its end of text', async () => {
    const tokenizer = await load()
    expect(tokenizer.idOf('<|im_end|>')).toBe(151645)
    expect([...tokenizer.encode('a<|im_end|>')]).toEqual([64, 151645])
    expect(tokenizer.vocabSize).toBe(151665)
  })
})

test.skipIf(!hasData)('the tokenizer.json of GPT-2 gives the ids of llama.cpp', async () => {
  const tokenizer = await Tokenizer.load(join(data, 'tok-gpt2'))
  const read = (end: string) =>
    readFileSync(join(data, 'tok-vectors', `ggml-vocab-gpt-2.gguf.${end}`), 'utf8')
  const ids = read('out').split('\n')
  for (const [i, text] of read('inp').split('\n__ggml_vocab_test__\n').entries()) {
    const expected = ids[i]!.trim() === '' ? [] : ids[i]!.trim().split(/\s+/).map(Number)
    expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(expected)
  }
})
