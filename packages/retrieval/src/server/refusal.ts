import { QuerlError } from '@querl/base'

/** Why a request is not answered as it wishes; the form in which clients read it. */
export class Refusal extends Error {
  readonly status: number
  readonly code: RefusalCode
  /** Whole seconds after which asking again makes sense. */
  readonly retryAfter: number | undefined

  constructor(status: number, code: RefusalCode, message: string, retryAfter?: number) {
    super(message)
    this.status = status
    this.code = code
    this.retryAfter = retryAfter
  }
}

/** What querl's errors say is written for users; what others say may tell too much. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const reason = error instanceof QuerlError ? error.message.split('\n', 1)[0] : undefined
  return new Refusal(500, 'search_failed', reason ?? 'The search failed within the server.')
}

/** Part of the wire format: codes are added, never renamed. */
export type RefusalCode =
  | 'bad_request'
  | 'invalid_json'
  | 'unauthorized'
  | 'forbidden_origin'
  | 'not_found'
  | 'method_not_allowed'
  | 'request_timeout'
  | 'body_too_large'
  | 'unsupported_encoding'
  | 'invalid_request'
  | 'headers_too_large'
  | 'search_failed'
  | 'not_available'
  | 'overloaded'
  | 'draining'
  | 'search_timeout'

/** `{"error":{"code":…,"message":…}}` */
export function errorBody(code: RefusalCode, message: string): string {
  return JSON.stringify({ error: { code, message } })
}
