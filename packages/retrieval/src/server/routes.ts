import { RateLimit } from '../http/rate-limit.js'
import { scoreLists } from '../hybrid/rerank.js'
import type { Reranker } from '../retriever.js'
import { version } from '../version.js'
import type { BatchQueue } from './batch-queue.js'
import type { Exchange } from './exchange.js'
import type { Gate } from './gate.js'
import { answerMcp, type McpSearch } from './mcp.js'
import type { CheckedLimits, SearchServerOptions } from './options.js'
import { readBody } from './read-body.js'
import { Refusal } from './refusal.js'
import { parseJson, parseRerank, parseRetrieve } from './requests.js'
import { asString, type DocumentForm, rerankBody, retrieveBody } from './responses.js'

/** What routes need of the server. */
export interface RoutesContext {
  readonly topK: number
  readonly limits: CheckedLimits
  readonly gate: Gate
  readonly queue: BatchQueue
  readonly search: McpSearch
  readonly metrics: () => string
}

interface Route {
  /** As metrics name it. */
  readonly name: string
  readonly methods: readonly string[]
  /** Whether it is answered without a token, and while the server drains. */
  readonly isOpen?: boolean
  readonly duringDrain?: boolean
  answer(exchange: Exchange, isDraining: boolean): Promise<void> | void
}

const waitingPerCall = 16

/** Which request is answered how. */
export class Routes {
  readonly #context: RoutesContext
  readonly #documents: DocumentForm
  readonly #mcp: SearchServerOptions['mcp']
  readonly #info: SearchServerOptions['info']
  readonly #rerankTurns: RateLimit
  #reranks = 0
  readonly #routes: ReadonlyMap<string, Route>

  constructor(options: SearchServerOptions, context: RoutesContext) {
    this.#context = context
    this.#documents = options.documents ?? {}
    this.#mcp = options.mcp
    this.#info = options.info
    this.#rerankTurns = new RateLimit({
      requestsPerSecond: Infinity,
      burst: 1,
      concurrency: context.limits.maxRerankCalls,
    })
    this.#routes = new Map(
      this.#table(options.reranker).map((route) => [`/${route.name}`, route] as const),
    )
  }

  #table(reranker: Reranker | undefined): Route[] {
    const routes: Route[] = [
      { name: 'retrieve', methods: ['POST'], answer: (exchange) => this.#retrieve(exchange) },
      {
        name: 'health',
        methods: ['GET', 'HEAD'],
        isOpen: true,
        duringDrain: true,
        answer: (exchange, isDraining) => this.#health(exchange, isDraining),
      },
      {
        name: 'metrics',
        methods: ['GET', 'HEAD'],
        duringDrain: true,
        answer: (exchange) => {
          exchange.send(200, this.#context.metrics(), 'text/plain; version=0.0.4; charset=utf-8')
        },
      },
    ]
    if (reranker) {
      routes.push({
        name: 'rerank',
        methods: ['POST'],
        answer: (exchange) => this.#rerank(exchange, reranker),
      })
    }
    if (this.#mcp !== false) {
      // The protocol's GET and DELETE are about sessions, of which there are none.
      routes.push({
        name: 'mcp',
        methods: ['POST'],
        answer: (exchange) => this.#answerMcp(exchange),
      })
    }
    return routes
  }

  /** Rejects with what is to be answered instead. */
  async answer(exchange: Exchange, isDraining: boolean): Promise<void> {
    const { request } = exchange
    const url = request.url ?? '/'
    const end = url.indexOf('?')
    const route = this.#routes.get(end < 0 ? url : url.slice(0, end))
    if (route) exchange.route = route.name
    const refusal = route?.isOpen ? undefined : this.#context.gate.check(request)
    if (refusal) throw refusal
    if (!route) {
      const known = [...this.#routes.keys()].join(', ')
      throw new Refusal(404, 'not_found', `There is no such route; there are ${known}.`)
    }
    if (!route.methods.includes(request.method ?? '')) {
      exchange.response.setHeader('Allow', route.methods.join(', '))
      throw new Refusal(
        405,
        'method_not_allowed',
        `/${route.name} is for ${route.methods.join(' and ')}.`,
      )
    }
    if (isDraining && !route.duringDrain) {
      throw new Refusal(503, 'draining', 'The server ends and takes nothing new.', 1)
    }
    await route.answer(exchange, isDraining)
  }

  async #retrieve(exchange: Exchange): Promise<void> {
    const body = await this.#read(exchange)
    const { maxPassages } = this.#context.limits
    const bounds = { ...this.#bounds, maxPassages }
    const { queries, topK, returnScores } = parseRetrieve(parseJson(body), bounds)
    exchange.queries = queries.length
    const job = this.#context.queue.submit(queries, topK)
    exchange.onCancel = (reason) => job.cancel(reason)
    const lists = await job.result
    exchange.send(200, retrieveBody(lists, returnScores, this.#documents))
  }

  async #rerank(exchange: Exchange, reranker: Reranker): Promise<void> {
    const body = await this.#read(exchange)
    const bounds = { ...this.#bounds, maxPairs: this.#context.limits.maxPairs }
    const request = parseRerank(parseJson(body), bounds)
    exchange.queries = request.queries.length
    const stop = new AbortController()
    exchange.onCancel = (reason) => stop.abort(reason)
    const texts = request.documents.map((list) => list.map(asString))
    const scores = await this.#inTurn(stop.signal, () =>
      scoreLists(reranker, request.queries, texts, stop.signal),
    )
    exchange.send(200, rerankBody(request, scores, this.#documents))
  }

  /** @throws {Refusal} 503 if too many wait already */
  async #inTurn<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const most = this.#context.limits.maxRerankCalls * (1 + waitingPerCall)
    if (this.#reranks >= most) {
      throw new Refusal(503, 'overloaded', `${this.#reranks} requests are at work already.`, 1)
    }
    this.#reranks++
    try {
      return await this.#rerankTurns.run(work, signal)
    } finally {
      this.#reranks--
    }
  }

  #health(exchange: Exchange, isDraining: boolean): void {
    const status = isDraining ? 'draining' : 'ready'
    // What is searched is told to those alone who may search it.
    const mayKnow = this.#context.gate.check(exchange.request) === undefined
    const details = mayKnow && {
      version,
      topK: this.#context.topK,
      routes: [...this.#routes.keys()],
      uptimeSeconds: Math.round(process.uptime()),
      ...(this.#info && { index: this.#info() }),
    }
    exchange.send(isDraining ? 503 : 200, JSON.stringify({ status, ...details }))
  }

  async #answerMcp(exchange: Exchange): Promise<void> {
    const message = parseJson(await this.#read(exchange))
    const { request, response } = exchange
    const stop = new AbortController()
    const { search } = this.#context
    response.setHeader('X-Request-Id', exchange.id)
    if (exchange.isLast) response.setHeader('Connection', 'close')
    exchange.onCancel = (reason) => stop.abort(reason)
    exchange.isForeign = true
    const stoppable: McpSearch = {
      ...search,
      search: (query, topK, signal) => {
        exchange.queries = (exchange.queries ?? 0) + 1
        return search.search(query, topK, AbortSignal.any([signal, stop.signal]))
      },
    }
    try {
      await answerMcp(request, response, message, stoppable, this.#mcp || {})
    } catch (error) {
      exchange.isForeign = false
      throw (error as { code?: unknown }).code === 'ERR_QUERL_CONFIG'
        ? new Refusal(501, 'not_available', (error as Error).message.split('\n', 1)[0]!)
        : error
    }
  }

  async #read(exchange: Exchange): Promise<Buffer> {
    const body = await readBody(exchange.request, this.#context.limits.maxBodyBytes)
    exchange.bytesIn = body.length
    return body
  }

  get #bounds() {
    const { maxTopK, maxQueries } = this.#context.limits
    return { topK: this.#context.topK, maxTopK, maxQueries }
  }
}
