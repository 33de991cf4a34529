import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { QuerlError } from '@querl/base'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bm25Index } from '../index.js'

const zoo = ['a cat sat', 'the dog ran', 'the cat ran']

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-bm25-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function saved(name: string, documents: readonly string[] = zoo): Promise<string> {
  const path = join(folder, name)
  using index = await Bm25Index.build(documents, { k1: 1.2, b: 0.75 })
  await index.save(path)
  return path
}

async function refusal(path: string): Promise<QuerlError> {
  const error: unknown = await Bm25Index.open(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(QuerlError)
  return error as QuerlError
}

describe('a saved index', () => {
  test('finds the same when it is opened, with its settings', async () => {
    using built = await Bm25Index.build(zoo, { k1: 1.2, b: 0.75 })
    using opened = await Bm25Index.open(await saved('same.bm25'))
    expect(opened.info).toEqual(built.info)
    const queries = ['cat', 'the cat ran', 'dog a']
    expect(await opened.search(queries)).toEqual(await built.search(queries))
  })

  test('is the same file when it is saved again', async () => {
    const path = await saved('first.bm25')
    using opened = await Bm25Index.open(path)
    await opened.save(join(folder, 'second.bm25'))
    expect(await readFile(join(folder, 'second.bm25'))).toEqual(await readFile(path))
  })

  test('may have no documents', async () => {
    using opened = await Bm25Index.open(await saved('none.bm25', []))
    expect(opened.size).toBe(0)
    expect(await opened.search(['cat'])).toEqual([[]])
  })

  test('can be saved over while it is open, and leaves no other file', async () => {
    const path = await saved('over.bm25')
    using opened = await Bm25Index.open(path)
    await saved('over.bm25', ['only a whale'])
    expect((await opened.search(['cat']))[0]).toHaveLength(2)
    using fresh = await Bm25Index.open(path)
    expect((await fresh.search(['whale']))[0]).toHaveLength(1)
    expect((await readdir(folder)).filter((name) => name.includes('tmp'))).toEqual([])
  })
})

describe('a file that is not a whole index is refused', () => {
  test('cut at any byte', async () => {
    const path = await saved('cut.bm25')
    const bytes = await readFile(path)
    const cut = join(folder, 'cut')
    for (let length = 0; length < bytes.length; length += length < 600 ? 1 : 97) {
      await writeFile(cut, bytes.subarray(0, length))
      expect((await refusal(cut)).code).toBe('ERR_QUERL_INDEX_CORRUPT')
    }
  })

  test('with one byte changed, and it says where', async () => {
    const path = await saved('flipped.bm25')
    const bytes = await readFile(path)
    bytes[bytes.length - 60]! ^= 1
    await writeFile(path, bytes)
    const error = await refusal(path)
    expect(error.code).toBe('ERR_QUERL_INDEX_CORRUPT')
    expect(error.message.replace(path, 'zoo.bm25')).toMatchInlineSnapshot(`
      "zoo.bm25 is damaged: block 1 of 1 of its postings (bytes 8768 to 8839) fails its checksum.
      Restore a copy of the file, or build it again: (await Bm25Index.build(documents)).save(path)."
    `)
  })

  test('with bytes behind its end', async () => {
    const path = await saved('long.bm25')
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(64)]))
    expect((await refusal(path)).message).toMatch(/is damaged: it has \d+ bytes instead of \d+\./)
  })

  test('of another kind', async () => {
    const path = join(folder, 'text.bm25')
    await writeFile(path, 'these are the documents')
    const error = await refusal(path)
    expect(error.code).toBe('ERR_QUERL_INDEX_CORRUPT')
    expect(error.message.replace(path, 'text.bm25')).toMatchInlineSnapshot(`
      "text.bm25 is not a BM25 index of querl: it does not start with the mark of one.
      Restore a copy of the file, or build it again: (await Bm25Index.build(documents)).save(path)."
    `)
  })

  test('of a newer format', async () => {
    const path = await saved('newer.bm25')
    const bytes = await readFile(path)
    bytes[8] = 2 // the version, behind the eight bytes of the mark
    await writeFile(path, bytes)
    expect((await refusal(path)).message.replace(path, 'newer.bm25')).toMatchInlineSnapshot(`
      "newer.bm25 was written by a newer querl, which can read it: its format is 2, and this one reads up to 1.
      Restore a copy of the file, or build it again: (await Bm25Index.build(documents)).save(path)."
    `)
  })
})

describe('what the file system refuses is an ERR_QUERL_IO with its reason', () => {
  test('a file that is not there', async () => {
    const error = await refusal(join(folder, 'missing.bm25'))
    expect(error.code).toBe('ERR_QUERL_IO')
    expect(error.message).toContain('missing.bm25 cannot be read: No such file or directory.')
  })

  test('a folder in place of a file', async () => {
    expect((await refusal(folder)).code).toBe('ERR_QUERL_IO')
  })

  test('saving into a folder that is not there', async () => {
    using index = await Bm25Index.build(zoo)
    const path = join(folder, 'nowhere', 'zoo.bm25')
    await expect(index.save(path)).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
  })

  test('saving in place of a folder leaves it, and nothing else', async () => {
    using index = await Bm25Index.build(zoo)
    await expect(index.save(folder)).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
    expect((await stat(folder)).isDirectory()).toBe(true)
    const beside = await readdir(join(folder, '..'))
    expect(beside.filter((name) => name.includes(`${folder.split('/').at(-1)}.tmp`))).toEqual([])
  })
})
