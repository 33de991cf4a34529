import type { EngineApi } from './engine-api.js'
import { fieldsOf, listOf, textOf } from './json-fields.js'
import { type EngineOptions, WebEngine } from './web-engine.js'

/**
 * Tavily. The key comes from `apiKey` or TAVILY_API_KEY. Twenty results at most, in one request;
 * `parameters.search_depth: 'advanced'` costs two credits. With `answerBoxes` a language model of
 * theirs writes an answer, which comes first and changes from day to day; default false.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 * @see https://docs.tavily.com/documentation/api-reference/endpoint/search
 */
export function tavily(options: EngineOptions = {}): WebEngine {
  return new WebEngine(api, options)
}

const mostResults = 20

const api: EngineApi = {
  name: 'tavily',
  title: 'Tavily',
  version: 1,
  baseUrl: 'https://api.tavily.com',
  keyVariable: 'TAVILY_API_KEY',
  limits: { requestsPerSecond: 100 / 60, burst: 10, concurrency: 8 },
  longestQuery: { characters: 400 },
  reserved: ['api_key', 'query', 'max_results', 'include_answer', 'include_images'],
  pages: () => 1,
  request: ({ query, topK, baseUrl, apiKey, parameters, answerBoxes }) => ({
    method: 'POST',
    url: new URL(`${baseUrl}/search`),
    headers: { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...parameters,
      query,
      max_results: Math.min(mostResults, topK),
      include_answer: answerBoxes,
    }),
  }),
  read: (json) => {
    const { results, answer } = fieldsOf(json)
    if (!Array.isArray(results)) return undefined
    const text = textOf(answer)
    return {
      answers: text === '' ? [] : [{ id: 'answer', title: 'Answer', text }],
      results: listOf(results).map(({ url, title, content, raw_content }) => ({
        id: textOf(url),
        title: textOf(title),
        text: textOf(raw_content, content), // raw_content is there if parameters ask for it
      })),
      isLast: true,
    }
  },
  isQuotaUsedUp: ({ status }) => status === 432 || status === 433,
}
