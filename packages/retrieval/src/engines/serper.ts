import type { Passage } from '../retriever.js'
import type { EngineApi } from './engine-api.js'
import { fieldsOf, isFields, listOf, textOf } from './json-fields.js'
import { type EngineOptions, WebEngine } from './web-engine.js'

/**
 * Serper: Google's results. The key comes from `apiKey` or SERPER_API_KEY. Ten results for each
 * request. The answer box and the knowledge graph come first, "people also ask" last.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 * @see https://serper.dev
 */
export function serper(options: EngineOptions = {}): WebEngine {
  return new WebEngine(api, options)
}

const pageSize = 10 // more of them cost two credits

const api: EngineApi = {
  name: 'serper',
  title: 'Serper',
  version: 1,
  baseUrl: 'https://google.serper.dev',
  keyVariable: 'SERPER_API_KEY',
  limits: { requestsPerSecond: 50, burst: 10, concurrency: 16 },
  longestQuery: { characters: 2048 },
  reserved: ['q', 'page', 'num'],
  pages: (topK) => Math.ceil(topK / pageSize),
  request: ({ query, page, baseUrl, apiKey, parameters }) => ({
    method: 'POST',
    url: new URL(`${baseUrl}/search`),
    headers: { 'X-API-KEY': apiKey, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...parameters, q: query, ...(page > 0 && { page: page + 1 }) }),
  }),
  read: (json) => {
    const fields = fieldsOf(json)
    const { organic } = fields
    if (!Array.isArray(organic)) return undefined
    return {
      answers: [...answerBox(fields['answerBox']), ...knowledgeGraph(fields['knowledgeGraph'])],
      results: listOf(organic).map(({ link, title, snippet }) => ({
        id: textOf(link),
        title: textOf(title),
        text: textOf(snippet),
      })),
      related: listOf(fields['peopleAlsoAsk']).map(({ question, snippet, title, link }) => ({
        id: textOf(link, question),
        title: textOf(question, title),
        text: textOf(snippet),
      })),
      isLast: organic.length === 0,
    }
  },
  isQuotaUsedUp: ({ body }) => /not enough credits/i.test(body),
}

function answerBox(value: unknown): Passage[] {
  if (!isFields(value)) return []
  const text = textOf(value['answer'], value['snippet'])
  if (text === '') return []
  return [{ id: textOf(value['link'], 'answer-box'), title: textOf(value['title']), text }]
}

function knowledgeGraph(value: unknown): Passage[] {
  if (!isFields(value)) return []
  const facts = Object.entries(fieldsOf(value['attributes']))
    .filter(([, fact]) => typeof fact === 'string')
    .map(([name, fact]) => `${name}: ${fact}.`)
  const text = [textOf(value['description']), ...facts].join(' ').trim()
  if (text === '') return []
  const id = textOf(value['descriptionLink'], value['website'], 'knowledge-graph')
  return [{ id, title: textOf(value['title']), text }]
}
