import { QuerlError } from '@querl/base'
import type { RetrievedPassage } from '../retriever.js'
import { parseContents, unquoted } from '../server/contents.js'

/** What is made of documents that a server sent. */
export interface AnswerReading {
  readonly server: string
  readonly topK: number
  readonly unquoteTitles: boolean
}

/**
 * Reads an answer of `/retrieve` in all the forms that Search-R1's servers have: items with scores or
 * without, documents as objects or as strings, with ids or without.
 *
 * A document without an id is named after its contents, so that equal ones are equal. Without scores
 * the order stands: the first of n gets n, the last 1.
 *
 * @throws {QuerlError} ERR_QUERL_REMOTE says what is wrong with it
 */
export function readAnswer(
  body: string,
  queries: number,
  reading: AnswerReading,
): RetrievedPassage[][] {
  let answer: unknown
  try {
    answer = JSON.parse(body)
  } catch (cause) {
    throw wrong(reading, 'no JSON', cause)
  }
  const lists = (answer as { result?: unknown } | null)?.result
  if (!Array.isArray(lists)) throw wrong(reading, 'no list "result"')
  if (lists.length !== queries) {
    throw wrong(reading, `${lists.length} lists for ${queries} queries`)
  }
  return lists.map((list: unknown, at) => {
    if (!Array.isArray(list)) throw wrong(reading, `no list as result[${at}]`)
    // Some servers have a topK of their own and ignore what they are asked for.
    return list
      .slice(0, reading.topK)
      .map((item: unknown, index) =>
        readItem(item, list.length - index, reading, `result[${at}][${index}]`),
      )
  })
}

function readItem(
  item: unknown,
  byRank: number,
  reading: AnswerReading,
  name: string,
): RetrievedPassage {
  const { document = item, score } = (typeof item === 'object' && item !== null ? item : {}) as {
    document?: unknown
    score?: unknown
  }
  const object =
    typeof document === 'object' && document !== null ? (document as Fields) : undefined
  const contents = typeof document === 'string' ? document : object?.['contents']
  const parsed =
    typeof contents === 'string'
      ? parseContents(contents)
      : typeof object?.['text'] === 'string'
        ? { title: String(object['title'] ?? ''), text: object['text'] }
        : undefined
  if (!parsed) throw wrong(reading, `a document without contents as ${name}`)
  const id = object?.['id']
  return {
    id:
      typeof id === 'string' || typeof id === 'number'
        ? String(id)
        : `${parsed.title}\n${parsed.text}`,
    title: reading.unquoteTitles ? unquoted(parsed.title) : parsed.title,
    text: parsed.text,
    score: typeof score === 'number' ? score : byRank,
  }
}

type Fields = Record<string, unknown>

function wrong({ server }: AnswerReading, what: string, cause?: unknown): QuerlError {
  return new QuerlError('ERR_QUERL_REMOTE', `The retriever at ${server} answered with ${what}.`, {
    cause,
  })
}
