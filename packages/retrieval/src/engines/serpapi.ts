import type { Passage } from '../retriever.js'
import { type EngineApi, withParameters } from './engine-api.js'
import { type Fields, fieldsOf, isFields, listOf, stringsOf, textOf } from './json-fields.js'
import { type EngineOptions, WebEngine } from './web-engine.js'

/**
 * SerpApi: Google's page of results, or another engine's by `parameters.engine`. The key comes from
 * `apiKey` or SERPAPI_API_KEY. Ten results for each request.
 *
 * As Search-R1's `serp_search_server.py`, it gives the answer box, organic results and related
 * questions, in this order; unlike it, never more than topK of them together.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 * @see https://serpapi.com/search-api
 */
export function serpApi(options: EngineOptions = {}): WebEngine {
  return new WebEngine(api, options)
}

const pageSize = 10

const api: EngineApi = {
  name: 'serpapi',
  title: 'SerpApi',
  version: 1,
  baseUrl: 'https://serpapi.com',
  keyVariable: 'SERPAPI_API_KEY',
  limits: { requestsPerSecond: 5, burst: 5, concurrency: 8 },
  longestQuery: { characters: 2048 },
  reserved: ['api_key', 'q', 'start', 'output', 'async'],
  pages: (topK) => Math.ceil(topK / pageSize),
  request: ({ query, page, baseUrl, apiKey, parameters }) => ({
    method: 'GET',
    url: withParameters(`${baseUrl}/search.json`, {
      engine: 'google',
      ...parameters,
      q: query,
      ...(page > 0 && { start: page * pageSize }),
      api_key: apiKey,
    }),
  }),
  read: (json) => {
    const fields = fieldsOf(json)
    const { search_metadata, error, organic_results, serpapi_pagination } = fields
    if (!isFields(search_metadata)) return undefined
    if (search_metadata['status'] === 'Error') {
      return { trouble: `failed: ${textOf(error) || 'it does not say why'}`, isTransient: true }
    }
    // A search without results succeeds, and says so in `error`.
    return {
      answers: answerBox(fieldsOf(fields['answer_box'])),
      results: listOf(organic_results).map(({ link, title, snippet }) => ({
        id: textOf(link),
        title: textOf(title),
        text: textOf(snippet),
      })),
      related: listOf(fields['related_questions']).map(
        ({ question, title, snippet, link, list }) => ({
          id: textOf(link, question),
          title: textOf(question, title),
          text: textOf(snippet, stringsOf(list).join('; ')),
        }),
      ),
      isLast: textOf(fieldsOf(serpapi_pagination)['next']) === '',
    }
  },
  isQuotaUsedUp: ({ status, body }) => status === 429 && body.includes('run out of searches'),
}

/** Boxes are of some thirty kinds; these fields hold the answer in nearly all of them. */
function answerBox(box: Fields): Passage[] {
  const text = textOf(
    box['answer'],
    box['snippet'],
    box['result'],
    stringsOf(box['list']).join('; '),
  )
  if (text === '') return []
  const title = textOf(box['title'], box['type'])
  return [{ id: textOf(box['link'], 'answer-box'), title, text }]
}
