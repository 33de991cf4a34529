// Encoders that are given damaged folders, wrong arguments and odd texts.

import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { CrossEncoder, TextEmbedder } from './index.js'

const golden = fileURLToPath(new URL('../../../tests/golden/fixtures/', import.meta.url))
const bert = join(golden, 'encoder-bert-f32')
const classifier = join(golden, 'encoder-roberta-classifier-f32')
const scratch = mkdtempSync(join(tmpdir(), 'querl-encoder-faults-'))
afterAll(() => rmSync(scratch, { recursive: true }))

let copies = 0
function damaged(damage: (dir: string) => void): string {
  const dir = join(scratch, `model-${copies++}`)
  cpSync(bert, dir, { recursive: true })
  damage(dir)
  return dir
}

const configured = (changes: object) =>
  damaged((dir) => {
    const path = join(dir, 'config.json')
    const json = JSON.parse(readFileSync(path, 'utf8')) as object
    writeFileSync(path, JSON.stringify({ ...json, ...changes }))
  })

const cut = (bytes: number) => damaged((dir) => truncateSync(join(dir, 'model.safetensors'), bytes))
const whole = readFileSync(join(bert, 'model.safetensors')).length

describe('a folder is refused by name and with a remedy', () => {
  test.each([
    ['that is not there', () => join(scratch, 'nowhere'), 'ERR_QUERL_IO', 'has no config.json'],
    ['that is a file', () => join(bert, 'config.json'), 'ERR_QUERL_IO', 'Give the folder'],
    ['that is no path', () => 3 as unknown as string, 'ERR_QUERL_ARGUMENT', 'Expected dir'],
    [
      'without weights',
      () => damaged((dir) => rmSync(join(dir, 'model.safetensors'))),
      'ERR_QUERL_MODEL',
      'has neither model.safetensors',
    ],
    [
      'without a tokenizer',
      () => damaged((dir) => rmSync(join(dir, 'tokenizer.json'))),
      'ERR_QUERL_IO',
      'has neither tokenizer.json',
    ],
    [
      'whose tokenizer is none',
      () => damaged((dir) => writeFileSync(join(dir, 'tokenizer.json'), '{}')),
      'ERR_QUERL_MODEL',
      'The tokenizer cannot be read',
    ],
    [
      'whose config.json is cut',
      () => damaged((dir) => writeFileSync(join(dir, 'config.json'), '{"model_type"')),
      'ERR_QUERL_DATA',
      'is not JSON',
    ],
    ['of another kind', () => configured({ model_type: 't5' }), 'ERR_QUERL_MODEL', 'run here'],
    // What would take all memory before a tensor is looked at.
    [
      'with 2e9 layers',
      () => configured({ num_hidden_layers: 2e9 }),
      'ERR_QUERL_MODEL',
      'num_hidden_layers 2000000000; at most 1024',
    ],
    [
      'of 2^40 numbers a token',
      () => configured({ hidden_size: 2 ** 40 }),
      'ERR_QUERL_MODEL',
      'hidden_size 1099511627776; at most',
    ],
    [
      'that lacks some layers',
      () => configured({ num_hidden_layers: 5 }),
      'ERR_QUERL_MODEL',
      'lacks the tensor encoder.layer.{2-4}.attention.self.query.weight',
    ],
  ])('%s', async (_, folder, code, message) => {
    await expect(TextEmbedder.load(folder())).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    })
  })

  // Within the header's length, the header, the first tensor, and the last.
  test.each([0, 3, 8, 50, 4100, whole >> 1, whole - 1])(
    'whose weights are cut to %d bytes',
    async (bytes) => {
      await expect(TextEmbedder.load(cut(bytes))).rejects.toMatchObject({
        code: 'ERR_QUERL_CHECKPOINT_CORRUPT',
        message: expect.stringContaining('model.safetensors'),
      })
    },
  )
})

test('a load whose signal fires rejects with its reason', async () => {
  const controller = new AbortController()
  const reason = new Error('enough')
  const loading = TextEmbedder.load(bert, { signal: controller.signal })
  controller.abort(reason)
  await expect(loading).rejects.toBe(reason)
})

describe('odd texts', () => {
  test.each([
    ['nothing', ''],
    ['white space', ' \n\t\u3000'],
    ['a zero byte', '\0'],
    ['half of a surrogate', '\ud800'],
    ['other planes and accents', '\u{1f600} H\u00e9llo \u202e\uffff'],
    ['special tokens by name', '[CLS] [SEP] [PAD]'],
    ['one word of a million letters', 'x'.repeat(1_000_000)],
    ['far more words than positions', 'who wrote '.repeat(50_000)],
  ])('%s has a vector of length 1', async (_, text) => {
    using embedder = await TextEmbedder.load(bert)
    const vector = await embedder.embed([text])
    expect(vector).toHaveLength(embedder.dimensions)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
  })

  test('nothing, and all that is white space, are the same text', async () => {
    using embedder = await TextEmbedder.load(bert)
    expect(await embedder.embed([' \n\t'])).toEqual(await embedder.embed(['']))
  })

  test('pairs of nothing and of long texts have scores', async () => {
    using encoder = await CrossEncoder.load(join(golden, 'encoder-bert-reranker-f32'))
    const long = 'who wrote jaws '.repeat(1000)
    const scores = await encoder.score([
      ['', ''],
      ['who', ''],
      ['', long],
      [long, long],
    ])
    expect([...scores].every((score) => score > 0 && score < 1)).toBe(true)
    expect(await encoder.score([])).toEqual(new Float32Array(0))
  })
})

test('texts and pairs that are no arrays are named', async () => {
  using embedder = await TextEmbedder.load(bert)
  for (const texts of ['who', undefined, null])
    await expect(embedder.embed(texts as unknown as string[])).rejects.toThrow('Expected texts')
  using encoder = await CrossEncoder.load(classifier)
  await expect(encoder.scoreAll('ab' as unknown as [])).rejects.toThrow('Expected pairs')
})

test('a classifier of several labels gives each its number, in the order of the pairs', async () => {
  using encoder = await CrossEncoder.load(classifier)
  const pairs: [string, string][] = [
    ['who wrote jaws', 'a novel'],
    ['a', 'b'],
  ]
  const all = await encoder.scoreAll(pairs)
  expect(all).toHaveLength(2 * 3)
  for (const [i, pair] of pairs.entries())
    expect(await encoder.scoreAll([pair])).toEqual(all.slice(3 * i, 3 * i + 3))
  // Numbers as they are, and not shares: sigmoid is asked for.
  using shares = await CrossEncoder.load(classifier, { activation: 'sigmoid' })
  const likely = await shares.scoreAll(pairs)
  for (const [i, x] of all.entries()) expect(likely[i]).toBeCloseTo(1 / (1 + Math.exp(-x)), 6)
})
