import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { QuerlError } from '@querl/base'
import { longestMs } from '../milliseconds.js'
import type { CheckedLimits } from './options.js'
import { errorBody, type RefusalCode } from './refusal.js'

export interface ListenerEvents {
  onRequest(request: IncomingMessage, response: ServerResponse): void
  onConnection(): void
  onRefusedConnection(): void
  /** What came was no request: it was answered without ever being one. */
  onNoRequest(socket: Socket, status: number, code: RefusalCode): void
}

/** Node's HTTP server with every limit set, and JSON for what fails before there is a request. */
export class HttpListener {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  /** Connections and requests so far. */
  #arrivals = 0
  /** When a client last came or went, as performance.now() tells the time. */
  #lastSeen = Number.NEGATIVE_INFINITY

  constructor(limits: CheckedLimits, events: ListenerEvents) {
    this.#server = createServer({
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: Math.max(limits.requestTimeoutMs, limits.headersTimeoutMs),
      keepAliveTimeout: limits.keepAliveMs,
      connectionsCheckingInterval: Math.ceil(Math.min(1000, limits.headersTimeoutMs / 2)),
      maxHeaderSize: 16_384,
      noDelay: true,
    })
    this.#server.maxConnections = limits.maxConnections
    // Also who asks and never reads the answer is let go.
    this.#server.timeout = Math.min(longestMs, limits.timeoutMs + limits.requestTimeoutMs)
    const onRequest: ListenerEvents['onRequest'] = (request, response) => {
      this.#arrivals++
      if (!response.socket) closeWith(request.socket, response)
      events.onRequest(request, response)
    }
    this.#server.on('request', onRequest)
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      // Whoever asks before it sends is told no before it has sent.
      const length = Number(request.headers['content-length'] ?? 0)
      if (length <= limits.maxBodyBytes) response.writeContinue()
      onRequest(request, response)
    })
    this.#server.on('connection', (socket: Socket) => {
      this.#arrivals++
      this.#lastSeen = performance.now()
      this.#sockets.add(socket)
      socket.setMaxListeners(0) // closeWith()
      socket.once('close', () => {
        this.#lastSeen = performance.now()
        this.#sockets.delete(socket)
      })
      events.onConnection()
    })
    this.#server.on('drop', events.onRefusedConnection)
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      onClientError(error, socket, events)
    })
  }

  get connections(): number {
    return this.#sockets.size
  }

  get url(): string | undefined {
    const address = this.#server.address() as AddressInfo | null
    if (!address) return undefined
    const host = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${host}:${address.port}`
  }

  /** @throws {QuerlError} ERR_QUERL_IO if the address cannot be had */
  listen(port: number, host: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const onError = (cause: NodeJS.ErrnoException) => reject(listenError(cause, port, host))
      this.#server.once('error', onError)
      // The queue of connections that wait to be accepted: bursts of thousands are normal.
      this.#server.listen({ port, host, backlog: 4096 }, () => {
        this.#server.off('error', onError)
        resolve(this.url!)
      })
    })
  }

  /**
   * Waits for clients to go by themselves: those who ask are told by their answers, those who connect
   * are accepted for it. Resolves when nobody has been there for a while, since a client that connects
   * for every request is away between two of them; at the latest at `until`.
   *
   * @param until as performance.now() tells the time
   */
  async emptied(until: number): Promise<void> {
    while (this.#server.listening) {
      await this.#quiet()
      const now = performance.now()
      const isLeft = this.#sockets.size === 0 && now - this.#lastSeen >= awayMs
      if (isLeft || now >= until) return
      await sleep(Math.min(lookMs, until - now))
    }
  }

  /**
   * Accepts no more, and closes what is open: at once where nothing is under way, after a moment where
   * a request has begun to arrive, at `until` where none has.
   */
  async close(until: number): Promise<void> {
    if (!this.#server.listening) return
    // What waits in the kernel when its socket closes is reset, whole requests too: only a server that
    // has just looked, and found nothing, loses none.
    await this.#quiet()
    const left = Math.max(0, until - performance.now())
    await new Promise<void>((resolve) => {
      const timers = [
        setTimeout(() => this.#closeSilent(), left),
        setTimeout(() => this.#server.closeAllConnections(), left + arrivingMs),
      ]
      this.#server.close(() => {
        timers.forEach(clearTimeout)
        resolve()
      })
    })
  }

  /** For Node a connection that has not sent anything yet is not idle. */
  #closeSilent(): void {
    for (const socket of this.#sockets) if (socket.bytesRead === 0) socket.destroy()
  }

  /**
   * Lets the event loop turn until one turn brings neither a connection nor a request: a connection is
   * accepted in one and read in the next.
   */
  async #quiet(): Promise<void> {
    const latest = performance.now() + arrivingMs
    await nextTurn()
    for (let before = -1; before !== this.#arrivals && performance.now() < latest; ) {
      before = this.#arrivals
      await nextTurn() // after the sockets of this turn have been read
    }
  }
}

/**
 * An answer that waits for its turn behind another one has no connection yet, and Node closes only
 * the one that has: the others would never learn that nobody waits for them.
 */
function closeWith(socket: Socket, response: ServerResponse): void {
  const onClose = () => {
    if (!response.socket) response.destroy().emit('close')
  }
  socket.once('close', onClose)
  response.once('close', () => socket.off('close', onClose))
}

const arrivingMs = 1000
const awayMs = 200
const lookMs = 10

function listenError(cause: NodeJS.ErrnoException, port: number, host: string): QuerlError {
  const reason =
    cause.code === 'EADDRINUSE'
      ? 'another program listens there'
      : cause.code === 'EACCES'
        ? 'that needs more rights'
        : cause.message
  return new QuerlError('ERR_QUERL_IO', `Cannot listen on ${host}:${port}: ${reason}.`, {
    remedy: 'Choose another port; 0 takes any that is free.',
    cause,
  })
}

/** What the parser refuses, or what takes too long to arrive. */
function onClientError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  { onNoRequest }: ListenerEvents,
): void {
  // Node keeps the answer that a connection works on there: in the middle of one nothing can be said.
  const { _httpMessage: answer } = socket as { _httpMessage?: ServerResponse | null }
  if (!socket.writable || error.code === 'ECONNRESET' || answer?.headersSent) {
    socket.destroy()
    return
  }
  const [status, code, message] = clientErrors[error.code ?? ''] ?? notHttp
  const body = errorBody(code, message)
  if (answer) socket.once('close', () => answer.destroy())
  else onNoRequest(socket, status, code)
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

type ClientError = readonly [status: number, code: RefusalCode, message: string]

const notHttp: ClientError = [400, 'bad_request', 'This is not HTTP.']

const clientErrors: Readonly<Record<string, ClientError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The headers are larger than 16384 bytes.'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, 'body_too_large', 'The chunk extensions are too large.'],
}
