// The wire format of Search-R1's servers, read in their sources: search_r1/search/
// {retrieval_server,retrieval_rerank_server,rerank_server}.py, and what its training client does
// with the answers (search_r1/llm_agent/generation.py).

import { describe, expect, test } from 'vitest'
import { RemoteRetriever } from '../client/remote-retriever.js'
import type { Reranker } from '../retriever.js'
import { echo, get, post, rawSocket, serving } from './server.fixture.js'

const document = (query: string, at: number) => ({
  id: `${query}-${at}`,
  contents: `"On ${query}"\n${query}, part ${at}`,
})

describe('POST /retrieve', () => {
  test('with return_scores gives documents with scores, one list for each query', async () => {
    const { url } = await serving()
    const { status, headers, json } = await post(`${url}/retrieve`, {
      queries: ['x', 'y'],
      topk: 2,
      return_scores: true,
    })
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/json')
    expect(json).toEqual({
      result: ['x', 'y'].map((query) => [
        { document: document(query, 0), score: 10 },
        { document: document(query, 1), score: 9 },
      ]),
    })
  })

  // Search-R1's server unpacks one value into two here: it fails, but for two queries, whose
  // passages it mistakes for passages and scores.
  test.each([1, 2, 3])(
    'without scores gives the documents alone, for %i queries',
    async (count) => {
      const { url } = await serving()
      const queries = Array.from({ length: count }, (_, at) => `q${at}`)
      for (const body of [
        { queries, topk: 2 },
        { queries, topk: 2, return_scores: false },
      ]) {
        expect((await post(`${url}/retrieve`, body)).json).toEqual({
          result: queries.map((query) => [document(query, 0), document(query, 1)]),
        })
      }
    },
  )

  test.each([{}, { topk: null }, { topk: 0 }])('with %j gives the default number', async (topk) => {
    const { url } = await serving({ topK: 4 })
    const { json } = await post(`${url}/retrieve`, { queries: ['x'], ...topk })
    expect((json as { result: unknown[][] }).result[0]!.length).toBe(4)
  })

  test('gives 3 passages where nobody says how many', async () => {
    const { url } = await serving()
    const { json } = await post(`${url}/retrieve`, { queries: ['x'] })
    expect((json as { result: unknown[][] }).result[0]!.length).toBe(3)
  })

  test('may come in chunks, its length unsaid', async () => {
    const { url } = await serving()
    const { socket, received } = await rawSocket(url)
    const parts = ['{"queries":["x"]', ',"topk":1}']
    const chunks = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
    socket.write('POST /retrieve HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (const chunk of [...chunks, '0\r\n\r\n']) socket.write(chunk)
    await expect.poll(received).toMatch(/^HTTP\/1\.1 200 [\s\S]*"id":"x-0"/)
  })

  test('of no queries gives no lists, and ignores unknown keys', async () => {
    const { url } = await serving()
    const { status, json } = await post(`${url}/retrieve`, { queries: [], top_k: 7 })
    expect([status, json]).toEqual([200, { result: [] }])
  })

  test('is read by the training client as it reads its own server', async () => {
    const { url } = await serving()
    // generation.py, _batch_search and _passages2string, line by line.
    const payload = { queries: ['x'], topk: 2, return_scores: true }
    const answer = (await post(`${url}/retrieve`, payload)).json as {
      result: { document: { contents: string } }[][]
    }
    let reference = ''
    answer.result[0]!.forEach((item, index) => {
      const [title, ...text] = item.document.contents.split('\n')
      reference += `Doc ${index + 1}(Title: ${title}) ${text.join('\n')}\n`
    })
    expect(reference).toBe('Doc 1(Title: "On x") x, part 0\nDoc 2(Title: "On x") x, part 1\n')
  })

  test('sends passages of wiki-18 as they are in the corpus, whatever they hold', async () => {
    const text = 'tab\t "quotes" \\ back, \u0000 null, \u2028 line, ünïcödé 漢字 😀 and\nlines\r\n'
    const { url } = await serving({
      retriever: {
        search: async () => [[{ id: '"0"\n', title: '"Evan Morris"', text, score: 0.1 + 0.2 }]],
      },
    })
    const { json } = await post(`${url}/retrieve`, { queries: ['x'], return_scores: true })
    expect(json).toEqual({
      result: [
        [
          {
            document: { id: '"0"\n', contents: `"Evan Morris"\n${text}` },
            score: 0.30000000000000004,
          },
        ],
      ],
    })
  })

  test('gives an empty list where nothing is found, in its place among the others', async () => {
    const { url } = await serving({
      retriever: {
        search: async (queries) =>
          queries.map((query) =>
            query === 'nothing' ? [] : [{ id: query, title: 't', text: query, score: 1 }],
          ),
      },
    })
    const queries = ['nothing', 'x', '', 'nothing']
    const { json } = await post(`${url}/retrieve`, { queries, topk: 3, return_scores: true })
    const found = (query: string) => [
      { document: { id: query, contents: `"t"\n${query}` }, score: 1 },
    ]
    expect(json).toEqual({ result: [[], found('x'), found(''), []] })
  })

  test('hands queries on as they were sent, and our client reads what the retriever found', async () => {
    const queries = ['漢字 😀 e\u0301', '\ud800 alone', '', 'line\nbreak "quoted" \\ \u2028 \u0000']
    const asked: (readonly string[])[] = []
    const found = queries.map((query, at) =>
      query === '' ? [] : [{ id: `${query}${at}`, title: '"Té 😀"', text: query, score: -1 / 3 }],
    )
    const { url } = await serving({
      retriever: {
        search: async (all) => {
          asked.push(all)
          return found
        },
      },
    })
    using client = new RemoteRetriever(url)
    expect(await client.search(queries, { topK: 2 })).toEqual(found)
    expect(asked).toEqual([queries])
  })

  test('sends strings, as the reranking variant does, and takes its topk_rerank', async () => {
    const { url } = await serving({ documents: { retrieve: 'strings' } })
    const body = { queries: ['x'], topk_retrieval: 10, topk_rerank: 1 }
    expect((await post(`${url}/retrieve`, body)).json).toEqual({
      result: [['"On x"\nx, part 0']],
    })
    expect((await post(`${url}/retrieve`, { ...body, return_scores: true })).json).toEqual({
      result: [[{ document: '"On x"\nx, part 0', score: 10 }]],
    })
  })

  test('sends titles as they are where that is asked for', async () => {
    const { url } = await serving({ documents: { quoteTitles: false } })
    const { json } = await post(`${url}/retrieve`, { queries: ['x'], topk: 1 })
    expect(json).toEqual({ result: [[{ id: 'x-0', contents: 'On x\nx, part 0' }]] })
  })
})

describe('POST /rerank', () => {
  /** Prefers documents that hold the query, and remembers what it was asked. */
  function reranker() {
    const pairs: (readonly [string, string])[] = []
    const score: Reranker['score'] = async (asked) => {
      pairs.push(...asked)
      return Float32Array.from(asked, ([query, text]) => (text.includes(query) ? 0.5 : -0.25))
    }
    return { reranker: { score }, pairs }
  }
  const items = (query: string) => [
    { document: { id: '0', contents: '"Other"\nnothing' }, score: 3 },
    { document: document(query, 1), score: 2 },
  ]

  // Search-R1's server scores each query against the documents of all queries.
  test('judges each query by its own documents alone', async () => {
    const { reranker: model, pairs } = reranker()
    const { url } = await serving({ reranker: model })
    const { json } = await post(`${url}/rerank`, {
      queries: ['x', 'y'],
      documents: [items('x'), items('y')],
      return_scores: true,
    })
    const best = (query: string) => `(Title: "On ${query}") ${query}, part 1`
    expect(json).toEqual({
      result: ['x', 'y'].map((query) => [
        { document: best(query), score: 0.5 },
        { document: '(Title: "Other") nothing', score: -0.25 },
      ]),
    })
    expect(pairs).toEqual([
      ['x', '(Title: "Other") nothing'],
      ['x', best('x')],
      ['y', '(Title: "Other") nothing'],
      ['y', best('y')],
    ])
  })

  test('takes documents with scores, without, and as strings; and gives rerank_topk', async () => {
    const { url } = await serving({ reranker: reranker().reranker })
    const body = {
      queries: ['x'],
      documents: [[{ id: '0', contents: '"A"\nno' }, '(Title: "B") x', '"C"\nno']],
    }
    expect((await post(`${url}/rerank`, { ...body, rerank_topk: 2 })).json).toEqual({
      result: [['(Title: "B") x', '(Title: "A") no']],
    })
    expect((await post(`${url}/rerank`, { ...body, rerank_topk: null })).json).toEqual({
      result: [['(Title: "B") x', '(Title: "A") no', '"C"\nno']],
    })
  })

  test('gives documents as they came where that is asked for, with all that they hold', async () => {
    const { url } = await serving({
      reranker: reranker().reranker,
      documents: { rerank: 'objects' },
    })
    const mine = { id: 7, contents: '"A"\nx', year: 1975 }
    const { json } = await post(`${url}/rerank`, {
      queries: ['x'],
      documents: [[{ document: mine, score: 1 }]],
      return_scores: true,
    })
    expect(json).toEqual({ result: [[{ document: mine, score: 0.5 }]] })
  })

  test('of no documents gives none', async () => {
    const { url } = await serving({ reranker: reranker().reranker })
    const { json } = await post(`${url}/rerank`, { queries: ['x', 'y'], documents: [[], []] })
    expect(json).toEqual({ result: [[], []] })
  })

  test.each([
    [{ queries: ['x'] }, 'documents to be a list of 1 lists, one for each query, but got nothing'],
    [{ queries: ['x'], documents: [] }, 'one for each query, but got a list of 0'],
    [{ queries: ['x'], documents: ['y'] }, 'documents[0] to be a list, but got "y"'],
    [
      { queries: ['x'], documents: [[{ id: '0' }]] },
      'documents[0][0] to be a string, or an object with the string contents, but got an object',
    ],
  ])('%j is refused', async (body, message) => {
    const { url } = await serving({ reranker: reranker().reranker })
    const { status, text } = await post(`${url}/rerank`, body)
    expect(status).toBe(422)
    expect(JSON.parse(text).error.message).toContain(message)
  })

  test('is no route where there is no reranker', async () => {
    const { url } = await serving()
    expect((await post(`${url}/rerank`, {})).status).toBe(404)
  })

  test('refuses what is over its line, and lets go of who leaves', async () => {
    let calls = 0
    const stuck: Reranker = {
      score: (_, options) =>
        new Promise((_, reject) => {
          calls++
          options!.signal!.addEventListener('abort', () => reject(new Error('stopped')))
        }),
    }
    const { url } = await serving({ reranker: stuck, limits: { maxRerankCalls: 1 } })
    const body = { queries: ['x'], documents: [['y']] }
    const stop = new AbortController()
    const others = Array.from({ length: 17 }, () =>
      post(`${url}/rerank`, body, { signal: stop.signal }).catch(() => undefined),
    )
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_http_requests_in_flight 18') // with the one that asks
    const { status, headers, text } = await post(`${url}/rerank`, body)
    expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    expect(JSON.parse(text).error.code).toBe('overloaded')
    stop.abort()
    await Promise.all(others)
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_http_requests_in_flight 1\n')
    expect(calls).toBe(1) // nobody waited any more for the other sixteen
  })
})

describe('a request that is wrong', () => {
  const refusal = async (body: unknown) => {
    const { url } = await serving({ limits: { maxQueries: 4, maxTopK: 50, maxPassages: 120 } })
    const { status, json } = await post(`${url}/retrieve`, body)
    const { code, message } = (json as { error: { code: string; message: string } }).error
    return `${status} ${code}: ${message}`
  }

  test.each([
    ['{"queries": [', /^400 invalid_json: The body is not valid JSON: .+/],
    ['', /^400 invalid_json: The body is not valid JSON: it is empty\.$/],
    ['[1, 2', /^400 invalid_json/],
    ['[]', /^422 invalid_request: Expected the body to be a JSON object, but got a list of 0\.$/],
    ['null', /^422 invalid_request: Expected the body to be a JSON object, but got null\.$/],
  ])('%j is told why', async (body, said) => {
    expect(await refusal(body)).toMatch(said)
  })

  test.each([
    [{}, 'queries to be a list of strings, but got nothing.'],
    [{ queries: 'x' }, 'queries to be a list of strings, but got "x".'],
    [{ queries: ['x', 7] }, 'queries[1] to be a string, but got 7.'],
    [{ queries: [['x']] }, 'queries[0] to be a string, but got a list of 1.'],
    [{ queries: ['', '', '', '', ''] }, 'queries to be at most 4 queries, but got 5.'],
    [{ queries: ['', '', ''], topk: 50 }, 'queries times topk to be at most 120, but got 150.'],
    [{ queries: [], topk: -1 }, 'topk to be null or an integer from 0 to 50, but got -1.'],
    [{ queries: [], topk: 51 }, 'topk to be null or an integer from 0 to 50, but got 51.'],
    [{ queries: [], topk: 2.5 }, 'topk to be null or an integer from 0 to 50, but got 2.5.'],
    [{ queries: [], topk: '3' }, 'topk to be null or an integer from 0 to 50, but got "3".'],
    [{ queries: [], return_scores: 1 }, 'return_scores to be true or false, but got 1.'],
  ])('%j is told why', async (body, said) => {
    expect(await refusal(body)).toBe(`422 invalid_request: Expected ${said}`)
  })

  test('a body that is no UTF-8 is told so, rather than searched for with � in it', async () => {
    const { url } = await serving()
    const response = await fetch(`${url}/retrieve`, {
      method: 'POST',
      body: Buffer.from('{"queries": ["caf\xe9"]}', 'latin1'),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      error: { code: 'invalid_json', message: 'The body is not valid UTF-8.' },
    })
  })

  test('deep nesting is told why, and harms nothing', async () => {
    expect(await refusal('['.repeat(1_000_000))).toMatch(/^400 invalid_json/)
    const deep = `{"queries": ["x"], "more": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const { url } = await serving()
    expect([200, 400]).toContain((await post(`${url}/retrieve`, deep)).status)
    expect((await get(`${url}/health`)).status).toBe(200)
  })

  test('a route or a method that there is not is told, with those that there are', async () => {
    const { url } = await serving({ retriever: echo() })
    const unknown = await post(`${url}/retrive`, {})
    expect([unknown.status, unknown.json]).toEqual([
      404,
      {
        error: {
          code: 'not_found',
          message: 'There is no such route; there are /retrieve, /health, /metrics, /mcp.',
        },
      },
    ])
    const wrong = await get(`${url}/retrieve?query=x`)
    expect([wrong.status, wrong.headers.get('allow'), wrong.json]).toEqual([
      405,
      'POST',
      { error: { code: 'method_not_allowed', message: '/retrieve is for POST.' } },
    ])
  })

  test('a compressed body is told that it must not be', async () => {
    const { url } = await serving()
    const { status } = await post(`${url}/retrieve`, 'x', {
      headers: { 'content-encoding': 'gzip' },
    })
    expect(status).toBe(415)
  })
})
