import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { Bm25Index, type Document, IndexedRetriever, readDocuments } from '../index.js'

// Written by pyarrow: fixtures/make_parquet.py.
const fixture = (name: string) =>
  fileURLToPath(new URL(`fixtures/${name}.parquet`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'querl-parquet-'))
afterAll(() => rmSync(folder, { recursive: true }))

const rows = Array.from({ length: 50 }, (_, i) => ({
  title: i % 5 === 0 ? '' : `Title ${i % 7}`,
  text: `text ${i} “é” 語 \u{1f988}\n"quoted"`,
}))

async function all(path: string): Promise<Document[]> {
  const documents: Document[] = []
  for await (const document of readDocuments(path)) documents.push(document)
  return documents
}

describe('the documents of a Parquet file', () => {
  test.each(['snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'none'])(
    'packed by %s',
    async (packing) => {
      const wanted = rows.map((row, i) => ({ id: String(2 ** 40 + i), ...row }))
      expect(await all(fixture(packing))).toEqual(wanted)
    },
  )

  test('with contents, whose first line is the title', async () => {
    expect(await all(fixture('contents'))).toEqual(
      rows.map(({ title, text }, i) => ({
        id: `doc ${i}`,
        title: title === '' ? '"None"' : `"${title}"`,
        text,
      })),
    )
  })

  test('are indexed, kept and returned with the hits, beside those of JSON lines', async () => {
    const lines = join(folder, 'one.jsonl')
    writeFileSync(lines, '{"id":"line","title":"L","text":"a line of text"}\n')
    using retriever = await IndexedRetriever.build(readDocuments([fixture('zstd'), lines]), {
      path: join(folder, 'index'),
    })
    const [found, line] = await retriever.search(['17', 'line'], { topK: 2 })
    expect(found).toEqual([{ id: String(2 ** 40 + 17), ...rows[17], score: expect.any(Number) }])
    expect(line).toMatchObject([{ id: 'line', title: 'L', text: 'a line of text' }])
    expect(retriever.index.size).toBe(51)
  })
})

test('a Parquet file is known by its first bytes, whatever its name is', async () => {
  const path = join(folder, 'corpus.data')
  copyFileSync(fixture('none'), path)
  expect(await all(path)).toEqual(await all(fixture('none')))
})

test('columns that are stored are what filters choose by; integers of 64 bits are numbers', async () => {
  using index = await Bm25Index.build(readDocuments(fixture('zstd'), { stored: ['id', 'absent'] }))
  const keys: unknown[] = []
  const one = await index.filter<{ id: number }>(({ keys: stored }) => {
    keys.push(stored)
    return stored.id === 2 ** 40 + 17
  })
  expect(keys).toEqual(rows.map((_, i) => ({ id: 2 ** 40 + i })))
  expect((await index.search(['text'], { filter: one }))[0]).toMatchObject([{ index: 17 }])
})

describe('a Parquet file that is no corpus is named', () => {
  test.each([
    ['no-text', 'it has no column text or contents, only id, body.'],
    ['wrong-id', 'row 1: its id is neither a string nor an integer.'],
    ['null', 'row 1: it has no text or contents.'],
  ])('%s', async (name, reason) => {
    const wanted = { code: 'ERR_QUERL_DATA', message: expect.stringContaining(reason) }
    await expect(all(fixture(name))).rejects.toMatchObject(wanted)
    await expect(Bm25Index.build(readDocuments(fixture(name)))).rejects.toMatchObject(wanted)
  })

  test('cut, damaged, empty or something else', async () => {
    const whole = readFileSync(fixture('snappy'))
    const damaged = Buffer.from(whole).fill(0xee, whole.length - 400, whole.length - 8)
    for (const bytes of [
      whole.subarray(0, 1000),
      damaged,
      Buffer.alloc(0),
      Buffer.from('{"id":"a","text":"t"}\n'),
    ]) {
      const path = join(folder, 'broken.parquet')
      writeFileSync(path, bytes)
      await expect(all(path)).rejects.toMatchObject({
        code: 'ERR_QUERL_DATA',
        message: expect.stringContaining(path),
      })
    }
    await expect(all(join(folder, 'none.parquet'))).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
  })

  test('an abort ends the reading', async () => {
    const path = join(folder, 'copy.parquet')
    copyFileSync(fixture('zstd'), path)
    const controller = new AbortController()
    const read = async () => {
      for await (const _ of readDocuments(path, { signal: controller.signal }))
        controller.abort(new Error('enough'))
    }
    await expect(read()).rejects.toThrow('enough')
  })
})
