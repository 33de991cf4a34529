import { type EngineApi, withParameters } from './engine-api.js'
import { fieldsOf, isFields, listOf, stringsOf, textOf } from './json-fields.js'
import { type EngineOptions, WebEngine } from './web-engine.js'

/**
 * Brave Search. The key comes from `apiKey` or BRAVE_API_KEY. Twenty results for each request, 200
 * at most. `parameters.extra_snippets: true` makes passages longer, where the plan has them.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 * @see https://api-dashboard.search.brave.com/api-reference/web/search/get
 */
export function braveSearch(options: EngineOptions = {}): WebEngine {
  return new WebEngine(api, options)
}

const pageSize = 20
const maxPages = 10 // `offset` counts pages and is at most 9

const api: EngineApi = {
  name: 'brave',
  title: 'Brave Search',
  version: 1,
  baseUrl: 'https://api.search.brave.com',
  keyVariable: 'BRAVE_API_KEY',
  limits: { requestsPerSecond: 1, burst: 1, concurrency: 4 },
  longestQuery: { characters: 400, words: 50 },
  reserved: ['q', 'count', 'offset', 'result_filter', 'text_decorations'],
  pages: (topK) => Math.min(maxPages, Math.ceil(topK / pageSize)),
  request: ({ query, topK, page, baseUrl, apiKey, parameters }) => ({
    method: 'GET',
    url: withParameters(`${baseUrl}/res/v1/web/search`, {
      ...parameters,
      q: query,
      // The same for all pages, since the offset is counted in it.
      count: Math.min(pageSize, topK),
      ...(page > 0 && { offset: page }),
      result_filter: 'web',
      text_decorations: false,
    }),
    headers: { Accept: 'application/json', 'X-Subscription-Token': apiKey },
  }),
  read: (json) => {
    const { type, web, query } = fieldsOf(json)
    if (type !== 'search') return undefined
    const results = isFields(web) ? listOf(web['results']) : [] // absent where nothing was found
    return {
      answers: [],
      results: results.map(({ url, title, description, extra_snippets }) => ({
        id: textOf(url),
        title: textOf(title),
        text: [textOf(description), ...stringsOf(extra_snippets)].join(' '),
      })),
      isLast: fieldsOf(query)['more_results_available'] !== true,
    }
  },
  isQuotaUsedUp: ({ status, headers, body }) =>
    status === 429 && (body.includes('QUOTA_LIMITED') || remaining(headers).at(-1) === 0),
  waitMs: (headers) => {
    const seconds = numbers(headers.get('x-ratelimit-reset'))[0]
    return seconds === undefined ? undefined : seconds * 1000
  },
}

/** `1, 1000`: what is left of this second and of this month; plans without the latter have one. */
function remaining(headers: Headers): number[] {
  const left = numbers(headers.get('x-ratelimit-remaining'))
  return left.length > 1 ? left : []
}

function numbers(list: string | null): number[] {
  return (list ?? '')
    .split(',')
    .filter((item) => /^\s*\d+\s*$/.test(item))
    .map(Number)
}
