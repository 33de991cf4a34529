import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { DeviceVectorIndex, rowFilter, VectorIndex } from '../index.js'

function vectors(count: number, seed: number): Float32Array {
  const random = randomStream(seed, 'vectors')
  return Float32Array.from({ length: count * 16 }, () => random.uniform() * 2 - 1)
}

const rows = vectors(700, 1)
const queries = vectors(9, 2)

// The device that every machine has; gpu/README.md says how to try another.
describe('DeviceVectorIndex on the CPU', () => {
  test('finds what a scan finds', async () => {
    for (const metric of ['ip', 'cosine'] as const) {
      using exact = await VectorIndex.build(rows, { dimensions: 16, metric })
      const expected = await exact.search(queries, { topK: 5 })
      for (const dtype of ['float32', 'bfloat16'] as const) {
        const chunks = [rows.subarray(0, 16 * 300), rows.subarray(16 * 300)]
        const options = { dimensions: 16, metric, device: 'cpu', dtype } as const
        using index = await DeviceVectorIndex.build(chunks, options)
        expect(index.size).toBe(700)
        const found = await index.search(queries, { topK: 5 })
        // bfloat16 has 8 bits: 16 products below 1 are off by a few hundredths at most.
        const digits = dtype === 'float32' ? 5 : 1
        expect(found.map((hits) => hits.map(({ score }) => score))).toEqual(
          expected.map((hits) => hits.map(({ score }) => expect.closeTo(score, digits))),
        )
        if (dtype === 'float32') {
          expect(found.map((hits) => hits.map(({ index }) => index))).toEqual(
            expected.map((hits) => hits.map(({ index }) => index)),
          )
        }
      }
    }
  })

  test('takes its vectors from another index, and gives no more hits than there are', async () => {
    using plain = await VectorIndex.build(rows.subarray(0, 48), { dimensions: 16 })
    using index = await DeviceVectorIndex.build(plain, { device: 'cpu' })
    expect((await index.search(queries.subarray(0, 16)))[0]).toHaveLength(3)
    expect(await index.search(new Float32Array(0))).toEqual([])
  })

  test('leaves out the rows that a filter does not allow, and keeps the numbers of the others', async () => {
    using exact = await VectorIndex.build(rows, { dimensions: 16 })
    const chunks = [rows.subarray(0, 16 * 300), rows.subarray(16 * 300)]
    for (const filter of [
      rowFilter(700, (row) => row % 7 < 2),
      rowFilter(700, [699]),
      rowFilter(700, []),
    ]) {
      const expected = await exact.search(queries, { topK: 5, filter })
      const options = { dimensions: 16, device: 'cpu', filter } as const
      using index = await DeviceVectorIndex.build(chunks, options)
      const found = await index.search(queries, { topK: 5 })
      expect(found).toEqual(
        expected.map((hits) =>
          hits.map(({ index, score }) => ({ index, score: expect.closeTo(score, 5) })),
        ),
      )
    }
    const wrong = { dimensions: 16, device: 'cpu', filter: [1] as never } as const
    await expect(DeviceVectorIndex.build(chunks, wrong)).rejects.toThrow(
      'filter to be of rowFilter()',
    )
  })

  test('refuses numbers that its type would make infinite', async () => {
    for (const [dtype, held, large] of [
      ['float16', 65_519, 65_520],
      ['bfloat16', 3.39e38, 3.4e38],
    ] as const) {
      const options = { dimensions: 2, device: 'cpu', dtype } as const
      const build = (number: number) =>
        DeviceVectorIndex.build(Float32Array.of(0, 1, -number, 0), options)
      await expect(build(large)).rejects.toThrow(`Expected vectors[2] to be held by ${dtype}`)
      using index = await build(held)
      const hits = await index.search(Float32Array.of(0, 2), { topK: 1 })
      expect(hits).toEqual([[{ index: 0, score: 2 }]])
      await expect(index.search(Float32Array.of(large, 0))).rejects.toThrow('queries[0]')
    }
    using unit = await DeviceVectorIndex.build(Float32Array.of(1e6, 0), {
      ...{ dimensions: 2, device: 'cpu', dtype: 'float16', metric: 'cosine' },
    })
    expect(await unit.search(Float32Array.of(1e6, 0))).toEqual([[{ index: 0, score: 1 }]])
  })

  test('refuses what it has no product for, and work after dispose()', async () => {
    const options = { dimensions: 16, device: 'cpu' } as const
    await expect(
      DeviceVectorIndex.build(rows, { ...options, metric: 'l2' as 'ip' }),
    ).rejects.toMatchObject({ code: 'ERR_QUERL_ARGUMENT' })
    const index = await DeviceVectorIndex.build(rows, options)
    await expect(index.search(new Float32Array(3))).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
    })
    index.dispose()
    await expect(index.search(queries)).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
  })
})
