import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { VectorIndex } from '../index.js'

interface Recorded {
  readonly madeBy: string
  readonly queries: readonly number[]
  readonly indexes: Readonly<Record<string, { file: string; ids: number[][]; scores: number[][] }>>
}

// Made by record-faiss.py, which lies beside it.
const recorded = JSON.parse(
  readFileSync(new URL('faiss-files.json', import.meta.url), 'utf8'),
) as Recorded
const queries = Float32Array.from(recorded.queries)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-foreign-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

const bytesOf = (name: string) => Buffer.from(recorded.indexes[name]!.file, 'base64')

/** Their hits, as ours: distances become scores that are better when higher. */
function expected(name: string) {
  const { ids, scores } = recorded.indexes[name]!
  const sign = name === 'IndexFlatL2' ? -1 : 1
  // Sums of seven products of numbers below 4.
  return ids.map((row, q) =>
    row.map((index, i) => ({ index, score: expect.closeTo(sign * scores[q]![i]!, 4) })),
  )
}

describe(`FAISS indexes, as ${recorded.madeBy} writes them`, () => {
  for (const name of ['IndexFlatIP', 'IndexFlatL2', 'IndexFlat', 'fp16', 'bf16']) {
    test(`${name}: the same hits and scores`, async () => {
      using index = await VectorIndex.open(await file(name, bytesOf(name)))
      expect(index.info).toMatchObject({ size: 40, dimensions: 7, checksums: false })
      expect(await index.search(queries, { topK: 5 })).toEqual(expected(name))
    })
  }

  test('parts are joined, wherever the file was cut', async () => {
    const whole = bytesOf('IndexFlatIP')
    for (const cut of [45, 46, 100, 101, 500, 860]) {
      const paths = [
        await file('part_aa', whole.subarray(0, cut)),
        await file('part_ab', whole.subarray(cut, cut + 300)),
        await file('part_ac', whole.subarray(cut + 300)),
      ]
      using index = await VectorIndex.open(paths)
      expect(await index.search(queries, { topK: 5 }), `cut at ${cut}`).toEqual(
        expected('IndexFlatIP'),
      )
    }
  })

  test('a file that is cut short says so, at any byte', async () => {
    const whole = bytesOf('IndexFlatIP')
    for (let size = 12; size < whole.length; size += 11) {
      const path = await file('cut', whole.subarray(0, size))
      await expect(VectorIndex.open(path), `${size} bytes`).rejects.toMatchObject({
        code: 'ERR_QUERL_INDEX_CORRUPT',
      })
    }
  })

  test('a file that is cut short says so, also where another one follows', async () => {
    const whole = bytesOf('IndexFlatIP')
    const other = await file('whole', whole)
    // The header alone, a row of seven numbers, and up to the last byte.
    for (const bytes of [45, 45 + 28, whole.length - 1]) {
      const paths = [await file('cut', whole.subarray(0, bytes)), other]
      await expect(VectorIndex.open(paths)).rejects.toMatchObject({
        code: 'ERR_QUERL_INDEX_CORRUPT',
        message: expect.stringContaining(`has ${bytes} bytes more than the first one says`),
      })
    }
  })

  test('another kind of index is named', async () => {
    const path = await file('mapped', bytesOf('IndexIDMap'))
    await expect(VectorIndex.open(path)).rejects.toThrow('of the kind IxMp, which is not flat')
  })

  test('no header makes more than an error', async () => {
    const whole = bytesOf('IndexFlatIP')
    for (let at = 0; at < 45; at++) {
      for (const bit of [1, 0x80]) {
        const bytes = Buffer.from(whole)
        bytes[at]! ^= bit
        const path = await file('flipped', bytes)
        // Bytes without meaning may change nothing.
        const size = await VectorIndex.open(path).then(
          (index) => {
            const { size } = index
            index.dispose()
            return size
          },
          (error: { code: string }) => error.code,
        )
        expect([40, 'ERR_QUERL_INDEX_CORRUPT', 'ERR_QUERL_DATA']).toContain(size)
      }
    }
  })
})

describe.skipIf(!process.env['QUERL_BENCH_PYTHON'])('FAISS as it is installed', () => {
  test('writes indexes in which the same neighbours are found', async (context) => {
    const python = process.env['QUERL_BENCH_PYTHON']!
    if (spawnSync(python, ['-c', 'import faiss']).status !== 0) context.skip('it has no faiss')
    const script = fileURLToPath(new URL('record-faiss.py', import.meta.url))
    const seed = Math.floor(Math.random() * 2 ** 31)
    const output = execFileSync(python, [script, folder, `${seed}`], { encoding: 'utf8' })
    const live = JSON.parse(output) as Recorded
    for (const name of ['IndexFlatIP', 'IndexFlatL2', 'IndexFlat', 'fp16', 'bf16']) {
      const { file, ids, scores } = live.indexes[name]!
      using index = await VectorIndex.open(file)
      const hits = await index.search(Float32Array.from(live.queries), { topK: 5 })
      const sign = name === 'IndexFlatL2' ? -1 : 1
      // Sums of 96 products of numbers below 5; FAISS sums distances, we products. Where the
      // processor has products of bf16, FAISS rounds queries to it as well: 2^-9 of about 40.
      const within = name === 'bf16' ? 0.1 : 1e-3
      hits.forEach((list, q) => {
        list.forEach(({ index: row, score }, rank) => {
          const where = `${name}, seed ${seed}, query ${q}, rank ${rank}`
          expect(Math.abs(score - sign * scores[q]![rank]!), where).toBeLessThan(within)
          const others = scores[q]!.filter((other) => Math.abs(sign * other - score) < 2 * within)
          if (others.length === 1) expect(row, where).toBe(ids[q]![rank])
        })
      })
    }
  })
})

describe('matrices', () => {
  const rows = Float32Array.from({ length: 20 * 3 }, (_, i) => Math.sin(i * i))
  const bytes = Buffer.from(rows.buffer)
  const query = Float32Array.of(1, -2, 0.5)
  const best = async () => {
    using index = await VectorIndex.build(rows, { dimensions: 3 })
    return await index.search(query, { topK: 4 })
  }

  test('NumPy files of float32', async () => {
    const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (20, 3), }`.padEnd(117)
    const start = Buffer.from(`\x93NUMPY\x01\x00v\x00${header}\n`, 'latin1')
    using index = await VectorIndex.open(await file('a.npy', Buffer.concat([start, bytes])))
    expect(await index.search(query, { topK: 4 })).toEqual(await best())
    const fortran = Buffer.from(start.toString('latin1').replace('False', 'True '), 'latin1')
    const path = await file('b.npy', Buffer.concat([fortran, bytes]))
    await expect(VectorIndex.open(path)).rejects.toMatchObject({ code: 'ERR_QUERL_DATA' })
  })

  test('safetensors, where the matrix is the only one or has a name', async () => {
    const write = (name: string, header: object) => {
      const json = Buffer.from(JSON.stringify(header))
      const length = Buffer.alloc(8)
      length.writeBigUInt64LE(BigInt(json.length))
      return file(name, Buffer.concat([length, json, bytes]))
    }
    const tensor = { dtype: 'F32', shape: [20, 3], data_offsets: [0, 240] }
    using one = await VectorIndex.open(await write('one', { __metadata__: {}, vectors: tensor }))
    expect(await one.search(query, { topK: 4 })).toEqual(await best())
    const two = await write('two', { a: { ...tensor, shape: [10, 6] }, b: tensor })
    await expect(VectorIndex.open(two)).rejects.toThrow('a, b')
    using named = await VectorIndex.open(two, { tensor: 'b' })
    expect(await named.search(query, { topK: 4 })).toEqual(await best())
    const wrong = await write('wrong', { a: { ...tensor, data_offsets: [0, 236] } })
    await expect(VectorIndex.open(wrong)).rejects.toMatchObject({ code: 'ERR_QUERL_INDEX_CORRUPT' })
    const empty = await write('empty', { a: null, b: 5 } as object)
    await expect(VectorIndex.open(empty)).rejects.toMatchObject({ code: 'ERR_QUERL_DATA' })
    // Parts of a file are joined to its end, which may be behind the matrix.
    const half = { ...tensor, shape: [10, 3], data_offsets: [0, 120] }
    const rest = { ...tensor, shape: [10, 3], data_offsets: [120, 240] }
    const both = readFileSync(await write('half', { a: half, b: rest }))
    const cuts = [0, both.length - 130, both.length - 60, both.length]
    const parts = [0, 1, 2].map((i) => file(`half_${i}`, both.subarray(cuts[i], cuts[i + 1])))
    using joined = await VectorIndex.open(await Promise.all(parts), { tensor: 'a' })
    expect(await joined.vectors([9])).toEqual(rows.slice(27, 30))
  })

  test('bare numbers, whose shape is given', async () => {
    const path = await file('raw', bytes)
    using index = await VectorIndex.open(path, { dimensions: 3 })
    expect(await index.search(query, { topK: 4 })).toEqual(await best())
    using cosine = await VectorIndex.open([path, path], { dimensions: 3, metric: 'cosine' })
    expect(cosine.size).toBe(40)
    using built = await VectorIndex.build([rows, rows], { dimensions: 3, metric: 'cosine' })
    const found = async (index: VectorIndex) =>
      (await index.search(query))[0]!.map((hit) => hit.index)
    expect(await found(cosine)).toEqual(await found(built))
    await expect(VectorIndex.open(path)).rejects.toThrow('for bare numbers give { dimensions }')
    await expect(VectorIndex.open(path, { dimensions: 7 })).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
    })
    await expect(VectorIndex.open(join(folder, 'absent'))).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
    })
  })
})
