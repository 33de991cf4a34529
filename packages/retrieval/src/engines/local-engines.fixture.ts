import {
  type LocalServer,
  localServer,
  type Received,
  type Reply,
} from '../http/local-server.fixture.js'
import type { EngineName } from './engine-api.js'

/*
 * Servers that speak the web APIs of the engines, written after their documentation: they refuse
 * what it does not allow. Each knows `available` results for any query; the i-th result's address
 * is `https://example.org/<query>/<i>`.
 */

export const goodKey = 'good-key-0123456789'
export const available = 47

/** @returns a reply that refuses the request, or the results to give */
type Api = (request: Received) => Reply

export function localEngine(name: EngineName): Promise<LocalServer> {
  return localServer(apis[name])
}

export function resultUrl(query: string, index: number): string {
  return `https://example.org/${encodeURIComponent(query)}/${index}`
}

interface Result {
  readonly url: string
  readonly title: string
  readonly text: string
}

function results(query: string, first: number, count: number): Result[] {
  if (query === 'nothing') return []
  const found: Result[] = []
  for (let i = first; i < Math.min(available, first + count); i++) {
    found.push({ url: resultUrl(query, i), title: `Title ${i}`, text: `About ${query}, part ${i}` })
  }
  return found
}

/** The query parameters, after a check that there are no others than those documented. */
function parametersOf(
  url: URL,
  known: readonly string[],
): { values: Record<string, string>; unknown: string | undefined } {
  const values = Object.fromEntries(url.searchParams)
  const isRepeated = [...url.searchParams.keys()].length !== Object.keys(values).length
  const unknown = isRepeated
    ? 'a repeated one'
    : Object.keys(values).find((name) => !known.includes(name))
  return { values, unknown }
}

function jsonBody(request: Received): Record<string, unknown> | undefined {
  if (request.headers['content-type'] !== 'application/json') return undefined
  return JSON.parse(request.body) as Record<string, unknown>
}

function integer(text: string | undefined, byDefault: number, low: number, high: number): number {
  if (text === undefined) return byDefault
  const value = Number(text)
  return /^\d+$/.test(text) && value >= low && value <= high ? value : Number.NaN
}

const google: Api = ({ method, url }) => {
  const refuse = (code: number, message: string, reason: string): Reply => ({
    status: code,
    body: { error: { code, message, errors: [{ message, domain: 'global', reason }] } },
  })
  if (method !== 'GET' || url.pathname !== '/customsearch/v1') return refuse(404, 'No.', 'notFound')
  const { values, unknown } = parametersOf(url, ['key', 'cx', 'q', 'num', 'start', 'gl', 'lr'])
  if (values['key'] !== goodKey) {
    return refuse(
      400,
      `API key not valid: ${values['key']}. Please pass a valid API key.`,
      'badRequest',
    )
  }
  const start = integer(values['start'], 1, 1, 100)
  const num = integer(values['num'], 10, 1, 10)
  if (unknown || !values['q'] || !values['cx'] || !(start + num <= 100)) {
    return refuse(400, 'Request contains an invalid argument.', 'badRequest')
  }
  const query = values['q']
  const found = results(query, start - 1, num)
  const hasMore = query !== 'nothing' && start - 1 + num < available
  return {
    status: 200,
    body: {
      kind: 'customsearch#search',
      url: { type: 'application/json' },
      queries: {
        request: [
          { totalResults: '47', searchTerms: query, count: found.length, startIndex: start },
        ],
        ...(hasMore && { nextPage: [{ startIndex: start + num }] }),
      },
      searchInformation: { totalResults: '47' },
      // Absent where nothing was found.
      ...(found.length > 0 && {
        items: found.map(({ url, title, text }) => ({
          kind: 'customsearch#result',
          title,
          htmlTitle: `<b>${title}</b>`,
          link: url,
          snippet: text.replace(', ', '\u00a0...\n'),
          htmlSnippet: text,
        })),
      }),
    },
  }
}

const serpapi: Api = ({ method, url }) => {
  if (method !== 'GET' || url.pathname !== '/search.json') return { status: 404, body: 'no' }
  const { values, unknown } = parametersOf(url, ['engine', 'q', 'start', 'api_key', 'gl', 'hl'])
  const { q: query, api_key: key } = values
  if (key !== goodKey) {
    const error = `Invalid API key ${key}. Your API key should be here: https://serpapi.com/manage-api-key`
    return { status: 401, body: { error } }
  }
  const start = integer(values['start'], 0, 0, 1000)
  if (!query) return { status: 400, body: { error: 'Missing query `q` parameter.' } }
  if (unknown || Number.isNaN(start) || values['engine'] !== 'google') {
    return { status: 400, body: { error: `Unsupported \`${unknown}\` parameter.` } }
  }
  const found = results(query, start, 10)
  const hasMore = found.length > 0 && start + 10 < available
  return {
    status: 200,
    body: {
      search_metadata: { id: '1', status: 'Success' },
      search_parameters: { engine: 'google', q: query },
      ...(found.length === 0 && {
        error: "Google hasn't returned any results for this query.",
      }),
      ...(start === 0 && query === 'boxed' && boxes.serpapi),
      organic_results: found.map(({ url, title, text }, at) => ({
        position: at + 1,
        title,
        link: url,
        snippet: text,
      })),
      ...(hasMore && {
        serpapi_pagination: { current: 1, next: 'https://serpapi.com/search.json' },
      }),
    },
  }
}

const serper: Api = (request) => {
  const { method, url, headers } = request
  if (method !== 'POST' || url.pathname !== '/search' || url.search !== '') {
    return { status: 404, body: { message: 'Not found.', statusCode: 404 } }
  }
  if (headers['x-api-key'] !== goodKey) {
    return { status: 403, body: { message: 'Unauthorized.', statusCode: 403 } }
  }
  const body = jsonBody(request) ?? {}
  const { q: query, page = 1, ...others } = body
  const unknown = Object.keys(others).find((name) => !['gl', 'hl', 'num', 'tbs'].includes(name))
  if (typeof query !== 'string' || !Number.isInteger(page) || unknown) {
    return { status: 400, body: { message: 'Missing query parameter', statusCode: 400 } }
  }
  const found = results(query, ((page as number) - 1) * 10, 10)
  return {
    status: 200,
    body: {
      searchParameters: { q: query, type: 'search', num: 10, engine: 'google' },
      ...(page === 1 && query === 'boxed' && boxes.serper),
      organic: found.map(({ url, title, text }, at) => ({
        title,
        link: url,
        snippet: text,
        position: at + 1,
      })),
      credits: 1,
    },
  }
}

const brave: Api = ({ method, url, headers }) => {
  const refuse = (status: number, code: string, detail: string): Reply => ({
    status,
    body: { type: 'ErrorResponse', error: { id: 'x', status, code, detail }, time: 1 },
  })
  if (method !== 'GET' || url.pathname !== '/res/v1/web/search') return refuse(404, 'NO', 'No.')
  if (headers['x-subscription-token'] !== goodKey) {
    const detail = 'The provided subscription token is invalid.'
    return refuse(422, 'SUBSCRIPTION_TOKEN_INVALID', detail)
  }
  const known = [
    'q',
    'count',
    'offset',
    'result_filter',
    'text_decorations',
    'country',
    'extra_snippets',
  ]
  const { values, unknown } = parametersOf(url, known)
  const count = integer(values['count'], 20, 1, 20)
  const offset = integer(values['offset'], 0, 0, 9)
  const query = values['q'] ?? ''
  const words = query.split(/\s+/).length
  if (unknown || query === '' || query.length > 400 || words > 50 || Number.isNaN(count + offset)) {
    return refuse(422, 'VALIDATION', 'Unable to validate request parameter(s)')
  }
  const found = results(query, offset * count, count)
  return {
    status: 200,
    headers: {
      'x-ratelimit-limit': '1, 15000',
      'x-ratelimit-policy': '1;w=1, 15000;w=2592000',
      'x-ratelimit-remaining': '0, 1000',
      'x-ratelimit-reset': '1, 1419704',
    },
    body: {
      type: 'search',
      query: {
        original: query,
        more_results_available: found.length > 0 && (offset + 1) * count < available,
      },
      ...(found.length > 0 && {
        web: {
          type: 'search',
          results: found.map(({ url, title, text }) => ({
            title,
            url,
            description: `<strong>${text.slice(0, 5)}</strong>${text.slice(5)}`,
          })),
        },
      }),
    },
  }
}

const tavily: Api = (request) => {
  const { method, url, headers } = request
  const refuse = (status: number, error: string): Reply => ({ status, body: { detail: { error } } })
  if (method !== 'POST' || url.pathname !== '/search') return refuse(404, 'Not found')
  if (headers.authorization !== `Bearer ${goodKey}`) {
    return refuse(401, 'Unauthorized: missing or invalid API key.')
  }
  const { query, max_results: count, include_answer, ...others } = jsonBody(request) ?? {}
  const known = ['search_depth', 'topic', 'include_domains']
  const unknown = Object.keys(others).find((name) => !known.includes(name))
  if (typeof query !== 'string' || unknown) return refuse(422, 'Invalid request')
  if (query.length > 400)
    return refuse(400, 'Query is too long. Max query length is 400 characters.')
  if (!(Number.isInteger(count) && (count as number) >= 0 && (count as number) <= 20)) {
    return refuse(400, 'Max results must be between 0 and 20')
  }
  const found = results(query, 0, count as number)
  return {
    status: 200,
    body: {
      query,
      answer: include_answer === true ? `An answer about ${query}` : null,
      images: [],
      results: found.map(({ url, title, text }, at) => ({
        title,
        url,
        content: text,
        score: 0.9 - at / 100,
        raw_content: null,
      })),
      response_time: 1.2,
    },
  }
}

const searxng: Api = ({ method, url }) => {
  if (method !== 'GET' || url.pathname !== '/search') return { status: 404, body: 'Not Found' }
  const { values, unknown } = parametersOf(url, ['q', 'format', 'pageno', 'language', 'engines'])
  const page = integer(values['pageno'], 1, 1, 1000)
  const query = values['q'] ?? ''
  if (values['format'] !== 'json') return { status: 200, body: '<html>' }
  if (unknown || query === '' || Number.isNaN(page)) return { status: 400, body: 'Bad Request' }
  return {
    status: 200,
    body: {
      query,
      number_of_results: 0,
      results: results(query, (page - 1) * 20, 20).map(({ url, title, text }) => ({
        url,
        title,
        content: text,
        engine: 'duckduckgo',
        engines: ['duckduckgo'],
        positions: [1],
        score: 1,
        category: 'general',
      })),
      answers: [],
      corrections: [],
      infoboxes: [],
      suggestions: [],
      unresponsive_engines: [],
      ...(query === 'boxed' && page === 1 && boxes.searxng),
    },
  }
}

/** What comes with the query `boxed`. */
const boxes = {
  serpapi: {
    answer_box: {
      type: 'organic_result',
      title: 'The <b>box</b>',
      link: 'https://example.org/box',
      snippet: 'Tom &amp; Jerry&#39;s box.',
    },
    related_questions: [
      { question: 'Why?', snippet: 'Because.', title: 'Reasons', link: 'https://example.org/why' },
      { question: 'How?', title: 'Ways', list: ['first', 'then'] },
    ],
  },
  serper: {
    answerBox: { title: 'The box', answer: '42', link: 'https://example.org/box' },
    knowledgeGraph: {
      title: 'Graph',
      description: 'A thing.',
      descriptionLink: 'https://example.org/graph',
      attributes: { Born: '1912' },
    },
    peopleAlsoAsk: [
      { question: 'Why?', snippet: 'Because.', title: 'Reasons', link: 'https://example.org/why' },
    ],
  },
  searxng: {
    answers: [
      'An answer as text',
      { answer: 'An answer as object', url: 'https://example.org/answer' },
    ],
    infoboxes: [
      { infobox: 'Box', id: 'https://example.org/box', content: 'A thing.', urls: [], engine: 'w' },
    ],
  },
} as const

const apis: Record<EngineName, Api> = { google, serpapi, serper, brave, tavily, searxng }
