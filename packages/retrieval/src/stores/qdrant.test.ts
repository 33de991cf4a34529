import { afterEach, describe, expect, test } from 'vitest'
import { accident } from '../http/local-server.fixture.js'
import type { Embedder } from '../retriever.js'
import { conversation, type Turn } from './conversation.fixture.js'
import { QdrantStore } from './qdrant.js'

/* Written after the documentation of Qdrant 1.19, see conversation.fixture.ts. */

const closing: (() => Promise<void>)[] = []
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

/** Texts to their lengths. */
const embedder: Embedder = {
  dimensions: 2,
  embedQueries: async (texts) => new Float32Array(texts.flatMap((text) => [text.length, 1])),
  embedPassages: async (texts) => new Float32Array(texts.flatMap((text) => [text.length, 0.5])),
}

const retry = { retries: 1, backoffMs: 1, timeoutMs: 60_000 }

async function talk(turns: readonly Turn[], options: object = {}) {
  const server = await conversation(turns)
  closing.push(() => server.close())
  const store = new QdrantStore({
    url: server.url,
    collection: 'wiki 18',
    embedder,
    retry,
    ...options,
  })
  return { server, store, check: server.check }
}

const path = '/collections/wiki%2018'
const done = (result: unknown) => ({ result, status: 'ok', time: 0.001 })
const payload = ['id', 'title', 'text']

// RFC 9562's version 5, from Python: uuid.uuid5(uuid.UUID('7f0d3b9c-5a1e-4c2f-8b6d-9e0a1c3f5b7d'), id)
const uuids = {
  a: '1aa84625-2fbe-5c54-9559-5d19f7365dce',
  'ü b': 'd2f28afe-f6b7-50c3-b02d-791d614d6683',
}

test('a collection is made, filled, searched and deleted', async () => {
  const headers = { 'api-key': 'secret' }
  const { store, check } = await talk(
    [
      {
        ask: `GET ${path}`,
        headers,
        status: 404,
        answer: {
          status: { error: "Not found: Collection `wiki 18` doesn't exist!" },
          time: 0.001,
        },
      },
      {
        ask: `PUT ${path}`,
        headers,
        json: {
          vectors: { size: 2, distance: 'Cosine', on_disk: false },
          hnsw_config: { m: 16, ef_construct: 100 },
        },
        answer: done(true),
      },
      {
        ask: `PUT ${path}/points?wait=true`,
        headers,
        json: {
          points: [
            { id: uuids.a, vector: [5, 0.5], payload: { id: 'a', title: '"A"', text: 'x' } },
            {
              id: uuids['ü b'],
              vector: [4, 0.5],
              payload: { id: 'ü b', title: '', text: 'four', metadata: { lang: 'en' } },
            },
          ],
        },
        answer: done({ operation_id: 0, status: 'completed' }),
      },
      {
        ask: `POST ${path}/points/count`,
        headers,
        json: { exact: true },
        answer: done({ count: 2 }),
      },
      {
        ask: `POST ${path}/points/query/batch`,
        headers,
        json: {
          searches: [
            { query: [1, 1], limit: 2, with_payload: payload },
            { query: [2, 1], limit: 2, with_payload: payload },
          ],
        },
        answer: done([
          {
            points: [
              {
                id: uuids['ü b'],
                version: 0,
                score: 0.9,
                payload: { id: 'ü b', title: '', text: 'four' },
              },
              {
                id: uuids.a,
                version: 0,
                score: 0.5,
                payload: { id: 'a', title: '"A"', text: 'x' },
              },
            ],
          },
          { points: [] },
        ]),
      },
      { ask: `DELETE ${path}`, headers, answer: done(true) },
    ],
    { apiKey: 'secret' },
  )
  expect(await store.exists()).toBe(false)
  await store.create()
  const documents = [
    { id: 'a', title: '"A"', text: 'x' },
    { id: 'ü b', title: '', text: 'four', metadata: { lang: 'en' } },
  ]
  expect(await store.index(documents)).toBe(2)
  expect(await store.count()).toBe(2)
  expect(await store.search(['q', 'qq'], { topK: 2 })).toEqual([
    [
      { id: 'ü b', title: '', text: 'four', score: 0.9 },
      { id: 'a', title: '"A"', text: 'x', score: 0.5 },
    ],
    [],
  ])
  expect(await store.search([], { topK: 2 })).toEqual([])
  await store.remove()
  check()
})

test('options of a collection and of a search are sent', async () => {
  const filter = { must: [{ key: 'metadata.lang', match: { value: 'en' } }] }
  const turns: Turn[] = [
    {
      ask: `PUT ${path}`,
      json: {
        vectors: { size: 2, distance: 'Dot', on_disk: true },
        hnsw_config: { m: 32, ef_construct: 200 },
        quantization_config: { scalar: { type: 'int8', always_ram: true } },
      },
      answer: done(true),
    },
    {
      ask: `POST ${path}/points/query/batch`,
      json: {
        searches: [
          {
            query: [1, 1],
            limit: 3,
            with_payload: payload,
            filter,
            params: { exact: true, hnsw_ef: 128 },
          },
        ],
      },
      answer: done([{ points: [] }]),
    },
  ]
  const { store, check } = await talk(turns, { similarity: 'dot' })
  await store.create({ onDisk: true, int8: true, m: 32, efConstruction: 200 })
  await store.search(['q'], { topK: 3, filter, exact: true, efSearch: 128 })
  check()
})

test('distances are scores: the nearest passage has the highest', async () => {
  const point = (id: string, score: number) => ({ score, payload: { id, title: '', text: id } })
  const turns: Turn[] = [
    {
      ask: `PUT ${path}`,
      json: {
        vectors: { size: 2, distance: 'Euclid', on_disk: false },
        hnsw_config: { m: 16, ef_construct: 100 },
      },
      answer: done(true),
    },
    {
      ask: `POST ${path}/points/query/batch`,
      json: { searches: [{ query: [1, 1], limit: 2, with_payload: payload }] },
      answer: done([{ points: [point('near', 0.5), point('far', 2)] }]), // nearest first
    },
  ]
  const { store, check } = await talk(turns, { similarity: 'euclidean' })
  await store.create()
  const [found] = await store.search(['q'], { topK: 2 })
  expect(found!.map(({ id, score }) => [id, score])).toEqual([
    ['near', -0.5],
    ['far', -2],
  ])
  check()
})

describe('what goes wrong is told', () => {
  test.each([
    [
      'vectors of another size',
      (store: QdrantStore) => store.search(['q'], { topK: 1 }),
      {
        ask: `POST ${path}/points/query/batch`,
        json: { searches: [{ query: [1, 1], limit: 1, with_payload: payload }] },
        status: 400,
        answer: {
          status: { error: 'Wrong input: Vector dimension error: expected dim: 3, got 2' },
          time: 0.001,
        },
      },
      'Qdrant answered 400: Wrong input: Vector dimension error: expected dim: 3, got 2.',
    ],
    [
      'a collection that is there already',
      (store: QdrantStore) => store.create(),
      {
        ask: `PUT ${path}`,
        json: {
          vectors: { size: 2, distance: 'Cosine', on_disk: false },
          hnsw_config: { m: 16, ef_construct: 100 },
        },
        status: 409,
        answer: {
          status: { error: 'Wrong input: Collection `wiki 18` already exists!' },
          time: 0.001,
        },
      },
      'Qdrant answered 409: Wrong input: Collection `wiki 18` already exists!',
    ],
    [
      'a missing key',
      (store: QdrantStore) => store.count(),
      {
        ask: `POST ${path}/points/count`,
        json: { exact: true },
        status: 401,
        answer: 'Must provide an API key or an Authorization bearer token',
      },
      'Qdrant answered 401: Must provide an API key or an Authorization bearer token.',
    ],
    [
      'fewer answers than questions',
      (store: QdrantStore) => store.search(['q'], { topK: 1 }),
      {
        ask: `POST ${path}/points/query/batch`,
        json: { searches: [{ query: [1, 1], limit: 1, with_payload: payload }] },
        answer: done([]),
      },
      'Qdrant answered with JSON that is not of the documented form.',
    ],
  ] as [string, (store: QdrantStore) => Promise<unknown>, Turn, string][])(
    '%s',
    async (_, act, turn, message) => {
      const { store, check } = await talk([turn])
      await expect(act(store)).rejects.toMatchObject({ code: 'ERR_QUERL_REMOTE', message })
      check()
    },
  )

  test('a server that restarts is waited for, and aborting stops it', async () => {
    const turn = {
      ask: `POST ${path}/points/count`,
      json: { exact: true },
      answer: done({ count: 7 }),
    }
    const { store, server, check } = await talk([turn])
    server.accidents.push(accident.disconnect())
    expect(await store.count()).toBe(7)
    check()
    server.accidents.push(accident.silence())
    const controller = new AbortController()
    const counting = store.count(controller.signal)
    controller.abort(new Error('enough'))
    await expect(counting).rejects.toThrow('enough')
  })

  test('wrong options', async () => {
    const make = (options: object) => () =>
      new QdrantStore({ url: 'http://localhost:6333', collection: 'c', embedder, ...options })
    expect(make({ collection: '' })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected collection to be a string that is not empty, but got "" (string).]`,
    )
    expect(make({ url: '' })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected url to be the http(s) address of the server, but got "" (string).]`,
    )
    expect(make({ apiKey: 'secr\u0117t' })).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The credentials for Qdrant have characters in them that no header can have.
      Does a key that was read from a file end with a line break?]
    `)
    expect(make({ similarity: 'l2' })).toThrow('Expected similarity')
    const store = make({})()
    await expect(store.search(['q'], { topK: 0 })).rejects.toThrow('Expected topK')
    await expect(store.search(['q'], { topK: 1, efSearch: 0 })).rejects.toThrow('Expected efSearch')
  })
})
