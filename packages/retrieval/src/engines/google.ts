import { checkString } from '@querl/base'
import type { HttpAnswer } from '../http/exchange.js'
import type { EngineApi } from './engine-api.js'
import { withParameters } from './engine-api.js'
import { fieldsOf, listOf, textOf } from './json-fields.js'
import { type EngineOptions, WebEngine } from './web-engine.js'

export interface GoogleOptions extends EngineOptions {
  /** The id of a Programmable Search Engine, called `cx` in the API. */
  readonly searchEngineId: string
}

/**
 * Google Custom Search. The key comes from `apiKey` or GOOGLE_API_KEY. At most 99 results for a
 * query, 10 for each request.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 * @see https://developers.google.com/custom-search/v1/reference/rest/v1/cse/list
 */
export function googleSearch({ searchEngineId, ...options }: GoogleOptions): WebEngine {
  const cx = checkString('searchEngineId', searchEngineId)
  return new WebEngine(
    { ...api, reserved: api.reserved.filter((name) => name !== 'cx') },
    { ...options, parameters: { ...options.parameters, cx } },
  )
}

const pageSize = 10
const lastResult = 100 // `start` plus `num` may not exceed it

const api: EngineApi = {
  name: 'google',
  title: 'Google Custom Search',
  version: 1,
  baseUrl: 'https://www.googleapis.com',
  keyVariable: 'GOOGLE_API_KEY',
  limits: { requestsPerSecond: 100 / 60, burst: 10, concurrency: 4 },
  longestQuery: { characters: 2048 },
  reserved: ['key', 'q', 'num', 'start', 'alt', 'cx'],
  pages: (topK) => Math.ceil(Math.min(topK, lastResult) / pageSize),
  request: ({ query, topK, page, baseUrl, apiKey, parameters }) => {
    const start = 1 + page * pageSize
    const num = Math.min(pageSize, topK - page * pageSize, lastResult - start)
    return {
      method: 'GET',
      url: withParameters(`${baseUrl}/customsearch/v1`, {
        ...parameters,
        key: apiKey,
        q: query,
        num,
        start,
      }),
    }
  },
  read: (json) => {
    const { kind, items, queries } = fieldsOf(json)
    if (kind !== 'customsearch#search') return undefined
    const results = listOf(items).map(({ link, title, snippet }) => ({
      id: textOf(link),
      title: textOf(title),
      text: textOf(snippet),
    }))
    return { answers: [], results, isLast: listOf(fieldsOf(queries)['nextPage']).length === 0 }
  },
  // 100 requests are free each day; the minute's limit has the same status.
  isQuotaUsedUp: ({ status, body }: HttpAnswer) =>
    (status === 429 || status === 403) && /per day|dailyLimitExceeded|Daily Limit/i.test(body),
}
