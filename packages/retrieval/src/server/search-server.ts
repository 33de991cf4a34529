import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { argumentError, checkInRange, checkPositiveInteger, QuerlError } from '@querl/base'
import { AccessLog } from './access-log.js'
import { BatchQueue } from './batch-queue.js'
import { Exchange } from './exchange.js'
import { Gate, isLoopback } from './gate.js'
import { HttpListener } from './http-listener.js'
import { type McpSearch, serveMcpStdio } from './mcp.js'
import { Metrics } from './metrics.js'
import { type CheckedLimits, checkLimits, type SearchServerOptions } from './options.js'
import { Refusal } from './refusal.js'
import { Routes } from './routes.js'

export interface ListenOptions {
  /** Default 8000, as Search-R1's server; 0: any that is free. */
  readonly port?: number | undefined
  /** An address or a name of this machine. Default 127.0.0.1: other machines do not reach it. */
  readonly host?: string | undefined
  /** Allows addresses that other machines reach to a server without a token. Default false. */
  readonly allowPublic?: boolean | undefined
}

/**
 * A server of searches: `POST /retrieve` and `POST /rerank` in the wire format of Search-R1,
 * `GET /health`, `GET /metrics` for Prometheus, and a search tool for the Model Context Protocol at
 * `/mcp`.
 *
 * @example
 * await using server = createSearchServer({ retriever })
 * console.log(await server.listen({ port: 8000 }))
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range
 */
export function createSearchServer(options: SearchServerOptions): SearchServer {
  return new SearchServer(options)
}

export class SearchServer implements AsyncDisposable {
  readonly #limits: CheckedLimits
  readonly #gate: Gate
  readonly #queue: BatchQueue
  readonly #metrics = new Metrics()
  readonly #log: AccessLog | undefined
  readonly #routes: Routes
  readonly #listener: HttpListener
  readonly #mcp: SearchServerOptions['mcp']
  readonly #topK: number
  readonly #exchanges = new Set<Exchange>()
  readonly #idPrefix = randomBytes(4).toString('hex')
  #requests = 0
  #isDraining = false
  #onIdle: (() => void) | undefined
  #opening: Promise<string> | undefined
  #closing: Promise<void> | undefined

  /** @see createSearchServer */
  constructor(options: SearchServerOptions) {
    if (typeof options.retriever?.search !== 'function') {
      throw argumentError('retriever', 'an object with a method search()', options.retriever)
    }
    this.#limits = checkLimits(options.limits ?? {})
    this.#topK = checkInRange('topK', options.topK ?? 3, 1, this.#limits.maxTopK)
    checkPositiveInteger('topK', this.#topK)
    this.#gate = new Gate(options.token)
    this.#queue = new BatchQueue(options.retriever, options.batching ?? {}, this.#metrics)
    this.#log = options.accessLog && new AccessLog(options.accessLog)
    this.#mcp = options.mcp
    this.#listener = new HttpListener(this.#limits, {
      onRequest: (request, response) => this.#answer(request, response),
      onConnection: () => this.#metrics.connection(),
      onRefusedConnection: () => this.#metrics.connectionRefused(),
      onNoRequest: (socket, status, error) => {
        this.#metrics.request('none', status, 0, 0, 0)
        this.#log?.write({ id: this.#newId(), client: socket.remoteAddress, status, error })
      },
    })
    this.#routes = new Routes(options, {
      topK: this.#topK,
      limits: this.#limits,
      gate: this.#gate,
      queue: this.#queue,
      search: this.#searchOfTool,
      metrics: () => this.#metricsText(),
    })
  }

  /** Where it listens, such as `http://127.0.0.1:8000`; undefined before and after. */
  get url(): string | undefined {
    return this.#listener.url
  }

  /**
   * Starts to answer.
   *
   * @returns the URL
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if other machines would reach it without a token, or if it
   *   listens already; ERR_QUERL_IO if the address is in use or not of this machine; ERR_QUERL_CLOSED after close()
   */
  async listen({
    port = 8000,
    host = '127.0.0.1',
    allowPublic = false,
  }: ListenOptions = {}): Promise<string> {
    checkInRange('port', port, 0, 65_535)
    if (!isLoopback(host) && !this.#gate.isLocked && !allowPublic) {
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        `Other machines reach ${host}, but this server has no token: anybody there could search.`,
        { remedy: 'Set a token, listen on 127.0.0.1, or allow it by allowPublic.' },
      )
    }
    if (this.#isDraining) throw new QuerlError('ERR_QUERL_CLOSED', 'The server was closed.')
    if (this.url) throw new QuerlError('ERR_QUERL_ARGUMENT', `This server listens on ${this.url}.`)
    this.#opening = this.#listener.listen(port, host)
    return this.#opening
  }

  /**
   * Serves the search tool on standard input and output, beside listen() or instead of it, until the
   * input ends or `signal` fires.
   *
   * @throws {QuerlError} ERR_QUERL_CONFIG if @modelcontextprotocol/sdk is not installed
   */
  async serveStdio(signal?: AbortSignal): Promise<void> {
    await serveMcpStdio(this.#searchOfTool, this.#mcp || {}, signal)
  }

  /**
   * Drains: requests that have come are answered, new ones are refused with 503 and told to come
   * again; then every connection closes. What is not done by `limits.drainTimeoutMs` fails.
   */
  close(): Promise<void> {
    this.#closing ??= this.#drain()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #drain(): Promise<void> {
    this.#isDraining = true
    for (const exchange of this.#exchanges) exchange.isLast = true
    await this.#opening?.catch(() => {}) // else it would listen after all
    const { drainGraceMs, drainTimeoutMs } = this.#limits
    const began = performance.now()
    const graceUntil = began + Math.min(drainGraceMs, drainTimeoutMs)
    await this.#listener.emptied(graceUntil)
    await this.#idle(began + drainTimeoutMs - performance.now())
    const late = new Refusal(503, 'draining', 'The server ended before the search did.', 1)
    for (const exchange of this.#exchanges) exchange.cancel(late)
    await this.#listener.close(graceUntil)
    this.#log?.flush()
  }

  /** Resolves when no request is at work, at the latest after `timeoutMs`. */
  async #idle(timeoutMs: number): Promise<void> {
    if (this.#exchanges.size === 0) return
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve
    })
    await Promise.race([idle, sleep(Math.max(0, timeoutMs), undefined, { ref: false })])
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const exchange = new Exchange(
      request,
      response,
      this.#idOf(request),
      this.#limits.timeoutMs,
      this.#onClose,
    )
    this.#exchanges.add(exchange)
    exchange.isLast = this.#isDraining
    this.#routes.answer(exchange, this.#isDraining).catch((error) => exchange.fail(error))
  }

  /** A client's own id is kept, so that its log and ours can be read together. */
  #idOf({ headers }: IncomingMessage): string {
    const given = headers['x-request-id']
    return typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given) ? given : this.#newId()
  }

  #newId(): string {
    return `${this.#idPrefix}-${(this.#requests++).toString(36)}`
  }

  readonly #onClose = (exchange: Exchange): void => {
    this.#exchanges.delete(exchange)
    const { id, request, status, bytesIn, bytesOut, queries, error } = exchange
    const milliseconds = performance.now() - exchange.startedAt
    this.#metrics.request(exchange.route, status, milliseconds / 1000, bytesIn, bytesOut)
    const { method, url: path, socket } = request
    const client = socket.remoteAddress
    const size = { bytesIn, bytesOut, queries }
    this.#log?.write({ id, client, method, path, status, milliseconds, ...size, error })
    if (this.#exchanges.size === 0) this.#onIdle?.()
  }

  get #searchOfTool(): McpSearch {
    return {
      topK: this.#topK,
      maxTopK: this.#limits.maxTopK,
      search: async (query, topK, signal) => {
        signal.throwIfAborted()
        const job = this.#queue.submit([query], topK)
        const onAbort = () => job.cancel(signal.reason)
        signal.addEventListener('abort', onAbort, { once: true })
        try {
          return (await job.result)[0]!
        } finally {
          signal.removeEventListener('abort', onAbort)
        }
      },
    }
  }

  #metricsText(): string {
    return this.#metrics.text({
      inFlight: this.#exchanges.size,
      connections: this.#listener.connections,
      queued: this.#queue.queued,
      calls: this.#queue.calls,
      logDropped: this.#log?.dropped ?? 0,
    })
  }
}
