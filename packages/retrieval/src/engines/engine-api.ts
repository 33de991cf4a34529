import type { HttpAnswer, HttpRequest } from '../http/exchange.js'
import type { Limits } from '../http/rate-limit.js'
import type { Passage } from '../retriever.js'

export type EngineName = 'google' | 'serpapi' | 'serper' | 'brave' | 'tavily' | 'searxng'

/** A parameter of the engine's own, as its documentation names it. */
export type EngineParameter = string | number | boolean | readonly string[]
export type EngineParameters = Readonly<Record<string, EngineParameter>>

/** What a request to an engine is made of. */
export interface EngineQuery {
  readonly query: string
  /** Results wanted in all. */
  readonly topK: number
  /** 0, 1, 2… */
  readonly page: number
  readonly baseUrl: string
  readonly apiKey: string
  readonly parameters: EngineParameters
  readonly answerBoxes: boolean
}

/** What an engine's answer holds. Texts may still have markup in them. */
export interface EnginePage {
  /** Answer boxes: they come first. */
  readonly answers: readonly Passage[]
  /** Ordinary results, in the engine's order. */
  readonly results: readonly Passage[]
  /** Related questions with their answers: they come after all results. */
  readonly related?: readonly Passage[]
  /** Whether there is no page after this one. */
  readonly isLast: boolean
}

/** One web API: how it is asked, and what its answers mean. It sends nothing itself. */
export interface EngineApi {
  readonly name: EngineName
  /** As its makers write it; begins error messages. */
  readonly title: string
  /** Raised when the same answer gives other passages: what was recorded before is asked anew. */
  readonly version: number
  readonly baseUrl?: string
  /** The environment variable that holds the key; none: no key is needed. */
  readonly keyVariable?: string
  /** What the engine allows by default, after its documentation. */
  readonly limits: Limits
  /** Longer queries are cut at a word. */
  readonly longestQuery: { readonly characters: number; readonly words?: number }
  /** Whether the answers of another server may be others: its address is a part of the identity. */
  readonly isSelfHosted?: boolean
  /** Parameters that are not the user's to set. */
  readonly reserved: readonly string[]
  /** The most requests that one query may take. */
  pages(topK: number): number
  request(query: EngineQuery): HttpRequest
  /**
   * @param json the body of a successful answer
   * @returns undefined if it is not what the documentation says
   */
  read(json: unknown): EnginePage | EngineTrouble | undefined
  /** Whether a 4xx means that what was paid for is used up: waiting does not help. */
  isQuotaUsedUp?(answer: HttpAnswer): boolean
  /** The wait that headers of the engine's own ask for, in milliseconds. */
  waitMs?(headers: Headers): number | undefined
}

/** An answer with status 200 that says that there is none. */
export interface EngineTrouble {
  readonly trouble: string
  readonly remedy?: string
  readonly isTransient: boolean
}

/** `url` with `parameters`; lists are joined by commas. */
export function withParameters(url: string, parameters: EngineParameters): URL {
  const result = new URL(url)
  for (const [name, value] of Object.entries(parameters)) {
    result.searchParams.set(name, Array.isArray(value) ? value.join(',') : String(value))
  }
  return result
}
