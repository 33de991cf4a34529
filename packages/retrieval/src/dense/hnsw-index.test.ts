import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomStream } from '@querl/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HnswIndex, VectorIndex } from '../index.js'
import { HnswThread } from './hnsw-thread.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-hnsw-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function vectors(count: number, seed: number): Float32Array {
  const random = randomStream(seed, 'vectors')
  return Float32Array.from({ length: count * 24 }, () => random.uniform() * 2 - 1)
}

const rows = vectors(2_000, 1)
const queries = vectors(50, 2)

async function recall(index: HnswIndex, metric: 'ip' | 'cosine' | 'l2'): Promise<number> {
  using exact = await VectorIndex.build(rows, { dimensions: 24, metric })
  const wanted = await exact.search(queries)
  const found = await index.search(queries)
  let hits = 0
  found.forEach((list, q) => {
    for (const { index, score } of list) {
      const same = wanted[q]!.find((hit) => hit.index === index)
      if (!same) continue
      hits++
      expect(score).toBeCloseTo(same.score, 4)
    }
  })
  return hits / 500
}

describe('HnswIndex', () => {
  test('finds nearly all that a scan finds, with its scores, for every metric', async () => {
    for (const metric of ['ip', 'cosine', 'l2'] as const) {
      using index = await HnswIndex.build(rows, { dimensions: 24, metric, expansionSearch: 256 })
      expect(index.size).toBe(2_000)
      expect(await recall(index, metric), metric).toBeGreaterThan(0.95)
    }
  })

  test('has scores of int8 for the one metric that it can have', async () => {
    const options = { dimensions: 24, dtype: 'int8' } as const
    using index = await HnswIndex.build(rows, { ...options, metric: 'cosine' })
    using exact = await VectorIndex.build(rows, { dimensions: 24, metric: 'cosine' })
    const all = await exact.search(queries, { topK: 2_000 })
    for (const [q, hits] of (await index.search(queries)).entries()) {
      expect(hits).toHaveLength(10)
      // Each of 24 numbers of two unit vectors is off by 1/254 at most: 2 sqrt(24) / 254 in all.
      for (const { index, score } of hits) {
        const same = all[q]!.find((hit) => hit.index === index)!
        expect(Math.abs(score - same.score)).toBeLessThan(0.04)
      }
    }
    for (const metric of ['ip', 'l2'] as const)
      await expect(HnswIndex.build(rows, { ...options, metric })).rejects.toThrow(
        "Expected metric to be 'cosine', since int8 keeps directions alone, but got",
      )
  })

  test('is saved and opened, and a damaged file is refused', async () => {
    const path = join(folder, 'index.usearch')
    using built = await HnswIndex.build(rows, { dimensions: 24 })
    await built.save(path)
    using opened = await HnswIndex.open(path)
    const one = queries.subarray(0, 24)
    expect(await opened.search(one)).toEqual(await built.search(one))
    const bytes = await readFile(path)
    bytes[bytes.length >> 1]! ^= 1
    await writeFile(path, bytes)
    await expect(HnswIndex.open(path)).rejects.toMatchObject({ code: 'ERR_QUERL_INDEX_CORRUPT' })
    await expect(HnswIndex.open(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
    })
  })

  test('is saved by several calls at once, and not where there is no folder', async () => {
    const path = join(folder, 'together.usearch')
    using built = await HnswIndex.build(rows, { dimensions: 24 })
    await Promise.all([built.save(path), built.save(path), built.save(path)])
    using opened = await HnswIndex.open(path)
    expect(await opened.search(queries)).toEqual(await built.search(queries))
    await expect(built.save(join(folder, 'absent', 'index'))).rejects.toMatchObject({
      code: 'ERR_QUERL_NATIVE',
    })
    expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([])
  })

  test('an AbortSignal ends a search, dispose() all calls', async () => {
    const index = await HnswIndex.build(rows, { dimensions: 24 })
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(index.search(queries, { signal })).rejects.toThrow('too late')
    const controller = new AbortController()
    const search = index.search(vectors(20_000, 3), { signal: controller.signal })
    setImmediate(() => controller.abort(new Error('enough')))
    await expect(search).rejects.toThrow('enough')
    const running = index.search(vectors(5_000, 4))
    index.dispose()
    await expect(running).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
    await expect(index.search(queries)).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
  })

  test('a thread that could not begin says so to every call', async () => {
    const thread = new HnswThread({
      dimensions: 2,
      metric: 'none' as 'ip',
      quantization: 'f32',
      ...{ connectivity: 16, expansion_add: 16, expansion_search: 16, threads: 1 },
    })
    for (const call of ['add', 'search'])
      await expect(thread.call(call, {})).rejects.toThrow('usearch: Invalid metric')
  })

  test('refuses vectors of another length, and numbers that are not finite', async () => {
    await expect(HnswIndex.build(rows, { dimensions: 7 })).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
    })
    const wrong = HnswIndex.build(Float32Array.of(1, Number.NaN), { dimensions: 2 })
    await expect(wrong).rejects.toMatchObject({ code: 'ERR_QUERL_ARGUMENT' })
  })
})
