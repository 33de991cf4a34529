import type { RetrievedPassage } from '../retriever.js'
import { plainContents, quotedContents, titledString } from './contents.js'
import type { RerankRequest, SentDocument } from './requests.js'

/** In what form documents go out. */
export interface DocumentForm {
  /**
   * Of `/retrieve`: objects `{ id, contents }`, or the contents alone as Search-R1's
   * `retrieval_rerank_server.py` sends. Default `objects`.
   */
  readonly retrieve?: 'objects' | 'strings' | undefined
  /**
   * Of `/rerank`: strings `(Title: "…") text` as Search-R1's `rerank_server.py` sends, or the
   * documents as they came. Default `strings`.
   */
  readonly rerank?: 'strings' | 'objects' | undefined
  /** Puts quotation marks around titles that have none, as in wiki-18. Default true. */
  readonly quoteTitles?: boolean | undefined
}

/**
 * The body of an answer of `/retrieve`: `{"result":[[{"document":{…},"score":…},…],…]}`, or the
 * documents alone.
 *
 * Put together from strings: building objects for one JSON.stringify() takes twice as long.
 */
export function retrieveBody(
  lists: readonly (readonly RetrievedPassage[])[],
  returnScores: boolean,
  { retrieve = 'objects', quoteTitles = true }: DocumentForm,
): string {
  const contents = quoteTitles ? quotedContents : plainContents
  const write = (passage: RetrievedPassage): string => {
    const text = JSON.stringify(contents(passage))
    const document =
      retrieve === 'strings' ? text : `{"id":${JSON.stringify(passage.id)},"contents":${text}}`
    return returnScores ? scored(document, passage.score) : document
  }
  return result(lists, write)
}

/**
 * The body of an answer of `/rerank`, best first, at most topK for each query; equal scores stay in
 * the order in which they came.
 *
 * @param scores shape (Q, any), of the request's documents
 */
export function rerankBody(
  { documents, topK, returnScores }: RerankRequest,
  scores: readonly Float32Array[],
  { rerank = 'strings' }: DocumentForm,
): string {
  const lists = documents.map((list, at) =>
    list
      .map((document, index) => ({ document, score: scores[at]![index]! }))
      .sort((one, other) => other.score - one.score) // stable
      .slice(0, topK),
  )
  return result(lists, ({ document, score }) => {
    const text = JSON.stringify(rerank === 'strings' ? asString(document) : document.sent)
    return returnScores ? scored(text, score) : text
  })
}

/** What of a document is read by the reranker, and sent back where strings are wanted. */
export function asString({ sent, title, text }: SentDocument): string {
  return typeof sent === 'string' ? sent : titledString({ title, text })
}

function scored(document: string, score: number): string {
  return `{"document":${document},"score":${Number.isFinite(score) ? score : 'null'}}`
}

function result<T>(lists: readonly (readonly T[])[], write: (item: T) => string): string {
  let body = '{"result":['
  for (let at = 0; at < lists.length; at++) {
    body += at === 0 ? '[' : ',['
    const list = lists[at]!
    for (let index = 0; index < list.length; index++) {
      if (index > 0) body += ','
      body += write(list[index]!)
    }
    body += ']'
  }
  return `${body}]}`
}
