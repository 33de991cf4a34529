import { setTimeout as sleep } from 'node:timers/promises'
import { QuerlError } from '@querl/base'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { SearchServerOptions } from './options.js'
import { createSearchServer } from './search-server.js'
import { echo, get, held, memory, post, rawSocket, serving } from './server.fixture.js'

describe('a token', () => {
  const token = 'correct-horse'
  const bearer = (value: string) => ({ authorization: `Bearer ${value}` })

  test('is wanted of every route but health', async () => {
    const { url } = await serving({ token, reranker: { score: async () => new Float32Array() } })
    for (const path of ['retrieve', 'rerank', 'mcp', 'nothing']) {
      const { status, headers, json } = await post(`${url}/${path}`, { queries: [] })
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      expect((json as { error: { code: string } }).error.code).toBe('unauthorized')
    }
    expect((await get(`${url}/metrics`)).status).toBe(401)
    expect((await get(`${url}/health`)).json).toEqual({ status: 'ready' })
  })

  test('opens them, however Bearer is written', async () => {
    const { url } = await serving({ token })
    for (const authorization of [`Bearer ${token}`, `bearer  ${token} `]) {
      const { status } = await post(
        `${url}/retrieve`,
        { queries: [] },
        { headers: { authorization } },
      )
      expect(status).toBe(200)
    }
  })

  test.each([
    bearer('correct-horsf'),
    bearer('correct-hors'),
    bearer('correct-horse2'),
    bearer(''),
    { authorization: token },
    { authorization: `Basic ${token}` },
  ])('that is %j is refused', async (headers) => {
    const { url } = await serving({ token })
    const { status, text } = await post(`${url}/retrieve`, { queries: [] }, { headers })
    expect(status).toBe(401)
    expect(text).not.toContain(token)
  })

  test('lets health tell what is searched', async () => {
    const { url } = await serving({ token, info: () => ({ documents: 21_015_324 }) })
    expect((await get(`${url}/health`, bearer(token))).json).toMatchObject({
      status: 'ready',
      topK: 3,
      index: { documents: 21_015_324 },
    })
  })

  test('stays out of the log and of errors', async () => {
    const { stream, lines } = memory()
    const { url } = await serving({ token, accessLog: stream })
    await post(`${url}/retrieve`, {}, { headers: bearer(token) })
    await post(`${url}/retrieve`, {}, { headers: bearer(`${token}x`) })
    await expect.poll(() => lines().length).toBe(2)
    expect(JSON.stringify(lines())).not.toContain(token)
    expect(() => createSearchServer({ retriever: echo(), token: 'two words' })).toThrow(
      /^Expected the token to be one or more visible ASCII characters without spaces\.$/,
    )
  })
})

describe('an address that other machines reach', () => {
  test.each(['0.0.0.0', '::', '192.0.2.1'])('%s is refused without a token', async (host) => {
    const server = createSearchServer({ retriever: echo() })
    await expect(server.listen({ port: 0, host })).rejects.toThrow(
      `Other machines reach ${host}, but this server has no token: anybody there could search.`,
    )
  })

  test('is taken with a token, or where that is allowed', async () => {
    for (const [options, allowPublic] of [
      [{ token: 'x' }, false],
      [{}, true],
    ] as const) {
      await using server = createSearchServer({ retriever: echo(), ...options })
      expect(await server.listen({ port: 0, host: '0.0.0.0', allowPublic })).toMatch(
        /^http:\/\/0\.0\.0\.0:\d+$/,
      )
    }
  })
})

test('a web page of another host may not ask a server that has no token', async () => {
  const { url } = await serving()
  const from = async (origin: string) =>
    (await post(`${url}/retrieve`, { queries: [] }, { headers: { origin } })).status
  expect(await from('http://evil.example')).toBe(403)
  expect(await from('null')).toBe(403)
  expect(await from('http://localhost:3000')).toBe(200)
  expect(await from('http://[::1]:3000')).toBe(200)
})

describe('requests of many clients', () => {
  test('share calls of the retriever', async () => {
    const { retriever, calls } = held()
    const { url } = await serving({ retriever, batching: { maxCalls: 1 } })
    const first = post(`${url}/retrieve`, { queries: ['first'] })
    await expect.poll(() => calls.length).toBe(1)
    const others = Array.from({ length: 20 }, (_, at) =>
      post(`${url}/retrieve`, { queries: [`q${at}`], topk: 1 }),
    )
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_queue_queries 20')
    calls[0]!.answer()
    await expect.poll(() => calls.length).toBe(2)
    calls[1]!.answer()
    await first
    const answers = await Promise.all(others)
    expect(calls[1]!.queries.length).toBe(20)
    answers.forEach(({ json }, at) => {
      expect(json).toEqual({
        result: [[{ id: `q${at}-0`, contents: `"On q${at}"\nq${at}, part 0` }]],
      })
    })
  })

  test('that are too many are refused, and told when to come again', async () => {
    const { retriever, calls } = held()
    const { url } = await serving({ retriever, batching: { maxCalls: 1, maxQueued: 5 } })
    const ask = (count: number) =>
      post(`${url}/retrieve`, { queries: new Array<string>(count).fill('x') })
    const taken = [ask(1)]
    await expect.poll(() => calls.length).toBe(1)
    taken.push(ask(5))
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_queue_queries 5')
    const { status, headers, json } = await ask(1)
    expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    expect(json).toEqual({
      error: {
        code: 'overloaded',
        message: '5 queries wait already; 1 more would be over 5.',
      },
    })
    calls[0]!.answer()
    await expect.poll(() => calls.length).toBe(2)
    calls[1]!.answer()
    for (const answer of taken) expect((await answer).status).toBe(200)
  })
})

describe('a retriever', () => {
  test('that fails is told of, as far as the message was written for users', async () => {
    for (const [error, message] of [
      [new Error('ENOENT /home/secret'), 'The search failed within the server.'],
      [
        new QuerlError('ERR_QUERL_INDEX_CORRUPT', 'Block 3 is damaged.\nstack'),
        'Block 3 is damaged.',
      ],
    ] as const) {
      const { url } = await serving({ retriever: { search: () => Promise.reject(error) } })
      const { status, json } = await post(`${url}/retrieve`, { queries: ['x'] })
      expect([status, json]).toEqual([500, { error: { code: 'search_failed', message } }])
    }
  })

  test('that takes too long is stopped, and its client told', async () => {
    const { retriever, calls } = held()
    const { url } = await serving({ retriever, limits: { timeoutMs: 2000 } })
    const { status, json } = await post(`${url}/retrieve`, { queries: ['x'] })
    expect([status, json]).toEqual([
      504,
      { error: { code: 'search_timeout', message: 'There was no answer within 2 s.' } },
    ])
    expect(calls[0]!.signal.aborted).toBe(true)
  })

  test('is stopped when the client goes away', async () => {
    const { retriever, calls } = held()
    const { stream, lines } = memory()
    const { url } = await serving({ retriever, accessLog: stream })
    const stop = new AbortController()
    const asking = post(`${url}/retrieve`, { queries: ['x'] }, { signal: stop.signal })
    await expect.poll(() => calls.length).toBe(1)
    stop.abort()
    await expect(asking).rejects.toThrow('aborted')
    await expect.poll(() => calls[0]!.signal.aborted).toBe(true)
    await expect.poll(() => lines().map(({ status }) => status)).toEqual([499])
  })
})

describe('the access log', () => {
  test('has a line for each request, with what it cost', async () => {
    const { stream, lines } = memory()
    const { url } = await serving({ accessLog: stream })
    const body = { queries: ['x', 'y'], topk: 1 }
    const { headers, text } = await post(`${url}/retrieve`, body)
    await post(`${url}/retrieve`, '{')
    await expect.poll(() => lines().length).toBe(2)
    expect(lines()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        id: headers.get('x-request-id'),
        client: '127.0.0.1',
        status: 200,
        bytesIn: JSON.stringify(body).length,
        bytesOut: text.length,
        queries: 2,
        method: 'POST',
        path: '/retrieve',
        ms: expect.any(Number),
      },
      expect.objectContaining({ status: 400, error: 'invalid_json', bytesIn: 1 }),
    ])
  })

  test('keeps a client’s id for a request, but not one that could be anything else', async () => {
    const { url } = await serving()
    const idOf = async (id: string) =>
      (await get(`${url}/health`, { 'x-request-id': id })).headers.get('x-request-id')
    expect(await idOf('trace-7:a.b_c')).toBe('trace-7:a.b_c')
    expect(await idOf('{"fake": true}')).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/)
    expect(await idOf('x'.repeat(65))).toMatch(/^[0-9a-f]{8}-[0-9a-z]+$/)
  })

  test('cannot be forged by what a client sends', async () => {
    const { stream, lines } = memory()
    const { url } = await serving({ accessLog: stream })
    const path = '/x"},{"status":200}%0a'
    const { socket, closed } = await rawSocket(url)
    const headers = 'Host: x\r\nX-Request-Id: a"b\r\nUser-Agent: \u009b2J\r\nConnection: close'
    socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n\r\n`, 'latin1')
    expect(await closed).toMatch(/^HTTP\/1\.1 404 /)
    await expect.poll(() => lines().length).toBe(1)
    expect(lines()[0]).toMatchObject({ path, status: 404 })
    expect(lines()[0]!['id']).toMatch(/^[0-9a-f]{8}-0$/)
  })

  test('tells of what was no request', async () => {
    const { stream, lines } = memory()
    const { url } = await serving({ accessLog: stream })
    const { socket, closed } = await rawSocket(url)
    socket.write('GET /\u009b31m HTTP/1.1\r\n\r\n', 'latin1')
    expect(await closed).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/)
    await expect.poll(() => lines()[0]).toMatchObject({ status: 400, error: 'bad_request' })
    expect((await get(`${url}/metrics`)).text).toContain('{route="none",status="400"} 1')
  })

  test('drops lines rather than keep them where nobody reads it', async () => {
    const { stream } = memory()
    stream._write = () => {} // never done
    const { url } = await serving({ accessLog: stream })
    stream.write('x'.repeat(5 << 20))
    await post(`${url}/retrieve`, { queries: [] })
    expect((await get(`${url}/metrics`)).text).toContain('querl_access_log_dropped_total 1')
  })
})

describe('metrics', () => {
  test('are in the text format of Prometheus, and count what was done', async () => {
    const { url } = await serving()
    await post(`${url}/retrieve`, { queries: ['x', 'y'] })
    await post(`${url}/retrieve`, { queries: ['x'] })
    await post(`${url}/retrieve`, '{')
    await post(`${url}/a"} 1\\n`, '{}')
    const { headers, text } = await get(`${url}/metrics`)
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const samples = parseMetrics(text)
    expect(samples.get('querl_http_requests_total{route="retrieve",status="200"}')).toBe(2)
    expect(samples.get('querl_http_requests_total{route="retrieve",status="400"}')).toBe(1)
    expect(samples.get('querl_http_requests_total{route="other",status="404"}')).toBe(1)
    expect(samples.get('querl_search_queries_total')).toBe(3)
    expect(samples.get('querl_search_batch_queries_bucket{le="1"}')).toBe(1)
    expect(samples.get('querl_search_batch_queries_bucket{le="2"}')).toBe(2)
    expect(samples.get('querl_search_batch_queries_bucket{le="+Inf"}')).toBe(2)
    expect(samples.get('querl_search_batch_queries_sum')).toBe(3)
    expect(samples.get('querl_http_request_duration_seconds_count{route="retrieve"}')).toBe(3)
    expect(samples.get('querl_http_requests_in_flight')).toBe(1)
    expect(samples.get('querl_http_request_bytes_total')).toBe(
      '{"queries":["x","y"]}{"queries":["x"]}{{}'.length - 2, // who asks for nothing is not read
    )
  })
})

/** Every line must be as the format's description says; every sample must have been described. */
function parseMetrics(text: string): Map<string, number> {
  const samples = new Map<string, number>()
  const types = new Map<string, string>()
  expect(text.endsWith('\n')).toBe(true)
  for (const line of text.slice(0, -1).split('\n')) {
    const described = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line)
    if (described) {
      if (described[1] === 'TYPE') types.set(described[2]!, described[3]!)
      continue
    }
    const sample =
      /^(([a-z_]+?)(_bucket|_sum|_count)?(?:\{(?:[a-z]+="[^"\\\n]*",?)+\})?) (\S+)$/.exec(line)
    expect(sample, line).not.toBeNull()
    const [, name, family, part, value] = sample!
    const type = types.get(family!) ?? types.get(`${family}${part ?? ''}`)
    expect(['counter', 'gauge', 'histogram'], line).toContain(type)
    expect(samples.has(name!), line).toBe(false)
    expect(Number.isFinite(Number(value)), line).toBe(true)
    samples.set(name!, Number(value))
  }
  return samples
}

describe('a server that closes', () => {
  test('answers what has come, refuses what comes, says so, and then is gone', async () => {
    const { retriever, calls } = held()
    const { url, server } = await serving({ retriever, limits: { drainGraceMs: 0 } })
    const asking = post(`${url}/retrieve`, { queries: ['x'] })
    await expect.poll(() => calls.length).toBe(1)
    const closing = server.close()
    const refused = await post(`${url}/retrieve`, { queries: ['y'] })
    expect([refused.status, refused.headers.get('retry-after'), refused.json]).toEqual([
      503,
      '1',
      { error: { code: 'draining', message: 'The server ends and takes nothing new.' } },
    ])
    expect(refused.headers.get('connection')).toBe('close')
    const health = await get(`${url}/health`)
    expect([health.status, health.json]).toMatchObject([503, { status: 'draining' }])
    calls[0]!.answer()
    const { status, headers } = await asking
    expect([status, headers.get('connection')]).toEqual([200, 'close'])
    await closing
    expect(server.url).toBeUndefined()
    await expect(post(`${url}/retrieve`, { queries: ['x'] })).rejects.toThrow('fetch failed')
  })

  test('waits for clients that connect for each request to come again, and tells them', async () => {
    const { url, server } = await serving({ limits: { drainGraceMs: 5000 } })
    const ask = () =>
      post(`${url}/retrieve`, { queries: ['x'] }, { headers: { connection: 'close' } })
    expect((await ask()).status).toBe(200)
    // By its own clock: however long a turn of this test takes, the client is away for 100 ms.
    const began = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(began)
    onTestFinished(() => clock.mockRestore())
    const closing = server.close()
    clock.mockReturnValue(began + 100)
    await sleep(30)
    expect((await ask()).status).toBe(503)
    clock.mockRestore()
    await closing
  })

  test('fails what is not done in time', async () => {
    const { retriever, calls } = held()
    const { url, server } = await serving({ retriever, limits: { drainTimeoutMs: 50 } })
    const asking = post(`${url}/retrieve`, { queries: ['x'] })
    await expect.poll(() => calls.length).toBe(1)
    await server.close()
    expect((await asking).status).toBe(503)
    expect(calls[0]!.signal.aborted).toBe(true)
  })

  test('can be closed again, and cannot be opened again', async () => {
    const { server } = await serving()
    await Promise.all([server.close(), server.close()])
    await expect(server.listen({ port: 0 })).rejects.toThrow('The server was closed.')
  })
})

test('a server that is closed while it begins to listen does not listen', async () => {
  const server = createSearchServer({ retriever: echo(), limits: { drainGraceMs: 0 } })
  const opened = server.listen({ port: 0 })
  await server.close()
  expect(await opened).toMatch(/^http:/)
  expect(server.url).toBeUndefined()
})

test('a server that listens already does not listen again', async () => {
  const { url, server } = await serving({ token: undefined, limits: { timeoutMs: undefined } })
  await expect(server.listen({ port: 0 })).rejects.toThrow(`This server listens on ${url}.`)
  expect((await get(`${url}/health`)).status).toBe(200)
})

test('an address that is taken is told', async () => {
  const { url } = await serving()
  const port = Number(new URL(url).port)
  const other = createSearchServer({ retriever: echo() })
  onTestFinished(() => other.close())
  await expect(other.listen({ port })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${port}: another program listens there.`,
  )
})

test('wrong options are refused', () => {
  const refusal = (options: Partial<SearchServerOptions>) => {
    try {
      createSearchServer({ retriever: echo(), ...options })
    } catch (error) {
      return (error as Error).message
    }
    return 'none'
  }
  expect(refusal({ retriever: {} as never })).toMatchInlineSnapshot(
    `"Expected retriever to be an object with a method search(), but got {} (object)."`,
  )
  expect(refusal({ topK: 0 })).toMatchInlineSnapshot(
    `"Expected topK to be in [1, 1000], but got 0 (number)."`,
  )
  expect(refusal({ topK: 2.5 })).toMatchInlineSnapshot(
    `"Expected topK to be a positive integer, but got 2.5 (number)."`,
  )
  expect(refusal({ limits: { maxBodyBytes: 0 } })).toMatchInlineSnapshot(
    `"Expected limits.maxBodyBytes to be a positive integer, but got 0 (number)."`,
  )
  expect(refusal({ limits: { timeoutMs: Number.NaN } })).toMatchInlineSnapshot(
    `"Expected limits.timeoutMs to be a positive number, but got NaN (number)."`,
  )
  expect(refusal({ limits: { timeoutMs: 3e9 } })).toMatchInlineSnapshot(
    `"Expected limits.timeoutMs to be at most 2147483647 milliseconds (24 days), but got 3000000000 (number)."`,
  )
  const odd = { headersTimeoutMs: 501, requestTimeoutMs: 1000 / 3, keepAliveMs: 0.5 }
  expect(refusal({ limits: odd })).toBe('none')
  expect(refusal({ batching: { maxBatch: 0 } })).toMatchInlineSnapshot(
    `"Expected maxBatch to be a positive integer, but got 0 (number)."`,
  )
})
