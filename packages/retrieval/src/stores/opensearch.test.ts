import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { accident } from '../http/local-server.fixture.js'
import type { Embedder } from '../retriever.js'
import { conversation, type Turn } from './conversation.fixture.js'
import { OpenSearchStore } from './opensearch.js'

/* Written after the documentation of OpenSearch 3 and Elasticsearch 9, see conversation.fixture.ts. */

const closing: (() => Promise<void>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

const retry = { retries: 2, backoffMs: 1, timeoutMs: 60_000 }

async function talk(turns: readonly Turn[], options: object = {}) {
  const server = await conversation(turns)
  closing.push(() => server.close())
  const store = new OpenSearchStore({ url: server.url, index: 'wiki', retry, ...options })
  return { server, store, check: server.check }
}

/** Texts to their lengths. */
const embedder: Embedder = {
  dimensions: 2,
  embedQueries: async (texts) => new Float32Array(texts.flatMap((text) => [text.length, 1])),
  embedPassages: async (texts) => new Float32Array(texts.flatMap((text) => [text.length, 0.5])),
}

const kept = { type: 'text', index: false, copy_to: 'contents' }
const created = { acknowledged: true, shards_acknowledged: true, index: 'wiki' }
const settings = {
  number_of_shards: 1,
  number_of_replicas: 0,
  similarity: { passages: { type: 'BM25', k1: 0.9, b: 0.4 } },
}
const properties = {
  title: kept,
  text: kept,
  contents: { type: 'text', analyzer: 'english', similarity: 'passages' },
  metadata: { type: 'object' },
}
const refreshed: Turn = {
  ask: 'POST /wiki/_refresh',
  answer: { _shards: { total: 1, successful: 1, failed: 0 } },
}

function item(id: string, status: number, error?: object) {
  const common = { _index: 'wiki', _id: id, status }
  const done = { _version: 1, result: 'created', _shards: { total: 1, successful: 1, failed: 0 } }
  return {
    index: { ...common, ...(error ? { error } : { ...done, _seq_no: 0, _primary_term: 1 }) },
  }
}

function found(...ids: string[]) {
  return {
    took: 3,
    timed_out: false,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: {
      max_score: ids.length > 0 ? 3 : null,
      hits: ids.map((id, at) => ({
        _index: 'wiki',
        _id: id,
        _score: 3 - at,
        _source: { title: `T ${id}`, text: `text ${id}` },
      })),
    },
    status: 200,
  }
}

const matching = (query: string, size: number) => ({
  size,
  _source: ['title', 'text'],
  track_total_hits: false,
  query: { match: { contents: { query } } },
})

describe('an index of words', () => {
  test('is made, filled, searched and deleted', async () => {
    const authorization = `Basic ${Buffer.from('ann:p:w').toString('base64')}`
    const headers = { authorization }
    const { store, check } = await talk(
      [
        { ask: 'HEAD /wiki', headers, status: 404, answer: undefined },
        {
          ask: 'PUT /wiki',
          headers,
          json: { settings: { index: settings }, mappings: { properties } },
          answer: created,
        },
        {
          ask: 'POST /wiki/_bulk',
          headers,
          lines: [
            { index: { _id: 'a' } },
            { title: '"A"', text: 'line\nbreak' },
            { index: { _id: 'b' } },
            { title: '', text: 'ü\u2028', metadata: { lang: 'de' } },
          ],
          answer: { took: 30, errors: false, items: [item('a', 201), item('b', 201)] },
        },
        { ...refreshed, headers },
        {
          ask: 'GET /wiki/_count',
          headers,
          answer: { count: 2, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } },
        },
        {
          ask: 'POST /wiki/_msearch',
          headers,
          lines: [{}, matching('who "is"', 2), {}, matching('nobody', 2)],
          answer: { took: 5, responses: [found('b', 'a'), found()] },
        },
        { ask: 'DELETE /wiki', headers, answer: { acknowledged: true } },
      ],
      { auth: { username: 'ann', password: 'p:w' } },
    )
    expect(await store.exists()).toBe(false)
    await store.create()
    const count = await store.index([
      { id: 'a', title: '"A"', text: 'line\nbreak' },
      { id: 'b', title: '', text: 'ü\u2028', metadata: { lang: 'de' } },
    ])
    expect(count).toBe(2)
    expect(await store.count()).toBe(2)
    expect(await store.search(['who "is"', 'nobody'], { topK: 2 })).toEqual([
      [
        { id: 'b', title: 'T b', text: 'text b', score: 3 },
        { id: 'a', title: 'T a', text: 'text a', score: 2 },
      ],
      [],
    ])
    await store.remove()
    check()
  })

  test('is searched with a filter', async () => {
    const filter = { term: { 'metadata.lang': 'en' } }
    const { query, ...common } = matching('a', 1)
    const { store, check } = await talk([
      {
        ask: 'POST /wiki/_msearch',
        lines: [{}, { ...common, query: { bool: { must: [query], filter: [filter] } } }],
        answer: { took: 1, responses: [found('a')] },
      },
    ])
    expect((await store.search(['a'], { topK: 1, filter }))[0]![0]!.id).toBe('a')
    expect(await store.search([], { topK: 1 })).toEqual([])
    check()
  })

  test('takes documents in as many requests as they need, and tells how far it is', async () => {
    const bulk = (...ids: string[]): Turn => ({
      ask: 'POST /wiki/_bulk',
      lines: ids.flatMap((id) => [{ index: { _id: id } }, { title: '', text: id }]),
      answer: { took: 1, errors: false, items: ids.map((id) => item(id, 201)) },
    })
    const { store, check } = await talk([bulk('1', '2'), bulk('3', '4'), bulk('5'), refreshed])
    const progress: number[] = []
    const documents = ['1', '2', '3', '4', '5'].map((id) => ({ id, title: '', text: id }))
    await store.index(documents, {
      batchDocuments: 2,
      concurrency: 1,
      onProgress: (count) => progress.push(count),
    })
    expect(progress).toEqual([2, 4, 5])
    check()
  })

  test('sends those documents again that the server had no room for', async () => {
    const rejected = {
      type: 'rejected_execution_exception',
      reason: 'rejected execution of coordinating operation',
    }
    const lines = (...ids: string[]) =>
      ids.flatMap((id) => [{ index: { _id: id } }, { title: '', text: id }])
    const { store, check } = await talk([
      {
        ask: 'POST /wiki/_bulk',
        lines: lines('1', '2', '3'),
        status: 429,
        answer: { error: rejected, status: 429 },
      },
      {
        ask: 'POST /wiki/_bulk',
        lines: lines('1', '2', '3'),
        answer: {
          took: 1,
          errors: true,
          items: [item('1', 429, rejected), item('2', 201), item('3', 429, rejected)],
        },
      },
      {
        ask: 'POST /wiki/_bulk',
        lines: lines('1', '3'),
        answer: { took: 1, errors: false, items: [item('1', 201), item('3', 201)] },
      },
      refreshed,
    ])
    expect(await store.index(['1', '2', '3'].map((id) => ({ id, title: '', text: id })))).toBe(3)
    check()
  })

  test('says which document was refused and why, and sends nothing more', async () => {
    const error = {
      type: 'mapper_parsing_exception',
      reason: "failed to parse field [metadata] of type [object] in document with id '2'",
    }
    const { store, server, check } = await talk([
      {
        ask: 'POST /wiki/_bulk',
        lines: [
          { index: { _id: '1' } },
          { title: '', text: '' },
          { index: { _id: '2' } },
          { title: '', text: '' },
        ],
        answer: { took: 1, errors: true, items: [item('1', 201), item('2', 400, error)] },
      },
    ])
    const documents = ['1', '2', '3', '4'].map((id) => ({ id, title: '', text: '' }))
    await expect(store.index(documents, { batchDocuments: 2, concurrency: 1 })).rejects.toThrow(
      `OpenSearch refused 1 documents, one of them "2": ${error.reason}.`,
    )
    check()
    expect(server.received.length).toBe(1)
  })

  test('pulls documents no faster than the server takes them', async () => {
    const server = await conversation([])
    closing.push(() => server.close())
    server.accidents.push(...Array.from({ length: 2 }, () => accident.silence()))
    const store = new OpenSearchStore({ url: server.url, index: 'wiki' })
    let pulled = 0
    const documents = function* () {
      for (;;) yield { id: `${pulled++}`, title: '', text: 'x' }
    }
    const controller = new AbortController()
    const loading = store.index(documents(), {
      batchDocuments: 10,
      concurrency: 2,
      signal: controller.signal,
    })
    while (server.received.length < 2) await sleep(1)
    await sleep(20)
    expect(pulled).toBeLessThanOrEqual(31)
    controller.abort(new Error('enough'))
    await expect(loading).rejects.toThrow('enough')
  })
})

describe('an index of vectors', () => {
  const documents = [{ id: 'a', title: 'T', text: 'x' }]
  const bulk: Turn = {
    ask: 'POST /wiki/_bulk',
    lines: [{ index: { _id: 'a' } }, { title: 'T', text: 'x', vector: [3, 0.5] }],
    answer: { took: 1, errors: false, items: [item('a', 201)] },
  }
  const common = { size: 2, _source: ['title', 'text'], track_total_hits: false }
  const filter = { term: { 'metadata.lang': 'en' } }

  test('of OpenSearch', async () => {
    const vector = {
      type: 'knn_vector',
      dimension: 2,
      method: {
        name: 'hnsw',
        engine: 'lucene',
        space_type: 'innerproduct',
        parameters: { m: 8, ef_construction: 100 },
      },
    }
    const knn = (...vector: number[]) => ({ knn: { vector: { vector, k: 2, filter } } })
    const { store, check } = await talk(
      [
        {
          ask: 'PUT /wiki',
          json: {
            settings: { index: { ...settings, knn: true } },
            mappings: { properties: { ...properties, vector } },
          },
          answer: created,
        },
        bulk,
        refreshed,
        {
          ask: 'POST /wiki/_msearch',
          lines: [{}, { ...common, query: knn(1, 1) }, {}, { ...common, query: knn(2, 1) }],
          answer: { took: 1, responses: [found('a'), found()] },
        },
      ],
      { embedder, by: 'vectors' },
    )
    await store.create({ similarity: 'dot', m: 8 })
    await store.index(documents)
    expect(
      (await store.search(['q', 'qq'], { topK: 2, filter })).map(({ length }) => length),
    ).toEqual([1, 0])
    check()
  })

  test('of Elasticsearch', async () => {
    const headers = { authorization: 'ApiKey a2V5' }
    const vector = {
      type: 'dense_vector',
      dims: 2,
      index: true,
      similarity: 'cosine',
      index_options: { type: 'hnsw', m: 16, ef_construction: 100 },
    }
    const { store, check } = await talk(
      [
        {
          ask: 'PUT /wiki',
          headers,
          json: {
            settings: { index: settings },
            mappings: { properties: { ...properties, vector } },
          },
          answer: created,
        },
        { ...bulk, headers },
        { ...refreshed, headers },
        {
          ask: 'POST /wiki/_msearch',
          headers,
          lines: [
            {},
            {
              ...common,
              knn: { field: 'vector', query_vector: [1, 1], k: 2, num_candidates: 100 },
            },
          ],
          answer: { took: 1, responses: [found('a')] },
        },
      ],
      { embedder, by: 'vectors', dialect: 'elasticsearch', auth: { apiKey: 'a2V5' } },
    )
    await store.create()
    await store.index(documents)
    expect((await store.search(['q'], { topK: 2 }))[0]!.length).toBe(1)
    check()
  })
})

describe('what goes wrong is told', () => {
  test.each([
    [
      'an index that is there already',
      (store: OpenSearchStore) => store.create(),
      {
        ask: 'PUT /wiki',
        json: { settings: { index: settings }, mappings: { properties } },
        status: 400,
        answer: {
          error: {
            root_cause: [
              {
                type: 'resource_already_exists_exception',
                reason: 'index [wiki/x] already exists',
              },
            ],
            type: 'resource_already_exists_exception',
            reason: 'index [wiki/x] already exists',
          },
          status: 400,
        },
      },
      'OpenSearch answered 400: index [wiki/x] already exists.',
    ],
    [
      'one search of several that fails',
      (store: OpenSearchStore) => store.search(['a', 'b'], { topK: 1 }),
      {
        ask: 'POST /wiki/_msearch',
        lines: [{}, matching('a', 1), {}, matching('b', 1)],
        answer: {
          took: 1,
          responses: [
            found('a'),
            {
              error: {
                type: 'search_phase_execution_exception',
                reason: 'all shards failed',
                phase: 'query',
              },
              status: 400,
            },
          ],
        },
      },
      'OpenSearch failed for the query "b": all shards failed.',
    ],
    [
      'missing credentials',
      (store: OpenSearchStore) => store.count(),
      { ask: 'GET /wiki/_count', status: 401, answer: 'Unauthorized' },
      'OpenSearch answered 401: Unauthorized.',
    ],
    [
      'fewer answers than questions',
      (store: OpenSearchStore) => store.search(['a'], { topK: 1 }),
      {
        ask: 'POST /wiki/_msearch',
        lines: [{}, matching('a', 1)],
        answer: { took: 1, responses: [] },
      },
      'OpenSearch answered with JSON that is not of the documented form.',
    ],
  ] as [string, (store: OpenSearchStore) => Promise<unknown>, Turn, string][])(
    '%s',
    async (_, act, turn, message) => {
      const { store, check } = await talk([turn])
      await expect(act(store)).rejects.toMatchObject({ code: 'ERR_QUERL_REMOTE', message })
      check()
    },
  )

  test.each([
    [
      'had no room for',
      { error: { type: 'rejected', reason: 'queue capacity' }, status: 429 },
      'failed for the query "b": queue capacity',
    ],
    [
      'searched some shards of',
      {
        ...found('b'),
        _shards: {
          total: 2,
          successful: 1,
          skipped: 0,
          failed: 1,
          failures: [{ shard: 1, reason: { type: 'x', reason: 'node left' } }],
        },
      },
      'searched only a part of the index for the query "b": node left',
    ],
    [
      'gave up on',
      { ...found('b'), timed_out: true },
      'searched only a part of the index for the query "b": it does not say why',
    ],
  ])('a search that the server %s is asked again, and then told', async (_, answer, message) => {
    const turn = (...responses: object[]): Turn => ({
      ask: 'POST /wiki/_msearch',
      lines: [{}, matching('a', 1), {}, matching('b', 1)],
      answer: { took: 1, responses: [found('a'), ...responses] },
    })
    const { store, check } = await talk([
      turn(answer),
      turn(found('b')),
      turn(answer),
      turn(answer),
      turn(answer),
    ])
    const search = () => store.search(['a', 'b'], { topK: 1 })
    expect((await search()).map((list) => list[0]!.id)).toEqual(['a', 'b'])
    await expect(search()).rejects.toMatchObject({
      code: 'ERR_QUERL_REMOTE',
      message: `OpenSearch ${message} (3 attempts).`,
    })
    check()
  })

  test('a server that restarts is waited for', async () => {
    const { store, server, check } = await talk([
      { ask: 'GET /wiki/_count', answer: { count: 7, _shards: {} } },
    ])
    server.accidents.push(accident.htmlPage(503), accident.disconnect())
    expect(await store.count()).toBe(7)
    check()
  })
})

test('wrong options are refused', () => {
  const make = (options: object) => () =>
    new OpenSearchStore({ url: 'http://localhost:9200', index: 'wiki', ...options })
  expect(make({ url: 'localhost:9200' })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected url to be the http(s) address of the server, but got "localhost:9200" (string).]`,
  )
  expect(
    make({ url: 'https://ann:secret@search.example.org' }),
  ).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: The address of search.example.org holds a name or password.
    Give them by the option auth.]
  `)
  expect(make({ auth: { apiKey: 'secret\n' } })).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: The credentials for OpenSearch have characters in them that no header can have.
    Does a key that was read from a file end with a line break?]
  `)
  expect(make({ by: 'vectors' })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected embedder to be given, since vectors are searched, but got undefined.]`,
  )
  expect(make({ dialect: 'solr' })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected dialect to be 'opensearch' or 'elasticsearch', but got "solr" (string).]`,
  )
  expect(make({ index: '' })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected index to be a string that is not empty, but got "" (string).]`,
  )
})
