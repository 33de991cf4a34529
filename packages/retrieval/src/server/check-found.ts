import { QuerlError } from '@querl/base'
import type { RetrievedPassage } from '../retriever.js'

/**
 * Retrievers are anybody's code: what is no passage must not reach a client as one.
 *
 * @param lists what a retriever answered
 * @returns the same, each list of at most `topK` passages
 * @throws {QuerlError} ERR_QUERL_TOOL says what it is instead
 */
export function checkFound(lists: unknown, queries: number, topK: number): RetrievedPassage[][] {
  if (!Array.isArray(lists) || lists.length !== queries) {
    const answered = Array.isArray(lists) ? lists.length : 'no list'
    throw nonsense(`was asked ${queries} queries and answered ${answered}`)
  }
  return lists.map((list: unknown) => {
    if (!Array.isArray(list)) throw nonsense('answered a query with no list')
    for (const passage of list) {
      if (!isPassage(passage)) throw nonsense('found what has no id, title and text')
    }
    return list.length > topK ? list.slice(0, topK) : (list as RetrievedPassage[])
  })
}

function isPassage(value: unknown): boolean {
  const { id, title, text } = (value ?? {}) as Record<keyof RetrievedPassage, unknown>
  return typeof id === 'string' && typeof title === 'string' && typeof text === 'string'
}

function nonsense(what: string): QuerlError {
  return new QuerlError('ERR_QUERL_TOOL', `The retriever ${what}.`)
}
