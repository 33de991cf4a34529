import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { CrossEncoder, TextEmbedder } from './index.js'

const golden = fileURLToPath(new URL('../../../tests/golden/fixtures/', import.meta.url))
const bert = join(golden, 'encoder-bert-f32')
const reranker = join(golden, 'encoder-bert-reranker-f32')
const scratch = mkdtempSync(join(tmpdir(), 'querl-embedder-'))
afterAll(() => rmSync(scratch, { recursive: true }))

let copies = 0
/** A copy of a folder with other files, or with another config.json. */
function copyOf(
  from: string,
  files: Readonly<Record<string, object>> = {},
  config: object = {},
  name = `model-${copies++}`,
): string {
  const dir = join(scratch, name)
  cpSync(from, dir, { recursive: true })
  const path = join(dir, 'config.json')
  const json = JSON.parse(readFileSync(path, 'utf8')) as object
  writeFileSync(path, JSON.stringify({ ...json, ...config }))
  for (const [file, content] of Object.entries(files))
    writeFileSync(join(dir, file), JSON.stringify(content))
  return dir
}

const modules = (...names: string[]) =>
  names.map((name, i) => ({
    idx: i,
    path: name === 'Transformer' ? '' : `${i}_${name}`,
    type: `sentence_transformers.models.${name}`,
  }))

const passages = Array.from({ length: 200 }, (_, i) =>
  Array.from({ length: 1 + ((i * 37) % 60) }, (_, j) => ['who', 'wrote', 'jaws', 'x'][(i + j) % 4])
    .join(' ')
    .concat('.'),
)

describe('vectors', () => {
  test('stand in the order of the texts, whatever is beside them and on any threads', async () => {
    using one = await TextEmbedder.load(bert, { threads: 1 })
    using two = await TextEmbedder.load(bert, { threads: 2 })
    const all = await two.embed(passages)
    expect(all.length).toBe(passages.length * two.dimensions)
    for (const i of [0, 1, 59, 60, 199]) {
      const alone = await one.embed([passages[i]!])
      expect(alone).toEqual(all.slice(i * two.dimensions, (i + 1) * two.dimensions))
    }
  })

  test('of no texts are none', async () => {
    using embedder = await TextEmbedder.load(bert)
    expect(await embedder.embed([])).toEqual(new Float32Array(0))
  })

  test('of a long text are those of what maxTokens leaves of it', async () => {
    using short = await TextEmbedder.load(bert, { maxTokens: 8 })
    using long = await TextEmbedder.load(bert)
    expect(await short.embed(['who wrote jaws a b c d e f'])).toEqual(
      await long.embed(['who wrote jaws a b c']),
    )
  })
})

describe('conventions', () => {
  test('come from the files of sentence-transformers', async () => {
    const dir = copyOf(bert, {
      'modules.json': modules('Transformer', 'Pooling', 'Normalize'),
      'sentence_bert_config.json': { max_seq_length: 24, do_lower_case: false },
      'config_sentence_transformers.json': { prompts: { query: 'q: ', document: 'd: ' } },
    })
    await mkdir(join(dir, '1_Pooling'))
    const pooling = { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false }
    writeFileSync(join(dir, '1_Pooling', 'config.json'), JSON.stringify(pooling))
    using embedder = await TextEmbedder.load(dir)
    expect(embedder.maxTokens).toBe(24)
    expect(embedder.settings).toEqual({
      pooling: 'cls',
      normalize: true,
      queryPrefix: 'q: ',
      passagePrefix: 'd: ',
    })
    using asked = await TextEmbedder.load(dir, { preset: 'e5', queryPrefix: '' })
    expect(asked.settings).toEqual({
      pooling: 'mean',
      normalize: true,
      queryPrefix: '',
      passagePrefix: 'passage: ',
    })
  })

  test.each([
    ['e5-base-v2', 'mean', 'query: ', 'passage: '],
    ['multilingual-e5-small', 'mean', 'query: ', 'passage: '],
    [
      'multilingual-e5-large-instruct',
      'mean',
      'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ',
      '',
    ],
    ['bge-base-en-v1.5', 'cls', 'Represent this sentence for searching relevant passages: ', ''],
    ['bge-m3', 'cls', '', ''],
    ['gte-base', 'mean', '', ''],
  ])('of %s follow from its name', async (name, pooling, queryPrefix, passagePrefix) => {
    using embedder = await TextEmbedder.load(copyOf(bert, {}, {}, name))
    expect(embedder.settings).toEqual({ pooling, normalize: true, queryPrefix, passagePrefix })
  })
})

describe('what is refused', () => {
  test.each([
    ['another model', { model_type: 'modernbert' }, 'describes "modernbert"'],
    ['relative positions', { position_embedding_type: 'relative_key' }, '"relative_key" positions'],
    ['an activation', { hidden_act: 'swish' }, 'the activation "swish"'],
    ['another shape', { intermediate_size: 47 }, 'the model has [47, 32]'],
    ['more layers', { num_hidden_layers: 3 }, 'lacks the tensor encoder.layer.2.'],
    ['too few ids', { vocab_size: 20 }, 'ids, and its model 20'],
  ])('%s', async (_, config, message) => {
    const dir = copyOf(bert, {}, config)
    await expect(TextEmbedder.load(dir)).rejects.toMatchObject({
      code: 'ERR_QUERL_MODEL',
      message: expect.stringContaining(message),
    })
  })

  test('a module that does not run here', async () => {
    const dir = copyOf(bert, { 'modules.json': modules('Transformer', 'Pooling', 'Dense') })
    await mkdir(join(dir, '1_Pooling'))
    writeFileSync(join(dir, '1_Pooling/config.json'), '{"pooling_mode_mean_tokens":true}')
    await expect(TextEmbedder.load(dir)).rejects.toThrow('asks for the module')
  })

  test('a classifier that is none', async () => {
    await expect(CrossEncoder.load(bert)).rejects.toThrow('does not classify sequences')
  })

  test.each([
    [{ pooling: 'sum' }, 'Expected pooling'],
    [{ preset: 'e6' }, 'Expected preset'],
    [{ dtype: 'int8' }, 'Expected dtype'],
    [{ threads: 0 }, 'Expected threads'],
    [{ maxTokens: 65 }, 'Expected maxTokens'],
    [{ maxTokens: 2 }, 'Expected maxTokens'],
  ])('the options %j', async (options, message) => {
    await expect(TextEmbedder.load(bert, options as object)).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
      message: expect.stringContaining(message),
    })
  })

  test('texts that are no strings', async () => {
    using embedder = await TextEmbedder.load(bert)
    await expect(embedder.embed(['a', 3 as unknown as string])).rejects.toThrow('texts[1]')
    using encoder = await CrossEncoder.load(reranker)
    await expect(encoder.score([['a'] as unknown as [string, string]])).rejects.toThrow('pairs[0]')
  })

  test('one score of a model with several labels', async () => {
    using encoder = await CrossEncoder.load(join(golden, 'encoder-roberta-classifier-f32'))
    await expect(encoder.score([['a', 'b']])).rejects.toThrow('gives a pair 3 numbers')
    expect((await encoder.scoreAll([['a', 'b']])).length).toBe(3)
    expect(encoder.activation).toBe('identity')
  })
})

describe('a call', () => {
  const many = Array.from({ length: 20 }, () => passages).flat()

  test('tells its progress', async () => {
    using embedder = await TextEmbedder.load(bert)
    const seen: number[] = []
    await embedder.embed(many, { onProgress: ({ done }) => seen.push(done) })
    expect(seen.length).toBeGreaterThan(3)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(many.length)
  })

  test('stops when its signal fires, before and while it runs, and others go on', async () => {
    using embedder = await TextEmbedder.load(bert)
    const reason = new Error('enough')
    await expect(embedder.embed(['a'], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    const controller = new AbortController()
    const stopped = embedder.embed(many, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    })
    const other = embedder.embed(['who wrote jaws'])
    await expect(stopped).rejects.toBe(reason)
    expect((await other).length).toBe(embedder.dimensions)
  })

  test('is rejected once the embedder was disposed', async () => {
    const embedder = await TextEmbedder.load(bert)
    const pending = embedder.embed(many)
    embedder.dispose()
    embedder.dispose()
    await expect(pending).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
    await expect(embedder.embed(['a'])).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
  })
})

test("the scores' activation is what config.json says, else sigmoid for one label", async () => {
  using usual = await CrossEncoder.load(reranker)
  expect(usual.activation).toBe('sigmoid')
  const named = { sbert_ce_default_activation_function: 'torch.nn.modules.linear.Identity' }
  using plain = await CrossEncoder.load(copyOf(reranker, {}, named))
  expect(plain.activation).toBe('identity')
  const newer = { sentence_transformers: { activation_fn: 'torch.nn.modules.linear.Identity' } }
  using other = await CrossEncoder.load(copyOf(reranker, {}, newer))
  expect(other.activation).toBe('identity')
})
