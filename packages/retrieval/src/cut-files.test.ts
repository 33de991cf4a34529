// Files that are cut while they are mapped: a server goes on with the others.

import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Bm25Index, IndexedRetriever, readDocuments, VectorIndex } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-cut-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Cuts a file in half, and gives it back. */
async function whileCut(file: string, work: () => Promise<void>): Promise<void> {
  const bytes = readFileSync(file)
  truncateSync(file, bytes.length >> 1)
  try {
    await work()
  } finally {
    writeFileSync(file, bytes)
  }
}

const error = (code: string, file: string) => ({ code, message: expect.stringContaining(file) })

test('an index whose segment is cut says so, and answers again when it is whole', async () => {
  const path = join(folder, 'index')
  const documents = Array.from({ length: 5000 }, (_, i) => ({
    id: `d${i}`,
    text: `all w${i % 97}`,
  }))
  using found = await IndexedRetriever.build(documents, { path })
  const { index } = found
  const expected = await found.search(['all w3'], { topK: 5 })
  const [segment] = readdirSync(path).filter((name) => name.startsWith('segment-'))
  const file = join(path, segment!)
  await whileCut(file, async () => {
    const cut = error('ERR_QUERL_INDEX_CORRUPT', `${file} is damaged: it was cut to `)
    await expect(found.search(['all w3'], { topK: 5 })).rejects.toMatchObject(cut)
    await expect(index.explain('w3', 'd3')).rejects.toMatchObject(cut)
    await expect(index.filter(() => true)).rejects.toMatchObject(cut)
    await expect(index.live()).rejects.toMatchObject(cut)
    await expect(index.save(join(folder, 'copy'))).rejects.toMatchObject(cut)
    await expect(Bm25Index.open(path)).rejects.toMatchObject({ code: 'ERR_QUERL_INDEX_CORRUPT' })
    const { problems } = await Bm25Index.verify(path)
    expect(problems).toEqual([expect.stringContaining(file)])
  })
  expect(await found.search(['all w3'], { topK: 5 })).toEqual(expected)
})

test('a corpus that is cut says so, of documents that were read before too', async () => {
  const corpus = join(folder, 'corpus.jsonl')
  const lines = Array.from({ length: 3000 }, (_, i) =>
    JSON.stringify({ id: `d${i}`, contents: `w${i}` }),
  )
  writeFileSync(corpus, lines.join('\n'))
  const path = join(folder, 'documents')
  using found = await IndexedRetriever.build(readDocuments(corpus), { path })
  const [last] = await found.search(['w2999'], { topK: 1 })
  expect(last![0]!.id).toBe('d2999')
  await whileCut(corpus, async () => {
    await expect(found.search(['w2999'], { topK: 1 })).rejects.toMatchObject(
      error('ERR_QUERL_DATA', 'corpus.jsonl is not the file that the index was built from: it '),
    )
  })
  expect(await found.search(['w2999'], { topK: 1 })).toEqual([last])
})

test('vectors that are cut say so, in files of ours and of others', async () => {
  const rows = Float32Array.from({ length: 4000 * 16 }, (_, i) => Math.sin(i * i))
  const own = join(folder, 'own.vectors')
  const raw = join(folder, 'raw.bin')
  using built = await VectorIndex.build(rows, { dimensions: 16, path: own })
  writeFileSync(raw, rows)
  using mapped = await VectorIndex.open(raw, { dimensions: 16, dtype: 'float32' })
  for (const [file, index] of [
    [own, built],
    [raw, mapped],
  ] as const) {
    const query = rows.subarray(16 * 3999)
    const expected = await index.search(query, { topK: 3 })
    expect(expected[0]).toHaveLength(3)
    await whileCut(file, async () => {
      const cut = error('ERR_QUERL_INDEX_CORRUPT', file)
      await expect(index.search(query)).rejects.toMatchObject(cut)
      await expect(index.vectors([3999])).rejects.toMatchObject(cut)
    })
    expect(await index.search(query, { topK: 3 })).toEqual(expected)
  }
})

/** Calls until one is refused, and gives the reason; before that every answer is the right one. */
async function refusal<T>(expected: T, call: () => Promise<T>, answered: () => void) {
  for (;;) {
    const answer = await call().catch((reason: unknown) => ({ reason }))
    if (typeof answer === 'object' && answer !== null && 'reason' in answer) return answer.reason
    expect(answer).toEqual(expected)
    answered()
  }
}

test.runIf(process.platform === 'linux')(
  'a file that is cut in the middle of searches gives right answers or an error, and no end',
  async () => {
    const path = join(folder, 'searched')
    const documents = Array.from({ length: 20_000 }, (_, i) => `all w${i % 97} w${i % 1009} z${i}`)
    const built = await Bm25Index.build(documents, { path })
    built.dispose()
    const [segment] = readdirSync(path).filter((name) => name.startsWith('segment-'))
    const queries = Array.from({ length: 500 }, (_, i) => `all w${i} z${i * 39}`)
    const rows = Float32Array.from({ length: 20_000 * 16 }, (_, i) => Math.sin(i * i))
    const raw = join(folder, 'searched.bin')
    for (const [file, open] of [
      [join(path, segment!), () => Bm25Index.open(path)],
      [raw, () => VectorIndex.open(raw, { dimensions: 16, dtype: 'float32' })],
    ] as const) {
      if (file === raw) writeFileSync(raw, rows)
      const bytes = readFileSync(file)
      for (const length of [0, bytes.length >> 1, bytes.length - 5000]) {
        const indexes = await Promise.all([open(), open(), open()])
        const search = (index: (typeof indexes)[number]) =>
          index instanceof Bm25Index
            ? index.search(queries, { topK: 20 })
            : index.search(rows.subarray(0, 64 * 16), { topK: 20 })
        const expected = await search(indexes[0])
        let answers = 0
        const cut = () => {
          // As a rule while they work on the next ones.
          if (++answers === indexes.length) setImmediate(() => truncateSync(file, length))
        }
        const refusals = indexes.map((index) => refusal(expected, () => search(index), cut))
        for (const reason of await Promise.all(refusals)) {
          expect(reason).toMatchObject(error('ERR_QUERL_INDEX_CORRUPT', file))
        }
        for (const index of indexes) index.dispose()
        writeFileSync(file, bytes)
      }
      const again = await open()
      const one =
        again instanceof Bm25Index ? again.search(['z7']) : again.search(rows.slice(0, 16))
      expect(await one).toHaveLength(1)
      again.dispose()
    }
  },
)
