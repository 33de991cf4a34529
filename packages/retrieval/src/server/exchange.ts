import type { IncomingMessage, ServerResponse } from 'node:http'
import { QuerlError } from '@querl/base'
import { declaredLength } from './read-body.js'
import { errorBody, Refusal, type RefusalCode, refusalOf } from './refusal.js'

const json = 'application/json'

// A client that is refused while it sends is read for a while longer: closing a connection with
// unread data resets it, and the refusal might be lost on the way.
const lingerMs = 1000
const smallBodyBytes = 65_536 // as much is read to its end for the sake of the connection

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly id: string
  readonly startedAt = performance.now()
  route = 'other'
  bytesIn = 0
  bytesOut = 0
  queries: number | undefined
  error: RefusalCode | undefined
  /** The server ends: the connection closes behind the answer. */
  isLast = false
  /** Somebody else writes the answer: nothing is sent from here. */
  isForeign = false
  /** What to stop when the client goes away, or its time is up. */
  onCancel: ((reason: unknown) => void) | undefined
  readonly #timer: NodeJS.Timeout

  /** @param onClose called once: the answer was sent, or the client has gone */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    id: string,
    timeoutMs: number,
    onClose: (exchange: Exchange) => void,
  ) {
    this.request = request
    this.response = response
    this.id = id
    this.#timer = setTimeout(() => {
      this.cancel(
        new Refusal(504, 'search_timeout', `There was no answer within ${timeoutMs / 1000} s.`),
      )
    }, timeoutMs)
    response.on('close', () => {
      clearTimeout(this.#timer)
      if (!response.writableFinished) this.cancel(gone)
      onClose(this)
    })
    response.on('error', () => {}) // 'close' follows
  }

  /** 499, as nginx says it, where the client did not wait for the answer. */
  get status(): number {
    return this.response.writableFinished ? this.response.statusCode : 499
  }

  /** Stops the work; `reason` is answered if it is not too late. */
  cancel(reason: unknown): void {
    this.onCancel?.(reason)
    if (!this.isForeign) this.fail(reason)
  }

  send(status: number, body: string, type: string = json, headers: readonly string[] = []): void {
    const { request, response } = this
    if (response.headersSent || response.destroyed) return
    this.bytesOut = Buffer.byteLength(body)
    const isUnread = !request.complete && request.readableFlowing === null
    const mustClose = this.isLast || (!request.complete && !isSmall(request))
    response.writeHead(status, [
      ...['Content-Type', type, 'Content-Length', String(this.bytesOut)],
      ...['X-Request-Id', this.id],
      ...(mustClose ? ['Connection', 'close'] : []),
      ...headers,
    ])
    if (isUnread) request.resume()
    if (request.complete || isSmall(request)) response.end(body)
    else this.#linger(body)
  }

  /** Answers with what went wrong. */
  fail(error: unknown): void {
    if (error === gone) return
    const refusal = refusalOf(error)
    this.error = refusal.code
    const headers: string[] = []
    if (refusal.retryAfter !== undefined) headers.push('Retry-After', String(refusal.retryAfter))
    if (refusal.status === 401) headers.push('WWW-Authenticate', 'Bearer')
    this.send(refusal.status, errorBody(refusal.code, refusal.message), json, headers)
  }

  #linger(body: string): void {
    const { request, response } = this
    const end = () => {
      clearTimeout(timer)
      response.end()
    }
    const timer = setTimeout(end, lingerMs)
    response.write(body)
    request.once('end', end)
    request.once('close', end)
    request.resume()
  }
}

/** Nobody is left to be told. */
const gone = new QuerlError('ERR_QUERL_ABORTED', 'The client went away.')

function isSmall(request: IncomingMessage): boolean {
  return declaredLength(request) <= smallBodyBytes
}
