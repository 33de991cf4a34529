import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { accident, type LocalServer } from '../http/local-server.fixture.js'
import type { EngineName } from './engine-api.js'
import { available, goodKey, localEngine, resultUrl } from './local-engines.fixture.js'
import { type AnyEngineOptions, engineNames, openEngine } from './open-engine.js'
import type { WebEngine } from './web-engine.js'

const servers: LocalServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** No limits and short waits, so that tests are quick. */
const quick: AnyEngineOptions = {
  apiKey: goodKey,
  limits: { requestsPerSecond: Number.POSITIVE_INFINITY, concurrency: 8 },
  retry: { timeoutMs: 60_000, retries: 2, backoffMs: 1 },
}

async function open(
  name: EngineName,
  options: AnyEngineOptions = {},
): Promise<{ engine: WebEngine; server: LocalServer }> {
  const server = await localEngine(name)
  servers.push(server)
  const own = name === 'google' ? { searchEngineId: 'engine:1' } : {}
  const engine = openEngine(name, { ...quick, ...own, baseUrl: `${server.url}/`, ...options })
  return { engine, server }
}

const failureOf = (search: Promise<unknown>) =>
  search.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error as Error & { code?: string },
  )

/** As many as the API gives for one query, of the 47 that the local servers have. */
const mostResults = { google: 47, serpapi: 47, serper: 47, brave: 47, tavily: 20, searxng: 47 }
/** Results of one request, where topK asks for many. */
const pageSize = { google: 10, serpapi: 10, serper: 10, brave: 20, tavily: 20, searxng: 20 }

describe.each(engineNames)('%s', (name) => {
  test('gives each query its passages, best first', async () => {
    const { engine, server } = await open(name)
    const queries = ['a b', 'Käse & "Brot"?', 'nothing', ' ']
    const found = await engine.search(queries, { topK: 3 })
    expect(found.map(({ length }) => length)).toEqual([3, 3, 0, 0])
    for (const [at, query] of queries.slice(0, 2).entries()) {
      expect(found[at]!.map(({ id }) => id)).toEqual([0, 1, 2].map((i) => resultUrl(query, i)))
      expect(found[at]!.map(({ title }) => title)).toEqual(['Title 0', 'Title 1', 'Title 2'])
      expect(found[at]!.map(({ score }) => score)).toEqual([1, 1 / 2, 1 / 3])
      expect(found[at]![1]!.text).toBe(
        name === 'google' ? `About ${query} ... part 1` : `About ${query}, part 1`,
      )
    }
    // The blank query asks nobody; "nothing" may be asked for once.
    expect(server.received.length).toBe(3)
    expect(engine.stats).toEqual({ requests: 3, retries: 0, failed: 0, spent: 0 })
  })

  test('asks for pages until there are topK, and no further', async () => {
    const { engine, server } = await open(name)
    const most = mostResults[name]
    for (const topK of [1, pageSize[name], pageSize[name] + 1, 100]) {
      server.received.length = 0
      const [found] = await engine.search(['pages'], { topK })
      const expected = Math.min(topK, most)
      expect(found!.map(({ id }) => id)).toEqual(
        Array.from({ length: expected }, (_, i) => resultUrl('pages', i)),
      )
      // Engines that do not say which page is the last are asked once more behind it.
      const pages = Math.ceil(expected / pageSize[name])
      expect([pages, pages + 1]).toContain(server.received.length)
      if (topK <= available && name !== 'tavily') expect(server.received.length).toBe(pages)
    }
  })

  test('refused for its key says so, asks once, and does not repeat the key', async () => {
    if (name === 'searxng') return
    const { engine, server } = await open(name, { apiKey: 'wrong-key-987654321' })
    const error = await failureOf(engine.search(['a'], { topK: 3 }))
    expect(error).toMatchObject({ name: 'QuerlError', code: 'ERR_QUERL_REMOTE' })
    expect(error.message).toMatch(/answered 4\d\d: .*(key|token|Unauthori[sz]ed)/i)
    expect(error.message).toContain('apiKey')
    expect(JSON.stringify([error.message, error.stack, String(error.cause)])).not.toContain('98765')
    expect(server.received.length).toBe(1)
    expect(engine.stats).toMatchObject({ requests: 0, failed: 1 })
  })

  test.each([
    ['too many requests', accident.reply(429, 'slow down', { 'retry-after': '0' })],
    ['an error of the server', accident.reply(500, { error: 'oops' })],
    ['a page of HTML in place of JSON', accident.htmlPage(200)],
    ['a gateway that fails', accident.htmlPage(502)],
    ['JSON that is cut off', accident.brokenJson()],
    ['a connection that breaks', accident.disconnect()],
    ['a connection that breaks within the answer', accident.disconnectInBody()],
  ])('asks again after %s, and gives up in the end', async (_, happens) => {
    const { engine, server } = await open(name, { cost: { perRequest: 0.5 } })
    server.accidents.push(happens, happens)
    const [found] = await engine.search(['a'], { topK: 3 })
    expect(found!.length).toBe(3)
    expect(engine.stats).toMatchObject({ retries: 2, failed: 0 })

    server.accidents.push(happens, happens, happens)
    const error = await failureOf(engine.search(['a'], { topK: 3 }))
    expect(error).toMatchObject({ name: 'QuerlError', code: 'ERR_QUERL_REMOTE' })
    expect(error.message).toContain('(3 attempts)')
    expect(server.received.length).toBe(6)
    expect(engine.stats).toMatchObject({ retries: 4, failed: 1 })
  })

  test.each([
    [
      'another error of the client',
      accident.reply(404, { message: 'No such thing.' }),
      'No such thing.',
    ],
    ['JSON of another form', accident.reply(200, { hello: [1] }), 'not of the documented form'],
    ['JSON that is a list', accident.reply(200, []), 'not of the documented form'],
    [
      'a move to another address',
      accident.reply(301, '', { location: 'https://x.org/y?key=1' }),
      'to https://x.org/y',
    ],
    [
      'a request to come back in an hour',
      accident.reply(429, {}, { 'retry-after': '3600' }),
      'asks to wait 3600 s',
    ],
    ['an endless answer', accident.endlessBody(), 'more than 100000 bytes'],
  ])('does not ask again after %s', async (_, happens, message) => {
    const { engine, server } = await open(name, { maxResponseBytes: 100_000 })
    server.accidents.push(happens)
    const error = await failureOf(engine.search(['a'], { topK: 3 }))
    expect(error).toMatchObject({ name: 'QuerlError', code: 'ERR_QUERL_REMOTE' })
    expect(error.message).toContain(message)
    expect(server.received.length).toBe(1)
  })

  test('leaves a server that is silent after the time-out', async () => {
    const { engine, server } = await open(name, {
      retry: { timeoutMs: 50, retries: 1, backoffMs: 1 },
    })
    server.accidents.push(accident.silence(), accident.silence())
    const error = await failureOf(engine.search(['a'], { topK: 3 }))
    expect(error.message).toMatch(/did not answer in 0.05 s \(2 attempts\)/)
    expect(engine.stats.requests).toBe(2) // they may have been billed
  })

  test('that cannot be reached is an error that says why', async () => {
    const { engine, server } = await open(name)
    await server.close()
    const error = await failureOf(engine.search(['a'], { topK: 3 }))
    expect(error).toMatchObject({ code: 'ERR_QUERL_REMOTE' })
    expect(error.message).toContain('ECONNREFUSED')
  })

  test('stops at once when it is aborted, while it waits and while it asks', async () => {
    const { engine, server } = await open(name, { limits: { ...quick.limits, concurrency: 1 } })
    server.accidents.push(accident.silence())
    const controller = new AbortController()
    const searches = engine.search(['under way', 'waiting'], { topK: 3, signal: controller.signal })
    while (server.received.length === 0) await sleep(1)
    controller.abort(new Error('enough'))
    expect((await failureOf(searches)).message).toBe('enough')
    await expect(engine.search(['b'], { topK: 3, signal: controller.signal })).rejects.toThrow(
      'enough',
    )
    expect(server.received.length).toBe(1)
    expect(engine.stats.failed).toBe(0)
    // What waited has left the queue: the next one gets its turn.
    expect((await engine.search(['c'], { topK: 1 }))[0]!.length).toBe(1)
  })

  test('sends the parameters that its documentation names, and refuses its own', async () => {
    const parameters = {
      google: { gl: 'us' },
      serpapi: { gl: 'us', hl: 'en' },
      serper: { gl: 'us', hl: 'en' },
      brave: { country: 'US', extra_snippets: true },
      tavily: { topic: 'news', include_domains: ['a.org', 'b.org'] },
      searxng: { engines: ['duckduckgo', 'wikipedia'], language: 'en' },
    }[name]
    const { engine, server } = await open(name, { parameters })
    await engine.search(['a'], { topK: 3 })
    const { method, url, body } = server.received[0]!
    const sent =
      method === 'GET'
        ? Object.fromEntries(url.searchParams)
        : (JSON.parse(body) as Record<string, unknown>)
    for (const [parameter, value] of Object.entries(parameters)) {
      expect(sent[parameter]).toEqual(method === 'GET' ? String(value) : value)
    }
    const query = name === 'tavily' ? 'query' : 'q'
    await expect(open(name, { parameters: { [query]: 'x' } })).rejects.toMatchObject({
      code: 'ERR_QUERL_ARGUMENT',
    })
  })
})

describe('a budget', () => {
  test('stops before the request that would exceed it, also with many under way', async () => {
    const { engine, server } = await open('serper', { cost: { perRequest: 0.1, budget: 0.3 } })
    const queries = ['a', 'b', 'c', 'd', 'e']
    const searches = queries.map((query) => engine.search([query], { topK: 1 }))
    const outcomes = await Promise.allSettled(searches)
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(3)
    const error = await failureOf(engine.search(['f'], { topK: 1 }))
    expect(error).toMatchObject({ code: 'ERR_QUERL_BUDGET' })
    expect(error.message).toMatchInlineSnapshot(`
      "Serper: the budget of 0.3 is used up: 3 requests at 0.1 were sent.
      Raise cost.budget, or replay a recording of the searches."
    `)
    expect(server.received.length).toBe(3)
    expect(engine.stats.spent).toBeCloseTo(0.3, 12)
  })

  test('is not touched by requests that the server refuses', async () => {
    const { engine, server } = await open('serper', { cost: { perRequest: 1, budget: 1 } })
    server.accidents.push(accident.reply(429, ''), accident.reply(503, ''))
    expect((await engine.search(['a'], { topK: 1 }))[0]!.length).toBe(1)
    expect(engine.stats.spent).toBe(1)
  })
})

describe('a key', () => {
  test('is wanted when the first request is made, not before', async () => {
    const { engine } = await open('brave', { apiKey: ' ' })
    expect((await failureOf(engine.search(['a'], { topK: 1 }))).message).toMatchInlineSnapshot(`
      "Brave Search needs an API key, but there is none.
      Set the environment variable BRAVE_API_KEY, or the option apiKey."
    `)
  })

  test('comes from the environment where the option is absent', async () => {
    const { engine: without, server } = await open('tavily')
    expect(without.name).toBe('tavily')
    const { apiKey: _, ...others } = quick
    const engine = openEngine('tavily', { ...others, baseUrl: server.url })
    process.env['TAVILY_API_KEY'] = `${goodKey}\n`
    try {
      expect((await engine.search(['a'], { topK: 1 }))[0]!.length).toBe(1)
    } finally {
      delete process.env['TAVILY_API_KEY']
    }
  })

  test('that would break a header is refused and not shown', async () => {
    const { engine } = await open('serper', { apiKey: 'secret\r\nX-Other: 1' })
    const error = await failureOf(engine.search(['a'], { topK: 1 }))
    expect(error).toMatchObject({ code: 'ERR_QUERL_CONFIG' })
    expect(error.message).not.toContain('secret')
  })
})

test('one query that fails stops the others of its call', async () => {
  const { engine, server } = await open('serper', { limits: { concurrency: 1 } })
  server.accidents.push(accident.reply(404, ''))
  const queries = Array.from({ length: 20 }, (_, at) => `query ${at}`)
  expect((await failureOf(engine.search(queries, { topK: 1 }))).message).toContain('404')
  expect(server.received.length).toBe(1)
})

test('wrong options are refused', () => {
  const make = (name: string, options: AnyEngineOptions) => () => openEngine(name, options)
  expect(make('gogle', {})).toThrowErrorMatchingInlineSnapshot(`
    [QuerlError: There is no search engine "gogle".
    Did you mean google?]
  `)
  expect(make('google', {})).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected searchEngineId to be a string that is not empty, but got undefined.]`,
  )
  expect(make('searxng', {})).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected baseUrl to be the http(s) address of the engine, but got undefined.]`,
  )
  expect(make('serper', { baseUrl: 'ftp://x' })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected baseUrl to be the http(s) address of the engine, but got "ftp://x" (string).]`,
  )
  expect(
    make('searxng', { baseUrl: 'https://ann:secret@search.example.org' }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: The address of search.example.org holds a name or password, which no request can have.]`,
  )
  expect(make('brave', { limits: { requestsPerSecond: 0 } })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected limits.requestsPerSecond to be a positive number, but got 0 (number).]`,
  )
  expect(make('brave', { cost: { budget: 0 } })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected cost.budget to be a positive number, but got 0 (number).]`,
  )
  expect(make('brave', { retry: { retries: -1 } })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected retry.retries to be a non-negative integer, but got -1 (number).]`,
  )
})
