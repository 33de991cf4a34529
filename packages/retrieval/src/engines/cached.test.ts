import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { bundled } from '../bundled.fixture.js'
import { accident, type LocalServer } from '../http/local-server.fixture.js'
import type { RetrievedPassage, Retriever } from '../retriever.js'
import { type CacheMode, cached } from './cached.js'
import type { EngineName } from './engine-api.js'
import { goodKey, localEngine } from './local-engines.fixture.js'
import { type AnyEngineOptions, engineNames, openEngine } from './open-engine.js'
import { exportSearches, importSearches } from './recorded-lines.js'
import { SearchCache } from './search-cache.js'
import { openSqlite } from './sqlite.js'

let folder: string
let path: string
const servers: LocalServer[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'querl-searches-'))
  path = join(folder, 'searches.sqlite')
})
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
  await rm(folder, { recursive: true, force: true })
})

async function serve(name: EngineName): Promise<LocalServer> {
  const server = await localEngine(name)
  servers.push(server)
  return server
}

function engineAt(name: EngineName, baseUrl: string, options: AnyEngineOptions = {}) {
  return openEngine(name, {
    baseUrl,
    apiKey: goodKey,
    limits: { requestsPerSecond: Number.POSITIVE_INFINITY },
    retry: { retries: 0 },
    ...(name === 'google' && { searchEngineId: '1' }),
    ...options,
  })
}

/** Finds the query and the call's number, and writes down what it was asked. */
function counting() {
  const asked: (readonly string[])[] = []
  const retriever: Retriever = {
    search: async (queries, { topK }) => {
      asked.push(queries)
      const found = (query: string) => ({
        id: query,
        title: `call ${asked.length}`,
        text: '',
        score: 0.1,
      })
      return queries.map((query) => [found(query)].slice(0, topK))
    },
  }
  return { retriever, asked }
}

const record = (retriever: Retriever, mode: CacheMode = 'record') =>
  cached(retriever, { path, mode, key: 'k' })

describe.each(engineNames)('a recording of %s', (name) => {
  test('is replayed without the server and without a key, to the same passages', async () => {
    const server = await serve(name)
    const queries = ['a', 'boxed', 'nothing', 'x y', 'a', '']
    let recorded: RetrievedPassage[][]
    {
      using engine = await cached(engineAt(name, server.url), { path })
      recorded = await engine.search(queries, { topK: 25 })
      expect(engine.stats).toEqual({ replayed: 0, asked: 4 })
    }
    const requests = server.received.length
    await server.close()
    const { baseUrl, ...others } = { baseUrl: server.url, apiKey: '' }
    using offline = await cached(engineAt(name, baseUrl, others), { path, mode: 'replay' })
    expect(await offline.search(queries, { topK: 25 })).toEqual(recorded)
    expect(offline.stats).toEqual({ replayed: 4, asked: 0 })
    expect(server.received.length).toBe(requests)
    const file = await readFile(path)
    const log = await readFile(`${path}-wal`).catch(() => Buffer.alloc(0))
    expect(Buffer.concat([file, log]).includes(goodKey)).toBe(false)
  })
})

describe('record', () => {
  test('asks for what is not recorded, in one call and each query once', async () => {
    const { retriever, asked } = counting()
    using engine = await record(retriever)
    await engine.search(['a', 'b', 'a'], { topK: 3 })
    const again = await engine.search(['b', 'c', 'a'], { topK: 3 })
    expect(asked).toEqual([['a', 'b'], ['c']])
    expect(again.map(([passage]) => `${passage!.id} ${passage!.title}`)).toEqual([
      'b call 1',
      'c call 2',
      'a call 1',
    ])
  })

  test('takes queries that look the same for the same, and another topK for another question', async () => {
    const { retriever, asked } = counting()
    using engine = await record(retriever)
    await engine.search(['cafe\u0301  au\tlait '], { topK: 3 })
    await engine.search(['caf\u00e9 au lait'], { topK: 3 })
    expect(asked).toEqual([['caf\u00e9 au lait']])
    await engine.search(['caf\u00e9 au lait'], { topK: 4 })
    await engine.search(['Caf\u00e9 au lait'], { topK: 3 })
    expect(asked.length).toBe(3)
  })

  test('keeps apart what other keys and parameters found', async () => {
    const server = await serve('serper')
    for (const parameters of [{}, { gl: 'us' }, { gl: 'de' }, { gl: 'us' }]) {
      using engine = await cached(engineAt('serper', server.url, { parameters }), { path })
      await engine.search(['a'], { topK: 1 })
    }
    expect(server.received.length).toBe(3)
  })

  test('keeps the answers that came, when another query fails', async () => {
    const server = await serve('serper')
    using engine = await cached(engineAt('serper', server.url, { limits: { concurrency: 1 } }), {
      path,
    })
    server.accidents.push(accident.reply(200, { organic: [] }), accident.reply(500, 'oops'))
    const search = () => engine.search(['first', 'second', 'third'], { topK: 1 })
    await expect(search()).rejects.toThrow('answered 500')
    expect(server.received.length).toBe(3)
    expect((await search()).map(({ length }) => length)).toEqual([0, 1, 1])
    expect(server.received.length).toBe(4)
  })

  test('keeps raw answers and their cost, but no longer ones than it is told', async () => {
    const server = await serve('serper')
    const source = { cost: { perRequest: 0.25 } }
    using engine = await cached(engineAt('serper', server.url, source), {
      path,
      maxRawCharacters: 1000,
    })
    await engine.search(['a', 'nothing'], { topK: 20 })
    using cache = await SearchCache.open(path)
    const recordings = []
    for await (const recording of cache.recordings()) recordings.push(recording)
    const [a, nothing] = recordings.sort((x, y) => y.passages.length - x.passages.length)
    expect(a).toMatchObject({ query: 'a', topK: 20, cost: 0.5 })
    expect(a!.raw).toBeUndefined()
    expect(nothing).toMatchObject({ query: 'nothing', cost: 0.25, passages: [] })
    expect(JSON.parse(nothing!.raw![0]!)).toMatchObject({ searchParameters: { q: 'nothing' } })
    expect(cache.info()).toMatchObject({ searches: 2, cost: 0.75, sources: [{ searches: 2 }] })
  })

  test('gives everybody what the first of several processes recorded', async () => {
    const [one, other] = [counting(), counting()]
    using first = await record(one.retriever)
    using second = await record({
      search: async (queries, options) => {
        await first.search(queries, options) // between the other's look and its write
        return other.retriever.search(
          queries.map((query) => `${query}!`),
          options,
        )
      },
    })
    expect(await second.search(['a'], { topK: 1 })).toEqual(await first.search(['a'], { topK: 1 }))
    expect(one.asked).toEqual([['a']])
  })

  test('gives objects of their own to each caller', async () => {
    using engine = await record(counting().retriever)
    const [one, two] = await engine.search(['a', 'a'], { topK: 1 })
    ;(one![0] as { title: string }).title = 'changed'
    expect(two![0]!.title).toBe('call 1')
    expect((await engine.search(['a'], { topK: 1 }))[0]![0]!.title).toBe('call 1')
  })

  test('stops when it is aborted', async () => {
    const server = await serve('serper')
    server.accidents.push(accident.silence())
    using engine = await cached(engineAt('serper', server.url), { path })
    const controller = new AbortController()
    const search = engine.search(['a'], { topK: 1, signal: controller.signal })
    while (server.received.length === 0) await sleep(1)
    controller.abort(new Error('enough'))
    await expect(search).rejects.toThrow('enough')
  })
})

test('replay names the query that was never recorded, and asks nobody', async () => {
  const { retriever, asked } = counting()
  {
    using engine = await record(retriever)
    await engine.search(['a'], { topK: 3 })
  }
  using replay = await record(retriever, 'replay')
  const search = replay.search(['a', 'who "is" this', 'b'], { topK: 3 })
  await expect(search).rejects.toMatchObject({ code: 'ERR_QUERL_NOT_RECORDED' })
  await expect(search).rejects.toThrow(
    `The query "who \\"is\\" this" with topK 3 is not recorded in ${path} for k, nor are 1 others of this call.`,
  )
  expect(asked.length).toBe(1)
})

test('replay of a file that is not there is an error, and makes none', async () => {
  await expect(record(counting().retriever, 'replay')).rejects.toThrow('There is no recording')
  await expect(stat(path)).rejects.toThrow('ENOENT')
})

test('refresh asks anew and records what came', async () => {
  const { retriever, asked } = counting()
  using engine = await record(retriever)
  await engine.search(['a'], { topK: 1 })
  using refresh = await record(retriever, 'refresh')
  expect((await refresh.search(['a'], { topK: 1 }))[0]![0]!.title).toBe('call 2')
  expect((await engine.search(['a'], { topK: 1 }))[0]![0]!.title).toBe('call 2')
  expect(asked.length).toBe(2)
})

test('off asks and records nothing', async () => {
  const { retriever, asked } = counting()
  using engine = await record(retriever, 'off')
  await engine.search(['a'], { topK: 1 })
  await engine.search(['a'], { topK: 1 })
  expect(asked.length).toBe(2)
  await expect(stat(path)).rejects.toThrow('ENOENT')
})

describe('exported searches', () => {
  test('are the same file whatever the order they were recorded in, and come back whole', async () => {
    const passage = (text: string) => [{ id: 'i', title: '"ü"\u2028', text, score: 1 / 3 }]
    const recordings = Array.from({ length: 230 }, (_, at) => ({
      source: `source ${at % 3}`,
      query: `query ${at}`,
      topK: 3,
      passages: passage(`text ${at}`),
      raw: [`raw ${at}`],
      cost: 0.001,
      recordedAt: 1_700_000_000_000 + at,
    }))
    const files: string[] = []
    for (const [at, list] of [recordings, recordings.toReversed()].entries()) {
      const file = join(folder, `${at}.sqlite`)
      {
        using cache = await SearchCache.open(file)
        await Promise.all(list.map((recording) => cache.record([recording])))
      }
      expect(await exportSearches(file, join(folder, `${at}.jsonl`), { raw: true })).toBe(230)
      files.push(await readFile(join(folder, `${at}.jsonl`), 'utf8'))
    }
    expect(files[0]).toBe(files[1])
    const copy = join(folder, 'copy.sqlite')
    expect(await importSearches(join(folder, '0.jsonl'), copy)).toBe(230)
    expect(await importSearches(join(folder, '1.jsonl'), copy)).toBe(230)
    await exportSearches(copy, join(folder, 'copy.jsonl'), { raw: true })
    expect(await readFile(join(folder, 'copy.jsonl'), 'utf8')).toBe(files[0])
    using cache = await SearchCache.open(copy)
    const [passages] = cache.find([{ source: 'source 1', query: 'query 7', topK: 3 }])
    expect(passages).toEqual(passage('text 7'))
  })

  test.each([
    ['not json', 'this is not JSON'],
    ['{"version":2}', 'version 2 is newer than 1'],
    ['{"version":1,"source":"s","query":"q","topK":3}', 'this is no recorded search'],
    [
      '{"version":1,"source":"s","query":"q","topK":3,"passages":[{"id":1}],"cost":0,"recordedAt":0}',
      'this is no recorded search',
    ],
  ])('with the line %s are refused there; what is before it is in', async (line, message) => {
    const good = {
      version: 1,
      source: 's',
      query: 'q',
      topK: 1,
      passages: [],
      cost: 0,
      recordedAt: 0,
    }
    const lines = join(folder, 'bad.jsonl')
    await writeFile(lines, `${JSON.stringify(good)}\n\n${line}\n`)
    await expect(importSearches(lines, path)).rejects.toThrow(`bad.jsonl:3: ${message}.`)
    using cache = await SearchCache.open(path)
    expect(cache.info().searches).toBe(1)
  })

  test('that are not there are an error', async () => {
    const missing = join(folder, 'missing')
    await expect(importSearches(missing, path)).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
    await expect(exportSearches(missing, path)).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
  })
})

describe('a file that is no recording', () => {
  test('is refused: text', async () => {
    await writeFile(path, 'hello '.repeat(1000))
    await expect(record(counting().retriever)).rejects.toThrow(/is no SQLite file, or is damaged/)
  })

  test('is refused: passages that are no JSON', async () => {
    using engine = await record(counting().retriever)
    await engine.search(['a'], { topK: 1 })
    const database = await openSqlite(path)
    database.exec(`UPDATE searches SET passages = '[{"id": '`)
    database.close()
    await expect(engine.search(['a'], { topK: 1 })).rejects.toMatchObject({
      code: 'ERR_QUERL_DATA',
      message: expect.stringContaining(`A recording in ${path} is damaged.`) as string,
    })
  })

  test('is refused: a database of something else, which stays as it was', async () => {
    const database = await openSqlite(path)
    database.exec('CREATE TABLE mine (x)')
    database.close()
    await expect(record(counting().retriever)).rejects.toThrow('is a database of something else')
    const again = await openSqlite(path)
    expect(again.prepare('SELECT name FROM sqlite_master').all([])).toEqual([{ name: 'mine' }])
    again.close()
  })

  test('is refused: one of a newer version', async () => {
    ;(await record(counting().retriever)).close()
    const database = await openSqlite(path)
    database.exec('PRAGMA user_version = 7')
    database.close()
    await expect(record(counting().retriever)).rejects.toThrow(
      'is of version 7, this querl reads version 1',
    )
  })

  test('is refused: a folder that is not there', async () => {
    const search = cached(counting().retriever, { path: join(folder, 'no', 'file'), key: 'k' })
    await expect(search).rejects.toMatchObject({ code: 'ERR_QUERL_IO' })
  })
})

test('wrong options are refused', async () => {
  const { retriever } = counting()
  const message = (options: object) =>
    cached(retriever, { path, ...options }).then(
      () => expect.fail(),
      (error: Error) => error.message,
    )
  expect(await message({})).toMatchInlineSnapshot(
    `"Expected key to be a name for the retriever, since it has no identity of its own, but got undefined."`,
  )
  expect(await message({ key: 'k', mode: 'reply' })).toMatchInlineSnapshot(
    `"Expected mode to be one of record, replay, refresh, off, but got "reply" (string)."`,
  )
  expect(await message({ key: 'k', maxRawCharacters: -1 })).toMatchInlineSnapshot(
    `"Expected maxRawCharacters to be a non-negative integer, but got -1 (number)."`,
  )
})

test('a recording that was closed says so', async () => {
  const engine = await record(counting().retriever)
  engine.close()
  engine.close()
  await expect(engine.search(['a'], { topK: 1 })).rejects.toMatchObject({
    code: 'ERR_QUERL_CLOSED',
  })
})

test('without libsql the error says what to install', async () => {
  vi.doMock('libsql', () => {
    throw new Error('no such package')
  })
  try {
    await expect(record(counting().retriever)).rejects.toMatchObject({
      code: 'ERR_QUERL_NATIVE_MISSING',
      remedy: 'npm install libsql',
    })
  } finally {
    vi.doUnmock('libsql')
  }
})

describe('several processes', () => {
  let script: string
  beforeAll(async () => {
    const { remove, ...made } = await bundled('engines/record-until-killed.ts', ['libsql'])
    script = made.script
    return remove
  })

  const start = (name: string, ...rest: string[]) => {
    const child = spawn(process.execPath, [script, path, name, ...rest])
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (errors += String(chunk)))
    const exited = once(child, 'close')
    return {
      child,
      exited,
      acknowledged: () => output.split('\n').length - 1,
      errors: () => errors,
    }
  }

  test('record into one new file without losing or doubling anything', async () => {
    const writers = ['one', 'two', 'three', 'four'].map((name) => start(name, '150'))
    for (const { exited, errors } of writers) {
      expect(await exited, errors()).toEqual([0, null])
    }
    using cache = await SearchCache.open(path)
    expect(cache.info()).toMatchObject({ searches: 150, cost: 150 })
  })

  test('kill -9 loses nothing that was acknowledged and damages nothing', async () => {
    for (const delayMs of [0, 3, 10, 25, 40]) {
      const { child, exited, acknowledged } = start('killed')
      while (acknowledged() === 0) await sleep(1)
      await sleep(delayMs)
      child.kill('SIGKILL')
      expect(await exited).toEqual([null, 'SIGKILL'])
      const database = await openSqlite(path)
      expect(database.prepare('PRAGMA integrity_check').all([])).toEqual([
        { integrity_check: 'ok' },
      ])
      database.close()
      using cache = await SearchCache.open(path)
      const questions = Array.from({ length: acknowledged() }, (_, at) => ({
        source: 'shared',
        query: `query ${at}`,
        topK: 1,
      }))
      expect(cache.find(questions).filter((passages) => passages === undefined)).toEqual([])
      for await (const { raw } of cache.recordings()) expect(raw).toEqual(['y'.repeat(500)])
    }
  })
})
