import { isUtf8 } from 'node:buffer'
import { parseContents } from './contents.js'
import { Refusal } from './refusal.js'

/** What a request may ask for at most, and gets where it does not say. */
export interface RequestBounds {
  readonly topK: number
  readonly maxTopK: number
  readonly maxQueries: number
}

export interface RetrieveRequest {
  readonly queries: readonly string[]
  readonly topK: number
  readonly returnScores: boolean
}

export interface RerankRequest {
  readonly queries: readonly string[]
  /** Shape (Q, any): as they were sent, and the text of each. */
  readonly documents: readonly (readonly SentDocument[])[]
  readonly topK: number
  readonly returnScores: boolean
}

export interface SentDocument {
  readonly sent: unknown
  readonly title: string
  readonly text: string
}

/** @throws {Refusal} 400 for what is no JSON in UTF-8 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new Refusal(400, 'invalid_json', 'The body is not valid UTF-8.')
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch (error) {
    const reason = body.length === 0 ? 'it is empty' : (error as Error).message
    throw new Refusal(400, 'invalid_json', `The body is not valid JSON: ${reason}.`)
  }
}

/**
 * Checks the body of `POST /retrieve`: `{ queries, topk?, return_scores? }`.
 *
 * As with Search-R1's server, `topk` null or 0 means the default, and unknown keys are ignored. Its
 * reranking variant's `topk_rerank` stands in where there is no `topk`.
 *
 * @throws {Refusal} 422 says which key is wrong
 */
export function parseRetrieve(
  body: unknown,
  bounds: RequestBounds & { readonly maxPassages: number },
): RetrieveRequest {
  const { queries, topk, topk_rerank, return_scores } = checkObject(body)
  const checked = checkQueries(queries, bounds)
  const topK = checkTopK(
    topk === undefined ? 'topk_rerank' : 'topk',
    topk === undefined ? topk_rerank : topk,
    bounds,
  )
  const passages = checked.length * topK
  if (passages > bounds.maxPassages) {
    throw invalid('queries times topk', `at most ${bounds.maxPassages}`, passages)
  }
  return { queries: checked, topK, returnScores: checkReturnScores(return_scores) }
}

/**
 * Checks the body of `POST /rerank`: `{ queries, documents, rerank_topk?, return_scores? }`. A
 * document is what `/retrieve` gives, with its score or without, or a string.
 *
 * @throws {Refusal} 422 says which key is wrong
 */
export function parseRerank(
  body: unknown,
  bounds: RequestBounds & { readonly maxPairs: number },
): RerankRequest {
  const { queries, documents, rerank_topk, return_scores } = checkObject(body)
  const checked = checkQueries(queries, bounds)
  if (!Array.isArray(documents) || documents.length !== checked.length) {
    throw invalid('documents', `a list of ${checked.length} lists, one for each query`, documents)
  }
  let pairs = 0
  const lists = documents.map((list: unknown, at) => {
    if (!Array.isArray(list)) throw invalid(`documents[${at}]`, 'a list', list)
    pairs += list.length
    return list.map((document: unknown, index) =>
      checkDocument(`documents[${at}][${index}]`, document),
    )
  })
  if (pairs > bounds.maxPairs) {
    throw invalid('documents', `at most ${bounds.maxPairs} documents in all`, pairs)
  }
  return {
    queries: checked,
    documents: lists,
    topK: checkTopK('rerank_topk', rerank_topk, bounds),
    returnScores: checkReturnScores(return_scores),
  }
}

function checkObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
    return body as Record<string, unknown>
  }
  throw invalid('the body', 'a JSON object', body)
}

function checkQueries(queries: unknown, { maxQueries }: RequestBounds): string[] {
  if (!Array.isArray(queries)) throw invalid('queries', 'a list of strings', queries)
  if (queries.length > maxQueries) {
    throw invalid('queries', `at most ${maxQueries} queries`, queries.length)
  }
  for (let at = 0; at < queries.length; at++) {
    if (typeof queries[at] !== 'string') throw invalid(`queries[${at}]`, 'a string', queries[at])
  }
  return queries as string[]
}

function checkTopK(name: string, value: unknown, { topK, maxTopK }: RequestBounds): number {
  if (value === undefined || value === null || value === 0) return topK
  if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= maxTopK) {
    return value as number
  }
  throw invalid(name, `null or an integer from 0 to ${maxTopK}`, value)
}

function checkReturnScores(value: unknown): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw invalid('return_scores', 'true or false', value)
  return value
}

function checkDocument(name: string, sent: unknown): SentDocument {
  if (typeof sent === 'string') return { sent, ...parseContents(sent) }
  const item = sent as { document?: unknown; contents?: unknown } | null
  if (typeof item === 'object' && item !== null) {
    const document = item.document ?? item
    if (typeof document === 'string') return { sent: document, ...parseContents(document) }
    const { contents } = document as { contents?: unknown }
    if (typeof contents === 'string') return { sent: document, ...parseContents(contents) }
  }
  throw invalid(name, 'a string, or an object with the string contents', sent)
}

function invalid(name: string, expected: string, actual: unknown): Refusal {
  return new Refusal(
    422,
    'invalid_request',
    `Expected ${name} to be ${expected}, but got ${shown(actual)}.`,
  )
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
