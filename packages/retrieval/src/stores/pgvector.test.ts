import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { StoredDocument } from './documents.js'
import { PgConnection } from './pg-connection.js'
import { type PgvectorOptions, PgvectorStore } from './pgvector.js'
import {
  findPostgres,
  howToGetPostgres,
  type PostgresServer,
  startPostgres,
} from './postgres.fixture.js'
import { similarity, WordEmbedder } from './word-embedder.fixture.js'

const bin = findPostgres()
if (!bin) console.warn(`Skipped: PgvectorStore. ${howToGetPostgres}.`)

const words = 'red green blue amber ivory coral olive azure umber ochre teal plum'.split(' ')
const documents: StoredDocument[] = Array.from({ length: 600 }, (_, at) => ({
  id: `id-${at}`,
  title: `"${words[at % 12]}"`,
  text: `${words[(at * 5) % 12]} ${words[(at * 7 + 3) % 11]} number${at}`,
  metadata: { lang: at % 50 === 0 ? 'fr' : 'en', at },
}))
const queries = ['red green', 'number17', 'olive plum teal', '']

describe.skipIf(!bin)('PostgreSQL with pgvector', () => {
  let server: PostgresServer
  let tables = 0
  const embedder = new WordEmbedder(24)
  beforeAll(async () => {
    server = await startPostgres(bin!)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const open = (options: Partial<PgvectorOptions> = {}) =>
    PgvectorStore.open({
      connection: server.connection,
      table: `passages_${++tables}`,
      embedder,
      ...options,
    })

  /** Searches by comparing everything with everything. */
  async function expected(metric: 'cosine' | 'dot' | 'euclidean', query: string, topK: number) {
    const scored = await Promise.all(
      documents.map(async ({ id, title, text }) => ({
        id,
        score: await similarity(embedder, metric, query, `${title}\n${text}`),
      })),
    )
    return scored.sort((a, b) => b.score - a.score).slice(0, topK)
  }

  describe.each(['cosine', 'dot', 'euclidean'] as const)('compared by %s', (metric) => {
    test.each(['float32', 'float16'] as const)(
      'and stored as %s finds the nearest',
      async (storage) => {
        await using store = await open({ similarity: metric, storage })
        await store.create()
        expect(await store.index(documents, { batchDocuments: 100 })).toBe(600)
        expect(await store.count()).toBe(600)
        const found = await store.search(queries, { topK: 7 })
        // fp32: sums of 24 terms; fp16: 11 bits of each stored number.
        const tolerance = storage === 'float32' ? 1e-5 : 0.02
        for (const [at, query] of queries.entries()) {
          const best = await expected(metric, query, 7)
          for (const [rank, { score }] of best.entries()) {
            expect(found[at]![rank]!.score).toBeCloseTo(score, -Math.log10(2 * tolerance))
          }
          if (storage === 'float32') {
            const distinct = best.filter(
              ({ score }, i) => Math.abs(score - (best[i - 1]?.score ?? 9)) > 1e-5,
            )
            for (const { id } of distinct.slice(0, 3))
              expect(found[at]!.map((p) => p.id)).toContain(id)
          }
        }
      },
    )
  })

  test.each([
    { method: 'hnsw', m: 8, efConstruction: 40 } as const,
    { method: 'ivfflat', lists: 4 } as const,
  ])('with an index, $method, uses it and finds nearly all, also more than 40', async (index) => {
    // For so few documents the planner would rather read them all.
    const connection = { ...server.connection, options: '-c enable_seqscan=off' }
    const store = await open({ connection })
    await store.create()
    await store.index(documents)
    await store.createIndex(index)
    const exact = await store.search(queries.slice(0, 3), { topK: 60, exact: true })
    const found = await store.search(queries.slice(0, 3), { topK: 60, probes: 4 })
    for (const [at, list] of found.entries()) {
      expect(list.length).toBe(60)
      const near = new Set(exact[at]!.map(({ id }) => id))
      const kept = list.filter(({ id }) => near.has(id)).length
      // Ties at the 60th place; the graph is small enough for everything else.
      expect(kept).toBeGreaterThan(50)
      expect(list.map(({ score }) => score)).toEqual(
        list.map(({ score }) => score).sort((a, b) => b - a),
      )
    }
    await store.close() // its connections tell their statistics when they end
    await using other = await PgConnection.open(server.connection)
    const scans = async () => {
      const usage = await other.transaction([
        [
          `SELECT idx_scan FROM pg_stat_user_indexes
           WHERE indexrelname LIKE 'passages_${tables}_embedding%'`,
        ],
      ])
      return usage.map(({ idx_scan }) => Number(idx_scan))
    }
    await expect.poll(scans).toEqual([3])
  })

  test('a filter is met by all that is found, also where few documents meet it', async () => {
    await using store = await open()
    await store.create()
    await store.index(documents)
    await store.createIndex()
    for (const exact of [true, false]) {
      const [found] = await store.search(['red green'], { topK: 12, filter: { lang: 'fr' }, exact })
      expect(found!.length).toBe(12)
      expect(found!.map(({ id }) => Number(id.slice(3)) % 50)).toEqual(Array(12).fill(0))
    }
    const none = await store.search(['red'], { topK: 3, filter: { lang: "'; DROP TABLE x; --" } })
    expect(none).toEqual([[]])
  })

  test('a document with an id that is there replaces it, also within one batch', async () => {
    await using store = await open()
    await store.create()
    await store.create() // a second time changes nothing
    const text = 'quotes \' " \\ {braces} ,commas, NULL \u{1F600} \n lines'
    await store.index([
      { id: 'a', title: '', text: 'first' },
      { id: 'a', title: 'T', text },
      { id: 'NULL', title: 'null', text: '' },
    ])
    const [found] = await store.search([text], { topK: 5 })
    expect(found!.map(({ id, title, text }) => [id, title, text])).toEqual([
      ['a', 'T', text],
      ['NULL', 'null', ''],
    ])
    await store.index([{ id: 'a', title: 'new', text }])
    expect(await store.count()).toBe(2)
    expect((await store.search([text], { topK: 1 }))[0]![0]!.title).toBe('new')
    expect(await store.search([], { topK: 1 })).toEqual([])
  })

  test('a stream that fails loads nothing after it, and its error is told', async () => {
    await using store = await open()
    await store.create()
    const broken = async function* () {
      yield* documents.slice(0, 250)
      throw new Error('the stream broke')
    }
    await expect(store.index(broken(), { batchDocuments: 100 })).rejects.toThrow('the stream broke')
    expect(await store.count()).toBeLessThanOrEqual(200)
  })

  test('an abort ends the query on the server too', async () => {
    await using connection = await PgConnection.open(server.connection)
    const controller = new AbortController()
    const sleeping = connection.transaction([['SELECT pg_sleep(60)']], controller.signal)
    const isSleeping = async () => {
      const [row] = await connection.transaction([
        [
          "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()",
        ],
      ])
      return Number(row!['n']) > 0
    }
    while (!(await isSleeping())) await sleep(5)
    controller.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    expect(await isSleeping()).toBe(false)
  })

  test('an abort is heeded while all connections are busy', async () => {
    await using connection = await PgConnection.open({ ...server.connection, max: 1 })
    const [busy, waits] = [new AbortController(), new AbortController()]
    const sleeping = connection.transaction([['SELECT pg_sleep(3600)']], busy.signal)
    const waiting = connection.transaction([['SELECT 1']], waits.signal)
    const next = connection.transaction([['SELECT 2 AS n']])
    waits.abort(new Error('no patience'))
    await expect(waiting).rejects.toThrow('no patience')
    busy.abort(new Error('enough'))
    await expect(sleeping).rejects.toThrow('enough')
    expect(await next).toEqual([{ n: 2 }])
  })

  test('what is wrong is an error of the server, with its message', async () => {
    await using store = await open()
    await expect(store.search(['a'], { topK: 1 })).rejects.toMatchObject({
      code: 'ERR_QUERL_REMOTE',
      message: expect.stringMatching(
        /PostgreSQL failed: (relation|type) .* does not exist/,
      ) as string,
    })
    await using other = await open({ embedder: new WordEmbedder(8), table: `passages_${tables}` })
    await store.create()
    await expect(other.index(documents.slice(0, 1))).rejects.toThrow(
      'expected 24 dimensions, not 8',
    )
    await expect(store.index([{ id: 'a', title: '', text: 'a\0b' }])).rejects.toThrow('0x00')
    await using nowhere = await open({ connection: { ...server.connection, host: '/nowhere' } })
    await expect(nowhere.count()).rejects.toMatchObject({ code: 'ERR_QUERL_REMOTE' })
  })

  test('connections that the server ends are replaced', async () => {
    await using store = await open()
    await store.create()
    await using other = await PgConnection.open(server.connection)
    await other.transaction([
      [
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL',
      ],
    ])
    // A query that is sent before the end has arrived here fails; none after it.
    await expect.poll(() => store.count().catch(() => 'failed')).toBe(0)
    expect(await store.count()).toBe(0)
  })
})

test('wrong options are refused', async () => {
  const embedder = new WordEmbedder(2)
  const message = (options: object) =>
    PgvectorStore.open({ connection: 'postgresql://x', table: 't', embedder, ...options }).then(
      async (store) => {
        await store.close()
        return expect.fail()
      },
      (error: Error) => error.message,
    )
  expect(await message({ table: 'x"; DROP TABLE y' })).toMatchInlineSnapshot(
    `"Expected table to be a name of letters, digits and _, also with a schema, but got "x\\"; DROP TABLE y" (string)."`,
  )
  expect(await message({ similarity: 'l2' })).toMatchInlineSnapshot(
    `"Expected similarity to be 'cosine', 'dot' or 'euclidean', but got "l2" (string)."`,
  )
  expect(await message({ storage: 'int8' })).toMatchInlineSnapshot(
    `"Expected storage to be 'float32' or 'float16', but got "int8" (string)."`,
  )
  await using store = await PgvectorStore.open({
    connection: 'postgresql://x',
    table: 't',
    embedder,
  })
  await expect(store.createIndex({ m: 1 })).rejects.toThrow(
    'Expected m to be in [2, 100], but got 1',
  )
  await expect(store.search(['a'], { topK: 1, efSearch: 2000 })).rejects.toThrow('efSearch')
})
