import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Tokenizer } from './index.js'
import { byteCharacters } from './token-bytes.js'

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
      [QuerlError: This tokenizer is WordPiece and not BPE of bytes, or with bytes to fall back to.
      Those of Qwen, Llama, Mistral and GPT-2 can be read.]
    `)
    expect(() => Tokenizer.fromJson({})).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: This tokenizer is of no known type and not BPE of bytes, or with bytes to fall back to.
      Those of Qwen, Llama, Mistral and GPT-2 can be read.]
    `)
  })

  test('reads special tokens as text where it is told to, and finds the others', () => {
    expect([...tokenizer.encode('<a>x<a><b>', { special: false })]).toEqual([60, 97, 62, 120, 259])
    expect([...tokenizer.encode('<a>x', { special: true })]).toEqual([258, 120])
  })

  test('leaves special tokens out of a text where it is told to', () => {
    expect(tokenizer.decode([258, 104, 259, 258], { special: false })).toBe('h<a><b>')
  })

  test('puts around a text what its post-processor says, where it is asked to', () => {
    const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } })
    const post_processor = {
      type: 'Sequence',
      processors: [
        { type: 'ByteLevel', trim_offsets: false },
        {
          type: 'TemplateProcessing',
          single: [special('<a>'), { Sequence: { id: 'A', type_id: 0 } }, special('<a><b>')],
          special_tokens: {
            '<a>': { id: '<a>', ids: [258], tokens: ['<a>'] },
            '<a><b>': { id: '<a><b>', ids: [259], tokens: ['<a><b>'] },
          },
        },
      ],
    }
    const wrapping = Tokenizer.fromJson({ ...small, post_processor }, { bos_token: '<a>' })
    expect([...wrapping.encode('th', { addSpecialTokens: true })]).toEqual([258, 256, 259])
    expect([...wrapping.encode('th')]).toEqual([256])
    expect(wrapping.bosId).toBe(258)
  })

  test('encodes a conversation whose messages cannot forge special tokens', () => {
    const chat = Tokenizer.fromJson(small, {
      chat_template: '{% for m in messages %}<a>{{ m.content | trim }}{% endfor %}',
    })
    const attack = '\ufdd0 <a>\ufdd1 th'
    const text = [...chat.encode('<a>', { special: false }), 32, 256]
    expect([...chat.encodeChat([{ role: 'user', content: attack }])]).toEqual([258, ...text])
    expect(() => tokenizer.encodeChat([])).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The tokenizer has no chat template.
      Put chat_template.jinja beside it, or encode the text that the model expects.]
    `)
  })

  test('finds added tokens by their own rules where they have some', () => {
    const stripping = Tokenizer.fromJson({
      ...small,
      added_tokens: [{ id: 258, content: '<a>', special: true, lstrip: true }],
    })
    expect([...stripping.encode('x  <a>')]).toEqual([120, 258])
    expect([...stripping.encode('x <a>', { special: false })]).toEqual([120, 32, 60, 97, 62])
  })

  test.each([
    ['-1', -1],
    ['a fraction', 0.5],
    ['enormous', 1e12],
    ['text', '7'],
  ])('refuses a vocabulary with an id that is %s', (_, id) => {
    const model = { ...small.model, vocab: { ...small.model.vocab, the: id } }
    expect(() => Tokenizer.fromJson({ ...small, model })).toThrowError(
      expect.objectContaining({ code: 'ERR_QUERL_DATA' }),
    )
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

describe("Llama 3's tokenizer.model", () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const ranks = [
    ...Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]).toString('base64')),
    base64('th'),
    base64('the'),
  ]
  const lines = ranks.map((token, rank) => `${token} ${rank}`)

  async function loaded(content: string, config?: object): Promise<Tokenizer> {
    const folder = await mkdtemp(join(tmpdir(), 'querl-ranks-'))
    try {
      await writeFile(join(folder, 'tokenizer.model'), content)
      if (config) await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify(config))
      return await Tokenizer.load(folder)
    } finally {
      await rm(folder, { recursive: true })
    }
  }

  test('gets the special tokens of Llama 3.1 behind its ranks', async () => {
    const tokenizer = await loaded(`${lines.join('\n')}\n`)
    expect([...tokenizer.encode('the<|eot_id|>', { addSpecialTokens: true })]).toEqual([
      258, 257, 267,
    ])
    expect(tokenizer.idOf('<|reserved_special_token_247|>')).toBe(258 + 255)
    expect([tokenizer.bosId, tokenizer.eosId]).toEqual([258, 259])
    expect(tokenizer.vocabSize).toBe(258 + 256)
  })

  test('takes the special tokens that its configuration names', async () => {
    const added_tokens_decoder = { 258: { content: '<s>', special: true } }
    const tokenizer = await loaded(lines.join('\n'), { added_tokens_decoder, bos_token: '<s>' })
    expect([...tokenizer.encode('th', { addSpecialTokens: true })]).toEqual([258, 256])
    expect(tokenizer.vocabSize).toBe(259)
  })

  test('is refused where it is of another kind, or cut', async () => {
    await expect(loaded('\n\u000e\n\u0005<unk>')).rejects.toMatchObject({ code: 'ERR_QUERL_MODEL' })
    await expect(loaded('IQ== 0\nIg== 2')).rejects.toMatchObject({ code: 'ERR_QUERL_DATA' })
    await expect(loaded('IQ== 0\nIg=')).rejects.toMatchObject({ code: 'ERR_QUERL_DATA' })
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
