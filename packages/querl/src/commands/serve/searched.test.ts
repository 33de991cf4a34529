import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TextEmbedder } from '@querl/lm'
import { Bm25Index, VectorIndex } from '@querl/retrieval'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSearched, type Wanted } from './searched.js'

const encoder = fileURLToPath(
  new URL('../../../../../tests/golden/fixtures/encoder-bert-f32', import.meta.url),
)
const folder = mkdtempSync(join(tmpdir(), 'querl-searched-'))
afterAll(() => rmSync(folder, { recursive: true }))

const texts = [
  'who wrote jaws',
  'the film was scored by john williams',
  'peter benchley wrote the novel jaws',
  'a shark hunts at the beach',
  'music of star wars by john williams',
  'jaws the film of the novel',
]
const passages = texts.map((text, at) => ({ id: `p${at}`, title: `"Title ${at}"`, text }))
const path = join(folder, 'index')
const dense = join(folder, 'all.vectors')
const fewer = join(folder, 'fewer.vectors')
const left = ['p0', 'p2', 'p3', 'p5']

const wanted: Wanted = {
  path,
  scoring: {},
  analysis: {},
  rows: {},
  dense: [dense],
  encoder,
  encoderPreset: 'e5',
  passages: undefined,
  device: undefined,
  dtype: 'float32',
  threads: 1,
  fusion: 'rrf',
  weights: undefined,
  candidates: undefined,
  reranker: undefined,
  rerankCandidates: undefined,
}

/** The scores of all passages for a query, by products of their vectors. */
async function products(query: string): Promise<Map<string, number>> {
  using embedder = await TextEmbedder.load(encoder, { preset: 'e5' })
  const d = embedder.dimensions
  const q = await embedder.embedQueries([query])
  const p = await embedder.embedPassages(passages.map(({ title, text }) => `${title}\n${text}`))
  const product = (at: number) =>
    Array.from({ length: d }, (_, i) => q[i]! * p[at * d + i]!).reduce((sum, each) => sum + each)
  return new Map(passages.map(({ id }, at) => [id, product(at)]))
}

async function found(change: Partial<Wanted>, query: string) {
  using searched = await openSearched({ ...wanted, ...change })
  const [hits] = await searched.retriever.search([query], { topK: 10 })
  return { hits: hits!, info: searched.info as { dense: { live?: number } } }
}

describe('vectors beside an index with deleted passages', () => {
  beforeAll(async () => {
    // Two segments, of each of which a document is deleted.
    using index = await Bm25Index.build(passages.slice(0, 4), { path, keepDocuments: true })
    await index.add(passages.slice(4))
    using embedder = await TextEmbedder.load(encoder, { preset: 'e5' })
    const { dimensions } = embedder
    const vectors = await embedder.embedPassages(
      passages.map(({ title, text }) => `${title}\n${text}`),
    )
    using _all = await VectorIndex.build(vectors, { dimensions, path: dense })
    const four = vectors.subarray(0, left.length * dimensions)
    using _four = await VectorIndex.build(four, { dimensions, path: fewer })
    expect((await found({}, texts[1]!)).info.dense.live).toBeUndefined()
    expect(await index.delete(['p1', 'p4'])).toBe(2)
  })

  // Before a merge the index counts deleted documents, afterwards it has forgotten them.
  test.each(['marked as deleted', 'dropped by a merge'])(
    '%s: finds those that are left',
    async (state) => {
      if (state === 'dropped by a merge') {
        using index = await Bm25Index.open(path)
        await index.merge()
        expect(index.info).toMatchObject({ documents: 4, deleted: 0, added: 6 })
      }
      const query = texts[1]!
      const scores = await products(query)
      const best = [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id)
      expect(best[0]).toBe('p1') // deleted
      const { hits, info } = await found({ path: undefined, passages: path }, query)
      expect(hits.map(({ id }) => id)).toEqual(best.filter((id) => left.includes(id)))
      // Sums of fp32 products in another order than here.
      for (const { id, score } of hits) expect(score).toBeCloseTo(scores.get(id)!, 5)
      expect(hits.map(({ text }) => text)).toEqual(hits.map(({ id }) => texts[Number(id[1])]))
      expect(info.dense.live).toBe(4)
      const fused = await found({}, query)
      expect(fused.hits.map(({ id }) => id).sort()).toEqual(left)
      expect(fused.info).toMatchObject({ bm25: { documents: 4 }, dense: { size: 6, live: 4 } })
    },
  )

  test('has to have a row for each that was ever added', async () => {
    const rows = `${fewer} has 4 vectors, but ${path} has had 6 passages, of which 2 were deleted`
    for (const change of [{}, { path: undefined, passages: path }]) {
      await expect(openSearched({ ...wanted, dense: [fewer], ...change })).rejects.toMatchObject({
        code: 'ERR_QUERL_ARGUMENT',
        message: expect.stringContaining(rows),
        remedy: expect.stringContaining('in the same order: querl embed.'),
      })
    }
    const file = join(folder, 'passages.jsonl')
    writeFileSync(file, passages.map((each) => `${JSON.stringify(each)}\n`).join(''))
    await expect(openSearched({ ...wanted, path: file, dense: [fewer] })).rejects.toThrow(
      `${fewer} has 4 vectors, but there are 6 passages.`,
    )
  })
})

describe('passages in a file and in an index', () => {
  const file = join(folder, 'rows.jsonl')
  const index = join(folder, 'rows')
  const alone = { ...wanted, dense: undefined, encoder: undefined }
  beforeAll(async () => {
    writeFileSync(file, passages.map((each) => `${JSON.stringify(each)}\n`).join(''))
    using _ = await Bm25Index.build(passages, { path: index, keepDocuments: true })
  })

  // With k1 0 each word counts by its idf alone; "beach" is in one of six passages.
  test.each([
    ['a file', { k1: 0 }, file, Math.log(1 + 5.5 / 1.5)],
    ['a file', { k1: 0, variant: 'atire' }, file, Math.log(6)],
    ['an index', { k1: 0 }, index, Math.log(1 + 5.5 / 1.5)],
    ['an index', { k1: 0, variant: 'atire' }, index, Math.log(6)],
  ] as const)('%s is scored as is asked for: %j', async (_, scoring, path, expected) => {
    const { hits, info } = await found({ ...alone, path, scoring }, 'beach')
    expect(hits).toMatchObject([{ id: 'p3', title: '"Title 3"' }])
    expect(hits[0]!.score).toBeCloseTo(expected, 5) // rounded to 2^-22
    expect(info).toMatchObject({ bm25: scoring })
  })

  test('an index keeps what is not asked for: of the settings, b and delta', async () => {
    const path = join(folder, 'settings')
    const made = { k1: 1.5, b: 0.75, delta: 1, lengths: 'lucene', variant: 'bm25l' } as const
    using _ = await Bm25Index.build(passages, { ...made, path, keepDocuments: true })
    const { info } = await found({ ...alone, path, scoring: { k1: 2 } }, 'beach')
    expect(info).toMatchObject({ bm25: { ...made, k1: 2 } })
  })

  test('rows may have other names', async () => {
    const path = join(folder, 'named.jsonl')
    const named = passages.map(({ id, title, text }) => ({
      no: id,
      head: title,
      body: text,
      text: 0,
    }))
    writeFileSync(path, named.map((each) => `${JSON.stringify(each)}\n`).join(''))
    const rows = { id: 'no', title: 'head', text: 'body' }
    const { hits } = await found({ ...alone, path, rows }, 'beach')
    expect(hits).toMatchObject([{ ...passages[3], score: expect.any(Number) }])
    const asVectors = { path: undefined, passages: path, rows }
    const dense = await found(asVectors, 'a shark')
    expect(dense.hits.find(({ id }) => id === 'p3')).toMatchObject(passages[3]!)
  })

  test('vectors in parts are rows one behind the other, in the order given', async () => {
    using embedder = await TextEmbedder.load(encoder, { preset: 'e5' })
    const { dimensions } = embedder
    const all = await embedder.embedPassages(passages.map(({ title, text }) => `${title}\n${text}`))
    const [a, b] = [join(folder, 'a.vectors'), join(folder, 'b.vectors')]
    using _a = await VectorIndex.build(all.subarray(0, 2 * dimensions), { dimensions, path: a })
    using _b = await VectorIndex.build(all.subarray(2 * dimensions), { dimensions, path: b })
    const scores = await products(texts[1]!)
    for (const [parts, rows] of [
      [
        [a, b],
        [0, 1, 2, 3, 4, 5],
      ],
      [
        [b, a],
        [2, 3, 4, 5, 0, 1],
      ],
    ] as const) {
      const change = { path: undefined, passages: file, dense: parts }
      const { hits, info } = await found(change, texts[1]!)
      expect(hits).toHaveLength(6)
      // Sums of fp32 products in another order than here.
      for (const { id, score } of hits)
        expect(score).toBeCloseTo(scores.get(`p${rows[Number(id[1])]}`)!, 5)
      expect(info).toMatchObject({ dense: { size: 6, paths: parts } })
    }
    await expect(openSearched({ ...wanted, path: file, dense: [b, b] })).rejects.toThrow(
      `${b} … ${b} together have 8 vectors, but there are 6 passages.`,
    )
  })

  test('says which options are for what else', async () => {
    const analysis = { preset: 'lucene' } as const
    const rows = { text: 'body' }
    const vectors = { path: undefined, passages: file }
    for (const [change, message] of [
      [{ path: index, analysis }, `--preset and --analyzer are for an index made in memory`],
      [{ path: index, rows }, '--id, --title and --text are for passages in JSON lines'],
      [{ ...vectors, passages: index, rows }, '--id, --title and --text are for passages in JSON'],
      [{ ...vectors, analysis }, '--k1, --b and --delta are for BM25.'],
      [{ ...vectors, scoring: { b: 0.75 } }, '--k1, --b and --delta are for BM25.'],
    ] as const)
      await expect(openSearched({ ...wanted, ...change })).rejects.toMatchObject({
        code: 'ERR_QUERL_ARGUMENT',
        message: expect.stringContaining(message),
      })
  })
})
