import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { accident, localServer, type Received, type Reply } from '../http/local-server.fixture.js'
import { RemoteRetriever, type RemoteRetrieverOptions } from './remote-retriever.js'

const quick = { backoff: { baseMs: 1, seed: 1 } } satisfies RemoteRetrieverOptions

interface Asked {
  queries: string[]
  topk: number
  return_scores: boolean
}
const asked = ({ body }: Received) => JSON.parse(body) as Asked

/** Search-R1's retrieval_server.py: one document that tells of the query, with its score. */
function searchR1(received: Received): Reply {
  const { queries } = asked(received)
  const result = queries.map((query, at) => [
    { document: { id: `${at}`, contents: `"On ${query}"\nfirst\nsecond` }, score: 1.5 },
  ])
  return { status: 200, body: { result } }
}

async function serverAnd(answer: (received: Received) => Reply, options?: RemoteRetrieverOptions) {
  const server = await localServer(answer)
  onTestFinished(() => server.close())
  const retriever = new RemoteRetriever(server.url, { ...quick, ...options })
  onTestFinished(() => retriever.dispose())
  return { server, retriever }
}

const failure = async (promise: Promise<unknown>, url?: string): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  const { code, message } = error as { code?: string; message: string }
  return `${code} ${message}`.replaceAll(url ? new URL(url).host : '…', 'host')
}

describe('the request', () => {
  test('is that of the training client of Search-R1', async () => {
    const { server, retriever } = await serverAnd(searchR1)
    await retriever.search(['x', 'y'], { topK: 3 })
    const [received] = server.received
    expect(received!.url.pathname).toBe('/retrieve')
    expect(received!.headers['content-type']).toBe('application/json')
    expect(asked(received!)).toEqual({ queries: ['x', 'y'], topk: 3, return_scores: true })
  })

  test('carries no token where the option is undefined, as an environment variable may be', async () => {
    const { server, retriever } = await serverAnd(searchR1, {
      token: undefined,
      retries: undefined,
    })
    await retriever.search(['x'], { topK: 1 })
    expect(server.received[0]!.headers['authorization']).toBeUndefined()
  })

  test('carries the token, and goes to a path of one’s own', async () => {
    const server = await localServer(searchR1)
    onTestFinished(() => server.close())
    using retriever = new RemoteRetriever(`${server.url}/deep/search`, { token: 's3cret' })
    await retriever.search(['x'], { topK: 1 })
    expect(server.received[0]!.headers.authorization).toBe('Bearer s3cret')
    expect(server.received[0]!.url.pathname).toBe('/deep/search')
    expect(retriever.url).toBe(`${server.url}/deep/search`)
  })

  test('is split where there are many queries, and the parts are put together in order', async () => {
    const { server, retriever } = await serverAnd(searchR1, {
      load: { maxQueries: 3, concurrency: 2 },
    })
    const queries = Array.from({ length: 10 }, (_, at) => `q${at}`)
    const found = await retriever.search(queries, { topK: 1 })
    expect(found.map(([passage]) => passage!.title)).toEqual(queries.map((q) => `"On ${q}"`))
    const sizes = server.received.map((each) => asked(each).queries.length)
    expect(sizes.sort()).toEqual([1, 3, 3, 3])
  })

  test('is not made for no queries', async () => {
    const { server, retriever } = await serverAnd(searchR1)
    expect(await retriever.search([], { topK: 3 })).toEqual([])
    expect(server.received).toEqual([])
  })
})

describe('the answer', () => {
  const reading = async (item: unknown, options?: RemoteRetrieverOptions) => {
    const { retriever } = await serverAnd(
      () => ({ status: 200, body: { result: [[item]] } }),
      options,
    )
    return (await retriever.search(['x'], { topK: 3 }))[0]![0]
  }
  const contents = '"Evan Morris"\nEvan Morris was\na lobbyist.'
  const parsed = { title: '"Evan Morris"', text: 'Evan Morris was\na lobbyist.' }

  test.each([
    ['retrieval_server.py', { document: { id: '7', contents }, score: 2.5 }, '7', 2.5],
    ['retrieval_server.py without scores', { id: '7', contents }, '7', 1],
    ['a corpus with numbers as ids', { document: { id: 7, contents }, score: 2.5 }, '7', 2.5],
    ['serp_search_server.py, without ids', { document: { contents } }, contents, 1],
    ['retrieval_rerank_server.py', { document: contents, score: -3 }, contents, -3],
    ['the same without scores', contents, contents, 1],
    [
      'rerank_server.py',
      { document: '(Title: "Evan Morris") Evan Morris was\na lobbyist.', score: 0.5 },
      contents,
      0.5,
    ],
  ])('of %s is understood', async (_, item, id, score) => {
    expect(await reading(item)).toEqual({ id, ...parsed, score })
  })

  test('has its titles without quotation marks where that is asked for', async () => {
    const passage = await reading({ document: { id: '7', contents } }, { unquoteTitles: true })
    expect(passage!.title).toBe('Evan Morris')
  })

  test('is cut where a server does not heed topK, and scored by rank where it has no scores', async () => {
    const { retriever } = await serverAnd(() => ({
      status: 200,
      body: { result: [['a\n1', 'b\n2', 'c\n3']] },
    }))
    const [found] = await retriever.search(['x'], { topK: 2 })
    expect(found!.map(({ title, score }) => [title, score])).toEqual([
      ['a', 3],
      ['b', 2],
    ])
  })

  test.each([
    ['{"result": [[{"docum', 'answered with no JSON'],
    [{ results: [] }, 'answered with no list "result"'],
    [null, 'answered with no list "result"'],
    [{ result: [] }, 'answered with 0 lists for 1 queries'],
    [{ result: ['x'] }, 'answered with no list as result[0]'],
    [{ result: [[{ document: { id: '1' } }]] }, 'answered with a document without contents as'],
    [{ result: [[7]] }, 'answered with a document without contents as result[0][0]'],
  ])('%j is an error that says so', async (body, message) => {
    const { server, retriever } = await serverAnd(() => ({ status: 200, body }))
    const said = await failure(retriever.search(['x'], { topK: 1 }), server.url)
    expect(said).toContain(`ERR_QUERL_REMOTE The retriever at host ${message}`)
    expect(server.received.length).toBe(1) // asking again would not help
  })

  test('is refused where it is larger than allowed', async () => {
    const { server, retriever } = await serverAnd(searchR1, { load: { maxResponseBytes: 50_000 } })
    server.accidents.push(accident.endlessBody())
    expect(await failure(retriever.search(['x'], { topK: 1 }), server.url)).toBe(
      'ERR_QUERL_REMOTE The retriever at host answered with more than 50000 bytes.',
    )
  })
})

describe('a failure that may pass', () => {
  test.each([429, 502, 503, 504])('status %i, is tried again', async (status) => {
    const { server, retriever } = await serverAnd(searchR1)
    server.accidents.push(accident.reply(status, 'busy'), accident.htmlPage(status))
    expect((await retriever.search(['x'], { topK: 1 }))[0]!.length).toBe(1)
    expect(server.received.length).toBe(3)
  })

  test('a connection that breaks, before the answer or within, is tried again', async () => {
    const { server, retriever } = await serverAnd(searchR1)
    server.accidents.push(accident.disconnect(), accident.disconnectInBody())
    expect((await retriever.search(['x'], { topK: 1 }))[0]!.length).toBe(1)
    expect(server.received.length).toBe(3)
  })

  test('silence, is tried again after the time-out', async () => {
    const { server, retriever } = await serverAnd(searchR1, { timeoutMs: 500, retries: 20 })
    server.accidents.push(accident.silence())
    expect((await retriever.search(['x'], { topK: 1 }))[0]!.length).toBe(1)
  })

  test('is waited for as long as Retry-After says', async () => {
    const { server, retriever } = await serverAnd(searchR1)
    server.accidents.push(accident.reply(503, 'draining', { 'retry-after': '1' }))
    const began = performance.now()
    await retriever.search(['x'], { topK: 1 })
    // Node's timers may fire a millisecond early.
    expect(performance.now() - began).toBeGreaterThanOrEqual(998)
  })

  test('is final when the retries are used up', async () => {
    const { server, retriever } = await serverAnd(
      () => ({ status: 503, body: { error: { code: 'overloaded', message: 'Too much.' } } }),
      { retries: 2 },
    )
    expect(await failure(retriever.search(['x'], { topK: 1 }), server.url)).toBe(
      'ERR_QUERL_REMOTE The retriever at host answered 503: Too much (3 attempts).',
    )
    expect(server.received.length).toBe(3)
  })
})

describe('a failure that will not pass', () => {
  test('a port that fetch() blocks, is told at once', async () => {
    const retriever = new RemoteRetriever('http://127.0.0.1:1', quick) // of tcpmux
    expect(await failure(retriever.search(['x'], { topK: 1 }))).toBe(
      'ERR_QUERL_REMOTE The retriever at 127.0.0.1:1 cannot be reached: bad port.',
    )
  })

  test.each([
    [500, 'Internal Server Error', 'answered 500: Internal Server Error.'],
    [422, { detail: 'queries: field required' }, 'answered 422: queries: field required.'],
    [404, '', 'answered 404.'],
  ])('status %i, is told at once', async (status, body, message) => {
    const { server, retriever } = await serverAnd(() => ({ status, body }))
    expect(await failure(retriever.search(['x'], { topK: 1 }), server.url)).toBe(
      `ERR_QUERL_REMOTE The retriever at host ${message}`,
    )
    expect(server.received.length).toBe(1)
  })

  test('a wrong token, is told with what to do, and without the token', async () => {
    const { retriever } = await serverAnd(() => ({ status: 401, body: {} }), { token: 's3cret' })
    const said = await failure(retriever.search(['x'], { topK: 1 }))
    expect(said).toContain('Give its token as the option token.')
    expect(said).not.toContain('s3cret')
  })

  test('a Retry-After of an hour, is not waited for', async () => {
    const { server, retriever } = await serverAnd(searchR1)
    server.accidents.push(accident.reply(429, 'later', { 'retry-after': '3600' }))
    expect(await failure(retriever.search(['x'], { topK: 1 }))).toContain('asks to wait 3600 s')
  })
})

describe('a server that is down', () => {
  test('is left alone after a row of failures, tried once later, and then used again', async () => {
    const now = performance.now.bind(performance)
    let later = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + later)
    onTestFinished(() => clock.mockRestore())
    const cooldownMs = 600_000
    let isDown = true
    const { server, retriever } = await serverAnd(
      (received) => (isDown ? { status: 503, body: '' } : searchR1(received)),
      { retries: 0, circuitBreaker: { failures: 3, cooldownMs } },
    )
    const ask = () => retriever.search(['x'], { topK: 1 })
    for (let at = 0; at < 3; at++) await expect(ask()).rejects.toThrow('answered 503')
    expect(retriever.state).toBe('open')
    expect(await failure(ask(), server.url)).toMatch(
      /^ERR_QUERL_REMOTE The retriever at host failed 3 times in a row and is not asked for \d{3}\.\d s\.$/,
    )
    expect(server.received.length).toBe(3)

    isDown = false
    later = cooldownMs
    expect(retriever.state).toBe('half-open')
    const together = await Promise.allSettled([ask(), ask(), ask()])
    expect(together.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    expect(server.received.length).toBe(4)
    expect(retriever.state).toBe('closed')
    expect((await ask())[0]!.length).toBe(1)
  })
})

describe('an abort', () => {
  test('ends a request that is under way, and those that wait', async () => {
    const { server, retriever } = await serverAnd(searchR1, { load: { concurrency: 1 } })
    server.accidents.push(accident.silence())
    const stop = new AbortController()
    const searches = [1, 2].map(() => retriever.search(['x'], { topK: 1, signal: stop.signal }))
    await expect.poll(() => server.received.length).toBe(1)
    stop.abort(new Error('enough'))
    for (const searching of searches) await expect(searching).rejects.toThrow('enough')
    expect((await retriever.search(['x'], { topK: 1 }))[0]!.length).toBe(1)
  })

  test('ends the wait before a retry', async () => {
    const { server, retriever } = await serverAnd(searchR1)
    server.accidents.push(accident.reply(503, '', { 'retry-after': '50' }))
    const stop = new AbortController()
    const searching = retriever.search(['x'], { topK: 1, signal: stop.signal })
    await expect.poll(() => server.received.length).toBe(1)
    stop.abort(new Error('enough'))
    await expect(searching).rejects.toThrow('enough')
  })

  test('does not count against the server', async () => {
    const { server, retriever } = await serverAnd(searchR1, { circuitBreaker: { failures: 1 } })
    server.accidents.push(accident.silence())
    const searching = retriever.search(['x'], { topK: 1, signal: AbortSignal.timeout(30) })
    await expect(searching).rejects.toThrow('timeout')
    expect(retriever.state).toBe('closed')
  })

  test('of one part’s failure stops the other parts', async () => {
    const { server, retriever } = await serverAnd(searchR1, { load: { maxQueries: 1 } })
    server.accidents.push(accident.silence(), accident.reply(500, 'broken'))
    await expect(retriever.search(['x', 'y'], { topK: 1 })).rejects.toThrow('answered 500')
  })
})

test('a retriever that was disposed of answers no more, and what was under way fails', async () => {
  const { server, retriever } = await serverAnd(searchR1)
  server.accidents.push(accident.silence())
  const searching = retriever.search(['x'], { topK: 1 })
  await expect.poll(() => server.received.length).toBe(1)
  retriever.dispose()
  expect(await failure(searching)).toContain('ERR_QUERL_CLOSED')
  expect(await failure(retriever.search(['x'], { topK: 1 }))).toContain('ERR_QUERL_CLOSED')
})

test('wrong options are refused, without showing secrets', () => {
  const refusal = (url: string, options?: RemoteRetrieverOptions) => {
    try {
      new RemoteRetriever(url, options)
    } catch (error) {
      return (error as Error).message
    }
    return 'none'
  }
  expect(refusal('nowhere')).toMatchInlineSnapshot(
    `"Expected url to be a URL such as http://host:8000, but got "nowhere" (string)."`,
  )
  expect(refusal('ftp://host')).toMatchInlineSnapshot(
    `"Expected url to be a URL of http: or https:, but got "ftp://host/" (string)."`,
  )
  expect(refusal('http://me:s3cret@host')).toMatchInlineSnapshot(`
    "Expected url to have no user name and password.
    Give a token as the option token."
  `)
  expect(refusal('http://host', { token: 's3cret two' })).toMatchInlineSnapshot(
    `"Expected token to be visible ASCII characters without spaces."`,
  )
  expect(refusal('http://host', { retries: -1 })).toMatchInlineSnapshot(
    `"Expected retries to be a non-negative integer, but got -1 (number)."`,
  )
  expect(refusal('http://host', { timeoutMs: 1e10 })).toMatchInlineSnapshot(
    `"Expected timeoutMs to be at most 2147483647 milliseconds (24 days), but got 10000000000 (number)."`,
  )
  expect(refusal('http://host', { load: { concurrency: 0 } })).toMatchInlineSnapshot(
    `"Expected load.concurrency to be a positive integer, but got 0 (number)."`,
  )
  expect(refusal('http://host', { circuitBreaker: { failures: 0 } })).toMatchInlineSnapshot(
    `"Expected circuitBreaker.failures to be a positive integer, but got 0 (number)."`,
  )
})
