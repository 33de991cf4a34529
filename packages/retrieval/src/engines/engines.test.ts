import { afterEach, describe, expect, test } from 'vitest'
import { accident, type LocalServer, localServer } from '../http/local-server.fixture.js'
import type { EngineName } from './engine-api.js'
import { goodKey, localEngine, resultUrl } from './local-engines.fixture.js'
import { type AnyEngineOptions, openEngine } from './open-engine.js'
import { plainText } from './plain-text.js'

const servers: LocalServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function open(name: EngineName, options: AnyEngineOptions = {}) {
  const server = await localEngine(name)
  servers.push(server)
  const engine = openEngine(name, {
    apiKey: goodKey,
    baseUrl: server.url,
    limits: { requestsPerSecond: Number.POSITIVE_INFINITY },
    retry: { retries: 1, backoffMs: 1 },
    ...(name === 'google' && { searchEngineId: '1' }),
    ...options,
  })
  return { engine, server }
}

/** Title and text of what `boxed` finds, with the ids of ordinary results shortened. */
async function boxed(name: EngineName, options: AnyEngineOptions, topK: number) {
  const { engine } = await open(name, options)
  const [found] = await engine.search(['boxed'], { topK })
  return found!.map(({ id, title, text }) =>
    id.startsWith(resultUrl('boxed', 0).slice(0, -1)) ? title : `${id} | ${title} | ${text}`,
  )
}

describe('answer boxes come first and related questions last, never more than topK together', () => {
  test('SerpApi', async () => {
    const answer = "https://example.org/box | The box | Tom & Jerry's box."
    expect(await boxed('serpapi', {}, 3)).toEqual([answer, 'Title 0', 'Title 1'])
    expect(await boxed('serpapi', { answerBoxes: false }, 2)).toEqual(['Title 0', 'Title 1'])
    const all = await boxed('serpapi', {}, 60) // 47 results, the box, two questions
    expect(all.length).toBe(50)
    expect(all.slice(-2)).toEqual([
      'https://example.org/why | Why? | Because.',
      'How? | How? | first; then',
    ])
    expect((await boxed('serpapi', { relatedQuestions: false }, 60)).length).toBe(48)
  })

  test('Serper', async () => {
    expect(await boxed('serper', {}, 3)).toEqual([
      'https://example.org/box | The box | 42',
      'https://example.org/graph | Graph | A thing. Born: 1912.',
      'Title 0',
    ])
    expect((await boxed('serper', {}, 60)).at(-1)).toBe('https://example.org/why | Why? | Because.')
  })

  test('SearXNG', async () => {
    expect(await boxed('searxng', {}, 4)).toEqual([
      'answer-1 | Answer | An answer as text',
      'https://example.org/answer | Answer | An answer as object',
      'https://example.org/box | Box | A thing.',
      'Title 0',
    ])
  })

  test('Tavily, where its model is asked to write one', async () => {
    expect(await boxed('tavily', {}, 2)).toEqual(['Title 0', 'Title 1'])
    expect(await boxed('tavily', { answerBoxes: true }, 2)).toEqual([
      'answer | Answer | An answer about boxed',
      'Title 0',
    ])
  })
})

test('the same address twice is one passage', async () => {
  const { engine, server } = await open('serper')
  const twice = { title: 'T', link: 'https://example.org/1', snippet: 'S' }
  const others = [{ link: 'https://example.org/2' }, { title: 'no link' }, 'nonsense', null]
  server.accidents.push(
    accident.reply(200, { organic: [twice, { ...twice, title: 'U' }, ...others] }),
  )
  expect(await engine.search(['a'], { topK: 5 })).toEqual([
    [{ id: 'https://example.org/1', title: 'T', text: 'S', score: 1 }],
  ])
})

describe('a quota that is used up is told from a rate that is too high', () => {
  const google = (message: string) =>
    accident.reply(429, { error: { code: 429, message, status: 'RESOURCE_EXHAUSTED' } })
  const metric = "Quota exceeded for quota metric 'Queries' and limit"
  test.each([
    ['google', google(`${metric} 'Queries per day' of service 'customsearch.googleapis.com'`)],
    ['google', accident.reply(403, { error: { message: 'Daily Limit Exceeded' } })],
    ['serpapi', accident.reply(429, { error: 'Your account has run out of searches.' })],
    ['serper', accident.reply(400, { message: 'Not enough credits', statusCode: 400 })],
    [
      'brave',
      accident.reply(
        429,
        {
          type: 'ErrorResponse',
          error: { code: 'RATE_LIMITED', detail: 'Request rate limit exceeded' },
        },
        { 'x-ratelimit-remaining': '1, 0', 'x-ratelimit-reset': '1, 1419704' },
      ),
    ],
    [
      'tavily',
      accident.reply(432, {
        detail: { error: "This request exceeds your plan's set usage limit." },
      }),
    ],
    [
      'tavily',
      accident.reply(433, { detail: { error: 'This request exceeds the pay-as-you-go limit.' } }),
    ],
  ] as const)('%s asks once', async (name, happens) => {
    const { engine, server } = await open(name)
    server.accidents.push(happens)
    await expect(engine.search(['a'], { topK: 1 })).rejects.toThrow(/quota is used up/)
    expect(server.received.length).toBe(1)
  })

  test.each([
    ['google', google(`${metric} 'Queries per minute per user'`)],
    ['serpapi', accident.reply(429, { error: 'You are exceeding your hourly throughput limit.' })],
    ['serper', accident.reply(429, { message: 'Too many requests' })],
    [
      'brave',
      accident.reply(
        429,
        {
          type: 'ErrorResponse',
          error: { code: 'RATE_LIMITED', detail: 'Request rate limit exceeded' },
        },
        { 'x-ratelimit-remaining': '0, 1000', 'x-ratelimit-reset': '0, 1419704' },
      ),
    ],
    ['tavily', accident.reply(429, { detail: { error: 'Your request has been blocked.' } })],
    ['searxng', accident.reply(429, 'Too Many Requests')],
  ] as const)('%s asks again', async (name, happens) => {
    const { engine, server } = await open(name)
    server.accidents.push(happens)
    expect((await engine.search(['a'], { topK: 1 }))[0]!.length).toBe(1)
    expect(server.received.length).toBe(2)
  })

  test("Brave's own header says how long to wait", async () => {
    const { engine, server } = await open('brave')
    server.accidents.push(
      accident.reply(429, {}, { 'x-ratelimit-remaining': '0, 9', 'x-ratelimit-reset': '31, 99' }),
    )
    await expect(engine.search(['a'], { topK: 1 })).rejects.toThrow('it asks to wait 31 s')
  })
})

describe('SearXNG', () => {
  test('with nothing found because engines failed is asked again', async () => {
    const { engine, server } = await open('searxng')
    const silent = accident.reply(200, {
      results: [],
      unresponsive_engines: [
        ['google', 'timeout'],
        ['brave', 'too many requests'],
      ],
    })
    server.accidents.push(silent)
    expect((await engine.search(['a'], { topK: 1 }))[0]!.length).toBe(1)
    server.accidents.push(silent, silent)
    await expect(engine.search(['a'], { topK: 1 })).rejects.toThrow(
      'SearXNG has no results, since engines failed: google (timeout), brave (too many requests) (2 attempts).',
    )
  })

  test('needs no key, and sends one as a bearer token', async () => {
    const { engine, server } = await open('searxng', { apiKey: 'token-of-proxy' })
    await engine.search(['a'], { topK: 1 })
    expect(server.received[0]!.headers.authorization).toBe('Bearer token-of-proxy')
  })

  test('of another address is another engine to a recording, Serper of another is not', async () => {
    const identity = (name: EngineName, baseUrl: string) => openEngine(name, { baseUrl }).identity
    expect(identity('searxng', 'http://a')).not.toBe(identity('searxng', 'http://b'))
    expect(identity('serper', 'http://a')).toBe(identity('serper', 'http://b'))
  })
})

test('Google does not ask behind result 100', async () => {
  const { engine, server } = await open('google')
  const page = (start: number) => ({
    kind: 'customsearch#search',
    queries: { nextPage: [{ startIndex: start + 10 }] },
    items: Array.from({ length: 10 }, (_, at) => ({ link: `https://x/${start + at}`, title: 'T' })),
  })
  for (let at = 0; at < 9; at++) server.accidents.push(accident.reply(200, page(1 + 10 * at)))
  await engine.search(['a'], { topK: 1000 })
  const asked = server.received.map(
    ({ url }) => `${url.searchParams.get('start')}+${url.searchParams.get('num')}`,
  )
  expect(asked.at(-1)).toBe('91+9') // start + num may be 100 at most
  expect(asked.length).toBe(10)
})

describe('a long query', () => {
  test('is cut at a word, to the words and characters that the engine takes', async () => {
    const words = Array.from({ length: 120 }, (_, at) => `word${at}`).join(' ')
    const { engine: brave, server: atBrave } = await open('brave')
    await brave.search([words], { topK: 1 })
    expect(atBrave.received[0]!.url.searchParams.get('q')).toBe(
      words.split(' ').slice(0, 50).join(' '),
    )

    const { engine: tavily, server: atTavily } = await open('tavily')
    await tavily.search([words], { topK: 1 })
    const sent = (JSON.parse(atTavily.received[0]!.body) as { query: string }).query
    expect(sent.length).toBeLessThanOrEqual(400)
    expect(words.startsWith(`${sent} `)).toBe(true)
  })

  test('without blanks is cut anywhere but within a character', async () => {
    const { engine, server } = await open('tavily')
    await engine.search([`x${'𝔘'.repeat(300)}`], { topK: 1 })
    const sent = (JSON.parse(server.received[0]!.body) as { query: string }).query
    expect(sent).toBe(`x${'𝔘'.repeat(199)}`)
  })
})

test('a key that an engine repeats reaches no recording', async () => {
  const { engine, server } = await open('serper')
  server.accidents.push(accident.reply(200, { organic: [], you: `sent ${goodKey}` }))
  const { raw } = await engine.answer('a', { topK: 1 })
  expect(raw).toEqual(['{"organic":[],"you":"sent [key]"}'])
})

test('a key that an engine repeats reaches no passage, as it is or in an address', async () => {
  const apiKey = 'abc+def/ghi==jkl'
  const organic = [
    { link: 'https://x.org/?k=abc%2Bdef%2Fghi%3D%3Djkl', title: apiKey, snippet: '' },
  ]
  const server = await localServer(() => ({ status: 200, body: { organic } }))
  servers.push(server)
  const engine = openEngine('serper', { baseUrl: server.url, apiKey })
  const [found] = await engine.search(['a'], { topK: 1 })
  expect(found).toEqual([{ id: 'https://x.org/?k=[key]', title: '[key]', text: '', score: 1 }])
})

test.each([
  ['Tom &amp; Jerry&#39;s &quot;café&quot;&nbsp;&hellip;', 'Tom & Jerry\'s "café" …'],
  ['a <strong>bold</strong><em class="x">er</em> word<br/>and a line', 'a bolder word and a line'],
  ['x<y, List<String> and a < b > c', 'x<y, List<String> and a < b > c'],
  ['&lt;b&gt; is a tag', '<b> is a tag'],
  ['hy\u00adphen\u200b  \t\n blanks\u00a0', 'hyphen blanks'],
  ['<span><b', '<b'],
])('the snippet %j reads as %j', (snippet, text) => {
  expect(plainText(snippet)).toBe(text)
})
