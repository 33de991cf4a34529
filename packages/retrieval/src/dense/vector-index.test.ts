import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { randomStream } from '@querl/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeviceVectorIndex, HnswIndex, rowFilter, VectorIndex } from '../index.js'

const repository = fileURLToPath(new URL('../../../..', import.meta.url))
const data = process.env['QUERL_TEST_DATA'] ?? join(repository, '..', 'shared', 'data')
const cosDpr = join(data, 'dense-cosdpr')
const isThere = existsSync(cosDpr)
if (!isThere)
  console.warn(`Skipped: ${cosDpr} is not there. QUERL_TEST_DATA names the data's folder.`)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-vectors-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function vectors(count: number, dimensions: number, seed = 1): Float32Array {
  const random = randomStream(seed, 'vectors')
  return Float32Array.from({ length: count * dimensions }, () => random.uniform() * 2 - 1)
}

/** Every row by its product in float64, best first. */
function twin(rows: Float32Array, query: Float32Array, topK: number) {
  const d = query.length
  const all = Array.from({ length: rows.length / d }, (_, index) => {
    let score = 0
    for (let i = 0; i < d; i++) score += rows[index * d + i]! * query[i]!
    return { index, score }
  })
  return all.sort((a, b) => b.score - a.score).slice(0, topK)
}

// Sums of 32 products below 1 in fp32.
const near = (hits: { index: number; score: number }[]) =>
  hits.map(({ index, score }) => ({ index, score: expect.closeTo(score, 5) }))

describe('VectorIndex', () => {
  const rows = vectors(500, 32)
  const queries = vectors(3, 32, 2)
  const expected = [0, 1, 2].map((q) => near(twin(rows, queries.subarray(q * 32, q * 32 + 32), 5)))

  test('finds the best rows of each query, built at once or in chunks', async () => {
    using whole = await VectorIndex.build(rows, { dimensions: 32 })
    expect(await whole.search(queries, { topK: 5 })).toEqual(expected)
    async function* chunks() {
      for (let at = 0; at < 500; at += 70) yield rows.subarray(at * 32, (at + 70) * 32)
    }
    using chunked = await VectorIndex.build(chunks(), { dimensions: 32 })
    expect(chunked.size).toBe(500)
    expect(await chunked.search(queries, { topK: 5, threads: 3 })).toEqual(expected)
    const { rows: found, ends } = await chunked.searchArrays(queries, { topK: 5 })
    expect([...ends]).toEqual([5, 10, 15])
    expect(found[0]).toBe((await whole.search(queries, { topK: 1 }))[0]![0]!.index)
  })

  test('a file holds what memory holds, for every type and metric', async () => {
    for (const metric of ['ip', 'cosine', 'l2'] as const) {
      for (const dtype of ['float32', 'float16', 'bfloat16', 'int8'] as const) {
        const path = join(folder, `${metric}-${dtype}.vectors`)
        const options = { dimensions: 32, metric, dtype } as const
        using memory = await VectorIndex.build(rows, options)
        using built = await VectorIndex.build(rows, { ...options, path })
        using opened = await VectorIndex.open(path)
        const inMemory = await memory.search(queries)
        expect(await built.search(queries)).toEqual(inMemory)
        expect(await opened.search(queries)).toEqual(inMemory)
        expect(opened.info).toMatchObject({ size: 500, dimensions: 32, metric, dtype })
        await opened.verify()
      }
    }
  })

  test('several files are one index', async () => {
    const paths = [join(folder, 'a.vectors'), join(folder, 'b.vectors')]
    using a = await VectorIndex.build(rows.subarray(0, 320), { dimensions: 32, path: paths[0] })
    using b = await VectorIndex.build(rows.subarray(320), { dimensions: 32, path: paths[1] })
    expect(a.size + b.size).toBe(500)
    using both = await VectorIndex.open(paths)
    expect(await both.search(queries, { topK: 5 })).toEqual(expected)
  })

  test('another index can be stored in another way', async () => {
    using plain = await VectorIndex.build(rows, { dimensions: 32 })
    using coded = await VectorIndex.build(plain, { dtype: 'int8' })
    expect(coded.info).toMatchObject({ dtype: 'int8', rescore: 'float32' })
    expect(await coded.search(queries, { topK: 5, oversample: 20 })).toEqual(expected)
  })

  test('another index has vectors of its own length', async () => {
    using index = await VectorIndex.build(Float32Array.of(1, 2, 3, 4), { dimensions: 4 })
    using same = await VectorIndex.build(index, { dimensions: 4 })
    expect(same.size).toBe(1)
    for (const { build } of [VectorIndex, HnswIndex, DeviceVectorIndex])
      await expect(build(index, { dimensions: 2 })).rejects.toThrow(
        "Expected dimensions to be 4, as the index's vectors have, but got 2",
      )
  })

  test('a filter allows rows', async () => {
    using index = await VectorIndex.build(rows, { dimensions: 32 })
    const filter = rowFilter(500, (row) => row % 7 === 0)
    const [hits] = await index.search(queries.subarray(0, 32), { topK: 500, filter })
    expect(hits).toHaveLength(72)
    expect(hits!.every(({ index }) => index % 7 === 0)).toBe(true)
    expect(() => rowFilter(5, [5])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected row to be an integer in [0, 5), but got 5 (number).]`,
    )
  })

  test('gives back the vectors that it holds', async () => {
    using index = await VectorIndex.build(rows, { dimensions: 32 })
    expect(await index.vectors([499, 0])).toEqual(
      Float32Array.from([...rows.subarray(499 * 32), ...rows.subarray(0, 32)]),
    )
    await expect(index.vectors([500])).rejects.toThrow('in [0, 500)')
  })

  test('an empty index has no hits', async () => {
    using index = await VectorIndex.build([], { dimensions: 4, path: join(folder, 'empty') })
    expect(await index.search(new Float32Array(8))).toEqual([[], []])
  })
})

describe('VectorIndex refuses', () => {
  test('what it cannot work with', async () => {
    const build = (vectors: unknown, options: object) =>
      VectorIndex.build(vectors as Float32Array, { dimensions: 2, ...options })
    const argument = { code: 'ERR_QUERL_ARGUMENT' }
    await expect(build(new Float32Array(3), {})).rejects.toMatchObject(argument)
    await expect(build([1, 2], {})).rejects.toMatchObject(argument)
    await expect(build([], { dtype: 'int4' })).rejects.toMatchObject(argument)
    await expect(build([], { rescore: 'float16' })).rejects.toMatchObject(argument)
    await expect(build([], { metric: 'dot' })).rejects.toMatchObject(argument)
    await expect(build([], { dimensions: 0 })).rejects.toMatchObject(argument)
    await expect(build(Float32Array.of(1, Number.NaN), {})).rejects.toMatchObject({
      code: 'ERR_QUERL_DATA',
    })
    using index = await build(Float32Array.of(1, 2), {})
    await expect(index.search(new Float32Array(3))).rejects.toThrow("the index's dimensions")
    await expect(index.search(Float32Array.of(1, Number.NaN))).rejects.toMatchObject(argument)
    await expect(index.search(new Float32Array(2), { topK: 0 })).rejects.toMatchObject(argument)
  })

  test('a file that is damaged, at whatever byte', async () => {
    const path = join(folder, 'damaged')
    const rows = vectors(40, 8)
    using built = await VectorIndex.build(rows, { dimensions: 8, path, dtype: 'int8' })
    expect(built.size).toBe(40)
    const whole = await readFile(path)
    for (let at = 0; at < whole.length; at += 13) {
      const bytes = Buffer.from(whole)
      bytes[at]! ^= 0x10
      await writeFile(path, bytes)
      const search = async () => {
        using index = await VectorIndex.open(path)
        await index.verify()
      }
      await expect(search(), `byte ${at}`).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_QUERL_(INDEX_CORRUPT|DATA)$/),
      })
    }
    for (let size = 0; size < whole.length; size += 97) {
      await writeFile(path, whole)
      await truncate(path, size)
      await expect(VectorIndex.open(path), `${size} bytes`).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_QUERL_(INDEX_CORRUPT|DATA)$/),
      })
    }
  })

  test('a vector whose block does not have its checksum, when it is scanned', async () => {
    const path = join(folder, 'flipped')
    const rows = vectors(5_000, 8) // more than one block of 64 KiB
    using built = await VectorIndex.build(rows, { dimensions: 8, path })
    expect(built.size).toBe(5_000)
    const bytes = await readFile(path)
    bytes[128 + 17]! ^= 1 // the header has 128 bytes, and vectors come first
    await writeFile(path, bytes)
    using index = await VectorIndex.open(path)
    await expect(index.search(rows.subarray(0, 8))).rejects.toMatchObject({
      code: 'ERR_QUERL_INDEX_CORRUPT',
      remedy: 'Restore a copy of the file, or build the index again.',
    })
  })

  test('work after dispose()', async () => {
    const index = await VectorIndex.build(Float32Array.of(1, 2), { dimensions: 2 })
    index.dispose()
    await expect(index.search(new Float32Array(2))).rejects.toMatchObject({
      code: 'ERR_QUERL_CLOSED',
    })
    index.dispose()
  })
})

describe('an AbortSignal', () => {
  test('ends a scan that runs, and the next one is answered', async () => {
    using index = await VectorIndex.build(vectors(20_000, 64), { dimensions: 64 })
    const controller = new AbortController()
    const many = vectors(50_000, 64, 3) // a second and more
    const search = index.search(many, { signal: controller.signal, threads: 1 })
    setImmediate(() => controller.abort(new Error('enough')))
    await expect(search).rejects.toThrow('enough')
    expect((await index.search(many.subarray(0, 64), { topK: 1 }))[0]).toHaveLength(1)
  })

  test('ends a build, and leaves no file', async () => {
    const path = join(folder, 'aborted')
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(
      VectorIndex.build([vectors(5, 2)], { dimensions: 2, path, signal }),
    ).rejects.toThrow('too late')
    expect(existsSync(path)).toBe(false)
  })
})

describe.skipIf(!isThere)('100 passages and two queries of cosDPR', () => {
  test('hits and scores are those of Lucene', async () => {
    const lines = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { docid: string; qid: string; vector: number[] })
    const passages = lines(gunzipSync(readFileSync(join(cosDpr, 'sample100.json.gz'))).toString())
    const topics = lines(
      readFileSync(join(cosDpr, 'sample-topics.msmarco-passage-dev-cosdpr-distil.jsonl'), 'utf8'),
    )
    const of = (all: typeof passages) => Float32Array.from(all.flatMap(({ vector }) => vector))
    using index = await VectorIndex.build(of(passages), { dimensions: 768 })
    const lists = await index.search(of(topics), { topK: 5 })
    const run = readFileSync(join(cosDpr, 'expected.flat.run'), 'utf8').trim().split('\n')
    const expected = run.map((line) => line.split(/\s+/))
    // The run has the topics in another order.
    const order = [...new Set(expected.map(([qid]) => qid))]
    const place = order.map((qid) => topics.findIndex((topic) => String(topic.qid) === qid))
    const ours = place.flatMap((q) =>
      lists[q]!.map((hit, rank) => [
        String(topics[q]!.qid),
        String(passages[hit.index]!.docid),
        rank + 1,
        (1 + hit.score) / 2,
      ]),
    )
    expect(ours).toEqual(
      // Lucene's scores are printed with six digits.
      expected.map(([qid, , docid, rank, score]) => [
        qid,
        docid,
        Number(rank),
        expect.closeTo(Number(score), 5),
      ]),
    )
  })
})
