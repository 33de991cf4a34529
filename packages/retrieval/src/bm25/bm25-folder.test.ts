import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Bm25Index, IndexedRetriever, readDocuments } from '../index.js'

const zoo = ['a cat sat', 'the dog ran', 'the cat ran']

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-bm25-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('an index in a folder', () => {
  test('finds the same as in memory, saved or built there, with its settings', async () => {
    using built = await Bm25Index.build(zoo, { k1: 1.2, b: 0.75 })
    await built.save(join(folder, 'saved'))
    using there = await Bm25Index.build(zoo, { k1: 1.2, b: 0.75, path: join(folder, 'there') })
    using saved = await Bm25Index.open(join(folder, 'saved'))
    using opened = await Bm25Index.open(join(folder, 'there'))
    const queries = ['cat', 'the cat ran', 'dog a']
    for (const index of [there, saved, opened]) {
      expect(index.info).toMatchObject({ documents: 3, words: 9, k1: 1.2, b: 0.75 })
      expect(await index.search(queries)).toEqual(await built.search(queries))
    }
  })

  test('is not built over another one unless that is asked for', async () => {
    const path = join(folder, 'twice')
    using first = await Bm25Index.build(zoo, { path })
    await expect(Bm25Index.build(['whale'], { path })).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
    })
    using second = await Bm25Index.build(['whale'], { path, overwrite: true })
    expect([first.size, second.size]).toEqual([3, 1])
  })

  test('leaves nothing when its source fails', async () => {
    const path = join(folder, 'failed')
    function* source() {
      yield 'one'
      throw new Error('the disk is on fire')
    }
    await expect(Bm25Index.build(source(), { path })).rejects.toThrow('the disk is on fire')
    expect(await readdir(folder)).not.toContain('failed')
  })

  test('that was there keeps what is in it when a build fails', async () => {
    const path = join(folder, 'used')
    await mkdir(path)
    await writeFile(join(path, 'notes.txt'), 'mine')
    await expect(Bm25Index.build([1 as never], { path })).rejects.toThrow()
    expect(await readdir(path)).toContain('notes.txt')
  })

  test('that is not there is an ERR_QUERL_IO, and is not made', async () => {
    const path = join(folder, 'none')
    await expect(Bm25Index.open(path)).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
    expect(await readdir(folder)).not.toContain('none')
  })

  test('that cannot be made is an ERR_QUERL_IO with the reason', async () => {
    const file = join(folder, 'a-file')
    await writeFile(file, '')
    const refusal = { code: 'ERR_QUERL_IO', message: expect.stringContaining('Not a directory') }
    using index = await Bm25Index.build(zoo)
    const path = join(file, 'index')
    await expect(Bm25Index.build(zoo, { path })).rejects.toMatchObject(refusal)
    await expect(index.save(path)).rejects.toMatchObject(refusal)
  })

  test('that is damaged says in which file, and what is to be done', async () => {
    const path = join(folder, 'damaged')
    await Bm25Index.build(zoo, { path })
    for (const name of ['segment-1.querl', 'manifest.json']) {
      const file = join(path, name)
      const bytes = await readFile(file)
      const flipped = Buffer.from(bytes)
      flipped[60]! ^= 1
      await writeFile(file, flipped)
      const corrupt = {
        code: 'ERR_QUERL_INDEX_CORRUPT',
        message: expect.stringContaining(`${file} is damaged: `),
        remedy: 'Restore a copy of the file, or build the index again.',
      }
      await expect(Bm25Index.open(path)).rejects.toMatchObject(corrupt)
      await expect(Bm25Index.build(['new'], { path })).rejects.toMatchObject({
        code: 'ERR_QUERL_ARGUMENT', // what is left of an index is still no place for another
      })
      expect((await Bm25Index.verify(path)).problems).toEqual([
        expect.stringContaining(`${file} is damaged: `),
      ])
      await writeFile(file, bytes)
    }
    using whole = await Bm25Index.open(path)
    expect(whole.size).toBe(3)
  })
})

describe('adding and deleting', () => {
  test('documents are found by their ids, deleted ones no more, and indices stay', async () => {
    const path = join(folder, 'changing')
    const documents = zoo.map((text, i) => ({ id: `animal ${i}`, text }))
    using index = await Bm25Index.build(documents, { path })
    await index.add([{ id: 'Käfer', text: 'a cat and a beetle' }])
    expect(await index.delete(['animal 0', 'nobody'])).toBe(1)
    const ids = async () =>
      (await index.search(['cat beetle']))[0]!.map((hit) => [hit.index, hit.id])
    expect(await ids()).toEqual([
      [3, 'Käfer'],
      [2, 'animal 2'],
    ])
    await index.merge()
    expect(index.info).toMatchObject({ documents: 3, deleted: 0, added: 4, segments: 1 })
    expect(await ids()).toEqual([
      [3, 'Käfer'],
      [2, 'animal 2'],
    ])
  })
})

describe('documents whose ids come again in a build', () => {
  const twice = [
    { id: 'a', text: 'an old cat' },
    { id: 'b', text: 'a dog' },
    { id: 'a', text: 'a new cat' },
  ]

  test('replace those before, where that is asked for', async () => {
    const file = join(folder, 'twice.jsonl')
    await writeFile(file, twice.map((row) => JSON.stringify(row)).join('\n'))
    for (const [name, source] of [
      ['lines', readDocuments(file)],
      ['objects', twice],
    ] as const) {
      const path = join(folder, `twice-${name}`)
      using retriever = await IndexedRetriever.build(source, { path, replace: true })
      expect(retriever.index.size).toBe(2)
      const [found] = await retriever.search(['cat'], { topK: 5 })
      expect(found!.map(({ id, text }) => [id, text])).toEqual([['a', 'a new cat']])
      expect((await Bm25Index.verify(path)).problems).toEqual([])
    }
  })

  test('are an error else, and nothing is left of the build', async () => {
    const path = join(folder, 'twice-refused')
    const build = Bm25Index.build(twice, { path })
    await expect(build).rejects.toMatchObject({ code: 'ERR_QUERL_ARGUMENT' })
    await expect(readdir(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('ids that are no UTF-8', () => {
  test('leave those of the other hits as they are', async () => {
    const path = join(folder, 'latin-1.jsonl')
    const ids = ['caf\xe9', 'caf\xe9 \x80', '\xa0\xa0', '\xf0\x9f\x90\xab']
    const lines = ids.map(
      (id) => `{"id":"${id}","text":"a cat"}\n{"id":"${id}next","text":"a cat"}\n`,
    )
    await writeFile(path, `${lines.join('')}{"id":"last","text":"a cat"}\n`, 'latin1')
    using index = await Bm25Index.build(readDocuments(path))
    const [hits] = await index.search(['cat'], { topK: 20 })
    const found = ['caf�', 'caf�next', 'caf� �', 'caf� �next', '��', '��next']
    expect(hits!.map(({ id }) => id)).toEqual([...found, '🐫', '🐫next', 'last'])
    const seen: string[] = []
    await index.filter(({ id }) => seen.push(id) > 0)
    expect(seen).toEqual(hits!.map(({ id }) => id))
  })
})

describe('a filter', () => {
  test('keeps a search within the documents that its predicate chose', async () => {
    const documents = zoo.map((text, i) => ({ text, keys: { year: 2000 + i } }))
    using index = await Bm25Index.build(documents)
    const late = await index.filter<{ year: number }>(({ keys }) => keys.year > 2000)
    const first = await index.filter(({ id }) => id === '0')
    const found = async (filter: typeof late) =>
      (await index.search(['cat ran'], { filter }))[0]!.map((hit) => hit.index)
    expect(await found(late)).toEqual([2, 1])
    expect(await found(first.or(late).and(late.not()))).toEqual([0])
    expect([late.size, first.not().size]).toEqual([2, 2])
  })
})

describe('documents beside an index', () => {
  const rows = [
    { id: '7', contents: '"Jaws"\nA film about a shark.' },
    { id: 8, title: 'John Williams', text: 'A composer of “film” music.' },
  ]
  const lines = `${rows.map((row) => JSON.stringify(row)).join('\n\n')}\n`

  test('of JSON lines and of a gzip file are returned with the hits', async () => {
    for (const [name, bytes] of [
      ['plain.jsonl', lines],
      ['packed.jsonl.gz', gzipSync(lines)],
    ] as const) {
      const file = join(folder, name)
      await writeFile(file, bytes)
      const path = join(folder, `${name}.bm25`)
      using retriever = await IndexedRetriever.build(readDocuments(file), { path })
      const [hits] = await retriever.search(['shark', 'composer'], { topK: 1 })
      expect(hits).toEqual([
        { id: '7', title: '"Jaws"', text: 'A film about a shark.', score: expect.any(Number) },
      ])
      expect(await retriever.documents.get([1])).toEqual([{ ...rows[1], id: '8' }])
    }
  })

  test('are refused with file and line where a row is none, natively as in JavaScript', async () => {
    const file = join(folder, 'bad.jsonl')
    await writeFile(file, `${lines}{"id": "9"}\n`)
    const message = `${file}:4: it has no text or contents.`
    const remedy = expect.stringContaining('{ id, contents }')
    await expect(Bm25Index.build(readDocuments(file))).rejects.toMatchObject({
      code: 'ERR_QUERL_DATA',
      message: expect.stringContaining(message),
      remedy,
    })
    const all = async () => {
      for await (const _ of readDocuments(file));
    }
    await expect(all()).rejects.toMatchObject({
      code: 'ERR_QUERL_DATA',
      message: expect.stringContaining(message),
      remedy,
    })
  })

  test('are files: a folder or a pipe is refused, with what to do', async () => {
    await expect(Bm25Index.build(readDocuments(folder))).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
      message: expect.stringContaining(`${folder} is a folder`),
      remedy: expect.stringContaining('*.jsonl'),
    })
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(Bm25Index.build(readDocuments(pipe))).rejects.toMatchObject({
      code: 'ERR_QUERL_IO',
      message: expect.stringContaining(`${pipe} is a pipe`),
    })
  })

  test('are refused once their file was changed', async () => {
    const file = join(folder, 'changed.jsonl')
    await writeFile(file, lines)
    const path = join(folder, 'changed.bm25')
    await Bm25Index.build(readDocuments(file), { path, keepDocuments: true })
    await writeFile(file, (await readFile(file, 'utf8')).replace('shark', 'snark'))
    await expect(IndexedRetriever.open(path)).rejects.toMatchObject({ code: 'ERR_QUERL_DATA' })
  })
})
