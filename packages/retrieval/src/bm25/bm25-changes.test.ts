import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { Bm25Index, DocumentStore, IndexedRetriever, readDocuments } from '../index.js'

const folder = mkdtempSync(join(tmpdir(), 'querl-changes-'))
afterAll(() => rmSync(folder, { recursive: true }))

const generated = (count: number, first = 0) =>
  Array.from({ length: count }, (_, i) => ({
    id: `d${first + i}`,
    text: `all of them and w${(first + i) % 997} with w${(first + i) % 31} in them`,
  }))
const many = generated(30_000)
const filesOf = (path: string) =>
  readdirSync(path).map((name) => [name, readFileSync(join(path, name)).toString('base64')])

/** How often the event loop turns while `work` is under way. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  let isDone = false
  const end = () => {
    isDone = true
  }
  work.then(end, end)
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    turns++
  }
  await work
  return turns
}

describe('the event loop turns while native threads work', () => {
  test('of a build in memory, a build in a folder, a merge and a verification', async () => {
    const path = join(folder, 'turning')
    expect(await turnsDuring(Bm25Index.build(many))).toBeGreaterThan(3)
    const build = Bm25Index.build(many, { path, keepDocuments: true })
    expect(await turnsDuring(build)).toBeGreaterThan(3)
    using index = await build
    await index.add(generated(20_000, 50_000))
    expect(await turnsDuring(index.merge())).toBeGreaterThan(0)
    expect(await turnsDuring(Bm25Index.verify(path))).toBeGreaterThan(0)
  })

  test('of a search', async () => {
    using index = await Bm25Index.build(many)
    const queries = new Array<string>(30_000).fill('all of them w3 w5')
    const search = index.search(queries, { topK: 1, threads: 1 })
    expect(await turnsDuring(search)).toBeGreaterThan(3)
  })
})

describe('an abort leaves the old index whole, and its folder free', () => {
  const abortedAfter = (documents: number) => {
    const controller = new AbortController()
    function* source() {
      for (let i = 0; ; i++) {
        if (i === documents) controller.abort(new Error('enough'))
        yield { id: `new ${i}`, text: 'something else' }
      }
    }
    return { source: source(), signal: controller.signal }
  }

  test('of a build over it, of an addition, and each may be done again', async () => {
    const path = join(folder, 'aborted')
    using index = await Bm25Index.build(generated(100), { path, keepDocuments: true })
    const before = filesOf(path)
    for (const documents of [0, 1, 5000, 30_000]) {
      const over = abortedAfter(documents)
      const build = Bm25Index.build(over.source, { ...over, path, overwrite: true })
      await expect(build).rejects.toThrow('enough')
      const more = abortedAfter(documents)
      await expect(index.add(more.source, { signal: more.signal })).rejects.toThrow('enough')
    }
    expect((await Bm25Index.verify(path)).problems).toEqual([])
    const manifest = (files: string[][]) => files.find(([name]) => name === 'manifest.json')
    expect(manifest(filesOf(path))).toEqual(manifest(before))
    await index.add([{ id: 'late', text: 'a late one' }])
    expect((await index.search(['late']))[0]!.map(({ id }) => id)).toEqual(['late'])
    using again = await Bm25Index.build(['fresh'], { path, overwrite: true })
    expect(again.size).toBe(1)
  })

  test('at any moment of a build, from its opening to its commit', async () => {
    const path = join(folder, 'moments')
    using _ = await Bm25Index.build(['old'], { path })
    const documents = generated(4000)
    let finished = 0
    for (let ms = 0; ms < 60 && finished < 3; ms += 2) {
      const signal = AbortSignal.timeout(ms)
      const build = Bm25Index.build(documents, { path, overwrite: true, signal })
      const size = await build.then(
        (index) => {
          finished++
          return index.size
        },
        () => 1,
      )
      using opened = await Bm25Index.open(path)
      // An abort that comes once all is written may be too late: then the new index is whole.
      expect([1, 4000]).toContain(opened.size)
      if (size === 4000) expect(opened.size).toBe(4000)
      expect((await opened.search([opened.size === 1 ? 'old' : 'w5']))[0]!.length).toBeGreaterThan(
        0,
      )
    }
  })

  test('of a merge and of a verification', async () => {
    const path = join(folder, 'unmerged')
    using index = await Bm25Index.build(many, { path })
    await index.add(generated(30_000, 30_000))
    const { segments } = index.info
    // After a turn, not a time: on a loaded machine that may be longer than the work.
    const soon = () => {
      const controller = new AbortController()
      setImmediate(() => controller.abort(new Error('enough')))
      return { signal: controller.signal }
    }
    await expect(index.merge(soon())).rejects.toThrow('enough')
    await expect(Bm25Index.verify(path, soon())).rejects.toThrow('enough')
    expect(index.info.segments).toBe(segments)
    await index.merge()
    expect(index.info).toMatchObject({ segments: 1, documents: 60_000 })
  })

  test('while it waits for a document that never comes', async () => {
    const controller = new AbortController()
    const enough = new Error('enough')
    let isReturned = false
    const stalled = {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          setImmediate(() => controller.abort(enough))
          return new Promise<IteratorResult<string>>(() => {})
        },
        return: () => {
          isReturned = true
          return new Promise<IteratorResult<string>>(() => {})
        },
      }),
    }
    using index = await Bm25Index.build(['zero'])
    await expect(index.add(stalled, { signal: controller.signal })).rejects.toBe(enough)
    expect(isReturned).toBe(true)
    await index.add(['one'])
    expect(index.size).toBe(2)
  })

  test('and a source that is left early is ended, as any loop would do it', async () => {
    const ended: string[] = []
    async function* source(text: string) {
      try {
        yield text
        yield 7 as never
      } finally {
        await Promise.resolve()
        ended.push(text)
      }
    }
    const { signal } = new AbortController()
    const wrong = { code: 'ERR_QUERL_ARGUMENT' }
    await expect(Bm25Index.build(source('with'), { signal })).rejects.toMatchObject(wrong)
    await expect(Bm25Index.build(source('without'))).rejects.toMatchObject(wrong)
    expect(ended).toEqual(['with', 'without'])
  })
})

describe('two at one folder', () => {
  test('a reader sees one whole state or the next while another adds, deletes and merges', async () => {
    const path = join(folder, 'shared')
    using writer = await Bm25Index.build(generated(500), { path })
    using reader = await Bm25Index.open(path)
    let isWriting = true
    const states = new Set<number>()
    const reading = (async () => {
      while (isWriting) {
        const size = reader.size
        const [hits] = await reader.search(['them'], { topK: 10_000 })
        expect(hits).toHaveLength(size) // each document has the word
        expect(new Set(hits!.map(({ id }) => id)).size).toBe(size)
        states.add(size)
        await reader.refresh()
      }
    })()
    for (let round = 1; round <= 8; round++) {
      await writer.add(generated(100, 500 * round))
      await writer.delete(generated(50, 500 * (round - 1)).map(({ id }) => id))
      if (round % 3 === 0) await writer.merge()
    }
    isWriting = false
    await reading
    await reader.refresh()
    expect(reader.size).toBe(writer.size)
    expect(await reader.search(['w5 w7'])).toEqual(await writer.search(['w5 w7']))
    expect(states.size).toBeGreaterThan(1)
  })

  test('a second writer is told that the folder is busy, and both are served in turn', async () => {
    const path = join(folder, 'busy')
    using first = await Bm25Index.build(['one'], { path })
    using second = await Bm25Index.open(path)
    async function* slow() {
      yield 'two'
      await expect(second.add(['three'])).rejects.toMatchObject({ code: 'ERR_QUERL_BUSY' })
      yield 'four'
    }
    await first.add(slow())
    await second.add(['three'])
    expect(await first.refresh()).toBe(true)
    expect([first.size, second.size]).toEqual([4, 4])
  })

  test('that is new: one of two builds is refused, and takes nothing from the other', async () => {
    const path = join(folder, 'new')
    let refuse: () => void
    const refused = new Promise<void>((resolve) => {
      refuse = resolve
    })
    async function* slow() {
      yield 'one'
      await refused
      yield 'two'
    }
    const build = async () => {
      try {
        return await Bm25Index.build(slow(), { path })
      } catch (error) {
        refuse()
        return error
      }
    }
    const both = await Promise.all([build(), build()])
    const built = both.filter((each) => each instanceof Bm25Index)
    expect(built.map(({ size }) => size)).toEqual([2])
    expect(both).toContainEqual(expect.objectContaining({ code: 'ERR_QUERL_BUSY' }))
    await expect(build()).resolves.toMatchObject({ code: 'ERR_QUERL_ARGUMENT' })
    using opened = await Bm25Index.open(path)
    expect(opened.size).toBe(2)
    for (const each of built) each.dispose()
  })

  test('an index in memory is told so too, and keeps what the first one adds', async () => {
    using index = await Bm25Index.build(['zero'])
    const busy = { code: 'ERR_QUERL_BUSY' }
    async function* slow() {
      yield 'one'
      await expect(index.add(['two'])).rejects.toMatchObject(busy)
      await expect(index.delete(['0'])).rejects.toMatchObject(busy)
      await expect(index.merge()).rejects.toMatchObject(busy)
      yield 'three'
    }
    await index.add(slow())
    await index.delete(['0'])
    await expect(index.add([{ id: '1', text: 'again' }])).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
    })
    await index.add(['four'])
    const [hits] = await index.search(['zero one two three four'])
    expect(hits!.map(({ id }) => id).sort()).toEqual(['1', '2', '3'])
  })
})

describe('documents beside an index that changes', () => {
  test('are all there when an addition has copies before and behind a file that is read in place', async () => {
    const path = join(folder, 'copies')
    const place = (name: string) => join(folder, `${name}.jsonl`)
    const texts = ['a text', 'another text', 'text in place', 'a last text']
    const files = texts.map((text, i) => {
      const line = `${JSON.stringify({ id: `d${i}`, text })}\n`
      writeFileSync(place(`d${i}`), i === 2 ? line : gzipSync(line)) // a packed file is copied
      return place(`d${i}`)
    })
    using index = await Bm25Index.build(readDocuments(files[0]!), { path, keepDocuments: true })
    await index.add(readDocuments(files.slice(1)))
    using store = await DocumentStore.open(path)
    expect((await store.get([0, 1, 2, 3])).map(({ text }) => text)).toEqual(texts)
  })

  test('stay when their index is saved onto itself, by another name of its folder', async () => {
    const path = join(folder, 'saved')
    const link = join(folder, 'link')
    using built = await Bm25Index.build(['a text'], { path, keepDocuments: true })
    symlinkSync(path, link)
    using linked = await Bm25Index.open(link)
    await linked.save(path)
    await built.refresh()
    using store = await DocumentStore.open(path)
    expect(await store.get([0])).toMatchObject([{ text: 'a text' }])
  })

  test('are found when they were added here, there, or replaced', async () => {
    const path = join(folder, 'beside')
    const document = (id: string, text: string) => ({ id, title: id, text })
    using here = await IndexedRetriever.build([document('a', 'shark')], { path })
    using there = await IndexedRetriever.open(path)
    await here.index.add([document('b', 'whale')])
    const found = async (retriever: IndexedRetriever, query: string) =>
      (await retriever.search([query], { topK: 3 }))[0]!.map(({ id, text }) => [id, text])
    expect(await found(here, 'whale')).toEqual([['b', 'whale']])
    expect(await found(there, 'whale')).toEqual([])
    await there.index.refresh()
    expect(await found(there, 'whale')).toEqual([['b', 'whale']])
    await there.index.add([document('a', 'shark two')], { replace: true })
    await here.index.refresh()
    await here.index.merge()
    expect(await found(here, 'shark')).toEqual([['a', 'shark two']])
    expect(here.documents.size).toBe(3) // the one that was replaced is still a line
  })
})

test('live() has the documents that are not deleted, whatever was merged', async () => {
  using index = await Bm25Index.build(generated(70))
  expect((await index.live()).size).toBe(70)
  const gone = [0, 31, 32, 64, 69]
  await index.delete(gone.map((i) => `d${i}`))
  await index.add(generated(3, 70))
  for (const isMerged of [false, true]) {
    if (isMerged) await index.merge()
    const live = await index.live()
    const expected = Array.from({ length: 73 }, (_, i) => !gone.includes(i))
    expect(expected.map((_, i) => live.has(i))).toEqual(expected)
    expect(live.not().size).toBe(gone.length)
    const [all] = await index.search(['them'], { topK: 100, filter: live })
    expect(all).toHaveLength(68)
  }
  await index.delete(generated(73).map(({ id }) => id))
  await index.merge()
  expect((await index.live()).size).toBe(0)
  index.dispose()
  await expect(index.live()).rejects.toMatchObject({ code: 'ERR_QUERL_CLOSED' })
})
