// Small encoders that transformers wrote, and what it computes with them (make_encoders.py).

import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CrossEncoder, type ModelDtype, type Pooling, TextEmbedder } from '@querl/lm'
import { describe, expect, test } from 'vitest'
// Not public: what is compared is the ids alone.
import { TextTokenizer } from '../../packages/lm/src/text-tokenizer.js'

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))
const folderOf = (name: string) => join(fixtures, `encoder-${name}`)

const checkpoints = [
  'bert-f32',
  'bert-cased-bf16-shards',
  'bert-masked-f16',
  'bert-reranker-f32',
  'roberta-classifier-f32',
  'xlm-roberta-f32',
  'distilbert-f32',
  'distilbert-classifier-f32',
]
const classifiers = checkpoints.filter((name) => /reranker|classifier/.test(name))

// fp32 in another order of summation, of numbers of magnitude 1 to 3.
const fp32 = 1e-4
// Two layers whose activations are rounded to 2^-9 before each of ten products: of the largest number
// of a vector. float16 keeps activations in fp32, and rounds the weights to 2^-12.
const half: Readonly<Record<string, number>> = { bfloat16: 4e-2, float16: 4e-3 }

interface Expected {
  readonly maxTokens: number
  readonly texts: number[][]
  readonly pairs: { readonly ids: number[]; readonly types: number[] }[]
  readonly vectors: Record<Pooling, number[][]>
  readonly scores?: number[][]
}

const read = <T>(path: string) => JSON.parse(readFileSync(path, 'utf8')) as T
const given = read<{ texts: string[]; pairs: [string, string][] }>(
  join(fixtures, 'encoder-texts.json'),
)
const expectedOf = (name: string) => read<Expected>(join(folderOf(name), 'expected.json'))

/** The largest difference, in units of the largest number of its row. */
function worst(actual: Float32Array, expected: readonly number[][], unit = false): number {
  const width = expected[0]!.length
  expect(actual.length).toBe(expected.length * width)
  let most = 0
  for (const [i, row] of expected.entries()) {
    const size = unit ? Math.max(...row.map(Math.abs)) : 1
    for (const [j, x] of row.entries())
      most = Math.max(most, Math.abs(actual[i * width + j]! - x) / size)
  }
  return most
}

function normalized(rows: readonly number[][]): number[][] {
  return rows.map((row) => row.map((x) => x / Math.hypot(...row)))
}

function checkIds(tokenizer: TextTokenizer, expected: Expected): void {
  const { maxTokens } = expected
  for (const [i, text] of given.texts.entries())
    expect({ text, ids: tokenizer.encode(text, maxTokens).ids }).toEqual({
      text,
      ids: expected.texts[i],
    })
  for (const [i, [first, second]] of given.pairs.entries())
    expect(tokenizer.encodePair(first, second, maxTokens)).toEqual(expected.pairs[i])
}

describe.each([...checkpoints, 'vocab-txt'])('tokenizer of %s', (name) => {
  test('makes the ids and types of transformers, cut as it cuts', async () => {
    checkIds(await TextTokenizer.load(folderOf(name)), expectedOf(name))
  })
})

describe.each(checkpoints)('%s', (name) => {
  const expected = expectedOf(name)

  test.each(['mean', 'cls', 'last', 'max'] as const)('gives the %s vectors', async (pooling) => {
    using embedder = await TextEmbedder.load(folderOf(name), { pooling, normalize: false })
    expect(embedder.maxTokens).toBe(expected.maxTokens)
    const vectors = await embedder.embed(given.texts)
    expect(worst(vectors, expected.vectors[pooling])).toBeLessThan(fp32)
  })

  test('gives vectors of length 1 for queries and passages with their prefixes', async () => {
    const [text, prefixed] = ['wrote jaws', 'who wrote jaws']
    using embedder = await TextEmbedder.load(folderOf(name), {
      pooling: 'cls',
      queryPrefix: 'who ',
    })
    using plain = await TextEmbedder.load(folderOf(name), { pooling: 'cls' })
    const vectors = await plain.embed(given.texts)
    expect(worst(vectors, normalized(expected.vectors.cls))).toBeLessThan(fp32)
    expect(await embedder.embedQueries([text])).toEqual(await plain.embed([prefixed]))
    expect(await embedder.embedPassages([text])).toEqual(await plain.embed([text]))
  })

  test.each(['bfloat16', 'float16'] as const satisfies ModelDtype[])(
    'is close to it with weights in %s',
    async (dtype) => {
      using embedder = await TextEmbedder.load(folderOf(name), {
        pooling: 'mean',
        normalize: false,
        dtype,
      })
      const vectors = await embedder.embed(given.texts)
      expect(worst(vectors, expected.vectors.mean, true)).toBeLessThan(half[dtype]!)
    },
  )
})

test.each(classifiers)('%s gives the scores of pairs', async (name) => {
  const { scores } = expectedOf(name)
  using encoder = await CrossEncoder.load(folderOf(name), { activation: 'identity' })
  expect(worst(await encoder.scoreAll(given.pairs), scores!)).toBeLessThan(fp32)
  using usual = await CrossEncoder.load(folderOf(name), { activation: 'sigmoid' })
  const likely = scores!.map((row) => row.map((x) => 1 / (1 + Math.exp(-x))))
  expect(worst(await usual.scoreAll(given.pairs), likely)).toBeLessThan(fp32)
})

test('vocab.txt beside the weights is as good as tokenizer.json', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'querl-encoder-'))
  try {
    for (const file of ['config.json', 'model.safetensors'])
      cpSync(join(folderOf('bert-f32'), file), join(folder, file))
    for (const file of ['vocab.txt', 'tokenizer_config.json'])
      cpSync(join(folderOf('vocab-txt'), file), join(folder, file))
    using whole = await TextEmbedder.load(folderOf('bert-f32'))
    using plain = await TextEmbedder.load(folder)
    expect(await plain.embed(given.texts)).toEqual(await whole.embed(given.texts))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

describe.skipIf(!process.env['QUERL_BENCH_PYTHON'])('transformers as it is installed', () => {
  test.each(checkpoints)('agrees about %s', { timeout: 120_000 }, async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'querl-encoder-'))
    try {
      const out = join(folder, 'expected.json')
      const script = fileURLToPath(new URL('make_encoders.py', import.meta.url))
      const args = [script, '--live', folderOf(name), out]
      execFileSync(process.env['QUERL_BENCH_PYTHON']!, args, {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const expected = read<Expected>(out)
      checkIds(await TextTokenizer.load(folderOf(name)), expected)
      using embedder = await TextEmbedder.load(folderOf(name), { normalize: false })
      const vectors = await embedder.embed(given.texts)
      expect(worst(vectors, expected.vectors.mean)).toBeLessThan(fp32)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
