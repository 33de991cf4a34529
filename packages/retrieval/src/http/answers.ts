import type { Attempt, Failure, HttpAnswer } from './exchange.js'
import { retryAfterMs } from './retries.js'

/** The body of a successful answer as JSON; every other answer is a failure that says why. */
export function jsonOf(answer: HttpAnswer): Attempt<unknown> {
  const { status, body } = answer
  const json = parsed(body)
  if (status >= 200 && status < 300) {
    if (json !== undefined) return { ok: true, value: json }
    // Proxies put such pages before services that are starting or overloaded.
    return { ok: false, failure: { message: `answered ${shown(answer)}`, isTransient: true } }
  }
  return { ok: false, failure: statusFailure(answer, json) }
}

function statusFailure(answer: HttpAnswer, json: unknown): Failure {
  const { status, headers } = answer
  if (status >= 300 && status < 400) {
    const to = headers.get('location')
    return {
      message: `answered ${status}: it has moved${to ? ` to ${withoutQuery(to)}` : ''}`,
      isTransient: false,
    }
  }
  return {
    message: `answered ${status}: ${errorDetail(json) ?? shown(answer)}`,
    isTransient: isTransientStatus(status),
    waitMs: retryAfterMs(headers),
  }
}

function isTransientStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501)
}

/**
 * The sentence in an error's body, in any of the shapes that services use:
 * `{ error: 'x' }`, `{ error: { message | reason | detail } }`, `{ message }`,
 * `{ detail: { error } }`, `{ status: { error } }`.
 */
export function errorDetail(json: unknown): string | undefined {
  if (typeof json === 'string') return firstLine(json)
  if (typeof json !== 'object' || json === null) return undefined
  for (const field of ['error', 'message', 'reason', 'detail', 'status']) {
    const detail = errorDetail((json as Record<string, unknown>)[field])
    if (detail) return detail
  }
  return undefined
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown
  } catch {
    return undefined
  }
}

/** What came instead of JSON: its type and its beginning; a plain text speaks for itself. */
function shown({ status, headers, body }: HttpAnswer): string {
  const type = headers.get('content-type')?.split(';', 1)[0] ?? 'no content type'
  if (type === 'text/plain' && status >= 400 && body.trim() !== '') return firstLine(body)
  return body === '' ? 'an empty body' : `${type} instead of JSON: ${firstLine(body)}`
}

const longestLine = 160 // characters

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0]!.trim()
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1)[0]!
}
