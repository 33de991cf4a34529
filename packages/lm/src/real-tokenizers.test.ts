// Real tokenizers on the vectors of llama.cpp, transformers.js and swift-transformers.

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type ChatMessage, Tokenizer } from './index.js'

const data =
  process.env['QUERL_TEST_DATA'] ??
  fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const hasData = existsSync(join(data, 'tok-vectors'))
if (!hasData)
  console.warn(`Skipped: the vectors of real tokenizers. ${data} does not exist (QUERL_TEST_DATA).`)

const read = (file: string) => {
  const bytes = readFileSync(join(data, file))
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}
const json = <T>(file: string) => JSON.parse(read(file)) as T

const loaded = new Map<string, Promise<Tokenizer>>()
function load(folder: string): Promise<Tokenizer> {
  if (!loaded.has(folder)) loaded.set(folder, Tokenizer.load(join(data, folder)))
  return loaded.get(folder)!
}

/** Texts and ids, as llama.cpp writes them. */
function llamaCpp(name: string): { text: string; ids: number[] }[] {
  const texts = read(`tok-vectors/ggml-vocab-${name}.gguf.inp`).split('\n__ggml_vocab_test__\n')
  const ids = read(`tok-vectors/ggml-vocab-${name}.gguf.out`).split('\n')
  return texts.map((text, i) => ({
    text,
    ids: ids[i]!.trim() === '' ? [] : ids[i]!.trim().split(/\s+/).map(Number),
  }))
}

interface Case {
  readonly text: string
  readonly text_pair?: string
  readonly ids: number[]
}

describe.skipIf(!hasData)('a real tokenizer', () => {
  test.each([
    ['qwen2', 'tok-qwen2.5'],
    ['deepseek-r1-qwen', 'tok-qwen2.5'],
    ['llama-bpe', 'tok-llama3'],
    ['gpt-2', 'tok-gpt2'],
  ])("gives llama.cpp's ids on its 47 texts, and the texts back: %s", async (name, folder) => {
    const tokenizer = await load(folder)
    const cases = llamaCpp(name)
    expect(cases).toHaveLength(47)
    for (const { text, ids } of cases) {
      expect([...tokenizer.encode(text)], JSON.stringify(text)).toEqual(ids)
      expect(tokenizer.decode(ids)).toBe(text)
    }
  })

  test.each([
    ['qwen2', 'Xenova/Qwen1.5-0.5B-Chat', 'tok-qwen2.5', 25, false],
    ['llama3', 'Xenova/llama3-tokenizer', 'tok-llama3', 37, false],
    ['llama3', 'Xenova/llama3-tokenizer-new', 'tok-llama3', 37, true],
    ['gpt2', 'Xenova/gpt2', 'tok-gpt2', 26, false],
  ])("gives transformers.js' ids: %s, %s", async (file, name, folder, count, addSpecialTokens) => {
    const tokenizer = await load(folder)
    const group = json<Record<string, Record<string, Case>>>(
      `tok-vectors/transformersjs.${file}.json`,
    )[name]!
    expect(Object.keys(group)).toHaveLength(count)
    for (const { text, text_pair, ids } of Object.values(group)) {
      const all = [text, ...(text_pair === undefined ? [] : [text_pair])].flatMap((part) => [
        ...tokenizer.encode(part, { addSpecialTokens }),
      ])
      expect(all, JSON.stringify(text)).toEqual(ids)
    }
  })

  test.each([
    ['llama_3.2_encoded', 'tok-llama3', 184],
    ['gpt2_encoded_tokens', 'tok-gpt2', 221],
  ])("gives swift-transformers' ids and text: %s", async (file, folder, count) => {
    const tokenizer = await load(folder)
    const { text, token_ids, decoded_text } = json<{
      text: string
      token_ids: number[]
      decoded_text: string
    }>(`tok-vectors/swift-transformers.${file}.json`)
    expect(token_ids).toHaveLength(count)
    expect([...tokenizer.encode(text, { addSpecialTokens: true })]).toEqual(token_ids)
    expect(tokenizer.decode(token_ids)).toBe(decoded_text)
  })

  test("gives swift-transformers' ids of DistilGPT-2, which has the tokens of GPT-2", async () => {
    const tokenizer = await load('tok-gpt2')
    const cases = json<Record<string, { input: string; encoded: { input_ids: number[] } }[]>>(
      'tok-vectors/swift-transformers.tokenizer_tests.json',
    )['distilgpt2']!
    expect(cases).toHaveLength(18)
    for (const { input, encoded } of cases)
      expect([...tokenizer.encode(input)], JSON.stringify(input)).toEqual(encoded.input_ids)
  })
})

/** What `tokenizers` and transformers made of awkward texts: see fixtures/make_chat_vectors.py. */
const vectors = JSON.parse(
  readFileSync(new URL('fixtures/token-vectors.json', import.meta.url), 'utf8'),
) as {
  texts: string[]
  ids: Record<string, number[][]>
  ordinaryIds: Record<string, number[][]>
  chats: { messages: ChatMessage[]; ids: number[] }[]
}

describe.skipIf(!hasData).each(Object.keys(vectors.ids))('on awkward texts, %s', (folder) => {
  test.each([
    ['finds special tokens', vectors.ids, {}],
    ['reads special tokens as text', vectors.ordinaryIds, { special: false }],
  ])("gives the ids of Hugging Face's tokenizers where it %s", async (_, expected, options) => {
    const tokenizer = await load(folder)
    const differing = vectors.texts.filter(
      (text, i) => String([...tokenizer.encode(text, options)]) !== String(expected[folder]![i]),
    )
    expect(differing).toEqual([])
  })
})

test.skipIf(!hasData).each(vectors.chats)(
  'special tokens in messages get the ids of transformers with sanitize_control_tokens',
  async ({ messages, ids }) => {
    const tokenizer = await load('tok-qwen2.5')
    expect([...tokenizer.encodeChat(messages)]).toEqual(ids)
    // Five messages at most were there, and ten forged marks of their ends.
    const ends = ids.filter((id) => id === tokenizer.idOf('<|im_end|>')).length
    expect(ends).toBe(messages.length + (messages[0]!.role === 'system' ? 0 : 1))
  },
)

describe.skipIf(!hasData)('the trajectories of Search-R1', () => {
  interface Item {
    readonly output: { query: string; final_response: string; prompt_tokens: number }
  }
  const items = () =>
    json<Item[]>('search-r1-trajectories/bamboogle.base.intermediate_data.json.gz')

  test('begin with the chat template of Qwen2.5 over a system and a user message', async () => {
    const { chatTemplate } = await load('tok-qwen2.5')
    for (const { output } of items()) {
      const [, user] = /<\|im_start\|>user\n(.*)<\|im_end\|>\n<\|im_start\|>assistant\n$/s.exec(
        output.query,
      )!
      const messages = [
        { role: 'system', content: 'You are a helpful assistant.' },
        { role: 'user', content: user! },
      ]
      expect(chatTemplate!(messages)).toBe(output.query)
    }
  })

  test('have as many tokens as their run counted', async () => {
    const tokenizer = await load('tok-qwen2.5')
    const end = '</information>\n\n'
    const equal = items().filter(({ output }) => {
      const response = output.final_response
      const read = response.slice(
        0,
        response.lastIndexOf(end) < 0 ? 0 : response.lastIndexOf(end) + end.length,
      )
      return tokenizer.encode(output.query + read).length === output.prompt_tokens
    })
    // Of two, the run encoded the text in other pieces.
    expect(equal.length).toBeGreaterThanOrEqual(123)
  })
})

test.skipIf(!hasData)("the bytes of Qwen2.5's tokens are those of its tiktoken file", async () => {
  const { bytes, offsets } = (await load('tok-qwen2.5')).tokenBytes()
  const lines = read('tok-qwen2.5/qwen.tiktoken.gz').trim().split('\n')
  expect(lines).toHaveLength(151_643)
  const wrong = lines.filter((line) => {
    const [token, rank] = line.split(' ')
    const own = Buffer.from(bytes.subarray(offsets[Number(rank)]!, offsets[Number(rank) + 1]!))
    return own.toString('base64') !== token
  })
  expect(wrong).toEqual([])
})
