import type { Passage } from '../retriever.js'
import { type EngineApi, withParameters } from './engine-api.js'
import { fieldsOf, isFields, listOf, textOf } from './json-fields.js'
import { type EngineOptions, WebEngine } from './web-engine.js'

export interface SearxngOptions extends EngineOptions {
  /** Of an instance whose settings.yml lists `json` under `search.formats`. */
  readonly baseUrl: string
}

/**
 * SearXNG, a metasearch engine that one runs oneself. It needs no key; `apiKey` is sent as a bearer
 * token for proxies before it that want one. Answers and info boxes come first.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 * @see https://docs.searxng.org/dev/search_api.html
 */
export function searxng(options: SearxngOptions): WebEngine {
  return new WebEngine(api, options)
}

const maxPages = 10 // a page has as many results as the engines behind it give, about twenty

const api: EngineApi = {
  name: 'searxng',
  title: 'SearXNG',
  version: 1,
  isSelfHosted: true,
  limits: { requestsPerSecond: 5, burst: 5, concurrency: 4 },
  longestQuery: { characters: 2048 },
  reserved: ['q', 'format', 'pageno'],
  pages: () => maxPages,
  request: ({ query, page, baseUrl, apiKey, parameters }) => ({
    method: 'GET',
    url: withParameters(`${baseUrl}/search`, {
      ...parameters,
      q: query,
      format: 'json',
      ...(page > 0 && { pageno: page + 1 }),
    }),
    headers: { Accept: 'application/json', ...(apiKey && { Authorization: `Bearer ${apiKey}` }) },
  }),
  read: (json) => {
    const fields = fieldsOf(json)
    const { results } = fields
    if (!Array.isArray(results)) return undefined
    const silent = unresponsive(fields['unresponsive_engines'])
    // Nothing found and engines that failed: to take it for an empty answer would record it.
    if (results.length === 0 && silent !== '') {
      return { trouble: `has no results, since engines failed: ${silent}`, isTransient: true }
    }
    return {
      answers: [...answers(fields['answers']), ...infoboxes(fields['infoboxes'])],
      results: listOf(results).map(({ url, title, content }) => ({
        id: textOf(url),
        title: textOf(title),
        text: textOf(content),
      })),
      isLast: results.length === 0,
    }
  },
}

/** Strings in older versions, objects in newer ones. */
function answers(value: unknown): Passage[] {
  if (!Array.isArray(value)) return []
  return value.map((item: unknown, at) => {
    const { answer, url } = fieldsOf(item)
    return { id: textOf(url, `answer-${at + 1}`), title: 'Answer', text: textOf(item, answer) }
  })
}

function infoboxes(value: unknown): Passage[] {
  return listOf(value).map(({ infobox, id, content }) => ({
    id: textOf(id, infobox),
    title: textOf(infobox),
    text: textOf(content),
  }))
}

/** `[['google', 'timeout'], …]` as `google (timeout), …` */
function unresponsive(value: unknown): string {
  if (!Array.isArray(value)) return ''
  return value
    .map((pair: unknown) => {
      if (Array.isArray(pair)) return `${textOf(pair[0])} (${textOf(pair[1])})`
      return isFields(pair) ? textOf(pair['engine']) : textOf(pair)
    })
    .join(', ')
}
