import { setTimeout as sleep } from 'node:timers/promises'
import {
  argumentError,
  checkNonNegative,
  checkNonNegativeInteger,
  checkPositive,
  checkPositiveInteger,
  QuerlError,
} from '@querl/base'
import { errorDetail } from '../http/answers.js'
import { exchange, type Failure, type HttpAnswer } from '../http/exchange.js'
import { LinkedAbort } from '../http/linked-abort.js'
import { RateLimit } from '../http/rate-limit.js'
import { remoteError, retryAfterMs } from '../http/retries.js'
import { checkMilliseconds } from '../milliseconds.js'
import type { RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import { readAnswer } from './answers.js'
import { Backoff, type BackoffOptions } from './backoff.js'
import { CircuitBreaker, type CircuitBreakerOptions } from './circuit-breaker.js'

export interface RemoteRetrieverOptions {
  /** Sent as `Authorization: Bearer …`. Default: none. */
  readonly token?: string | undefined
  /** What one request may take, in milliseconds. Default 30 000. */
  readonly timeoutMs?: number | undefined
  /** Requests after the first, where it failed in a way that may pass. Default 3. */
  readonly retries?: number | undefined
  readonly backoff?: BackoffOptions | undefined
  /** False: a server that is down is asked all the same. */
  readonly circuitBreaker?: CircuitBreakerOptions | false | undefined
  /** How much is asked at a time. */
  readonly load?: RemoteLoad | undefined
  /**
   * Takes the quotation marks off titles. Default false: as they are sent, which with wiki-18 is
   * `"Evan Morris"`, and what Search-R1 shows its policy.
   */
  readonly unquoteTitles?: boolean | undefined
}

export interface RemoteLoad {
  /** Requests at a time; further ones wait. Default 8. */
  readonly concurrency?: number | undefined
  /** Queries of one request; larger searches are split. Default 512. */
  readonly maxQueries?: number | undefined
  /** Of one answer. Default 256 MiB. */
  readonly maxResponseBytes?: number | undefined
}

/**
 * A retriever on another machine, or in another process: a server of querl's, or one of Search-R1's
 * own in Python.
 *
 * Requests that fail in a way that may pass (no connection, no answer in time, status 429, 502, 503
 * or 504) are made again, after what `Retry-After` says and a random wait. A server that fails again
 * and again is left alone for a while: searches then fail at once, and are for the rollout what every
 * failed search is, a message for the policy.
 *
 * @example
 * using retriever = new RemoteRetriever('http://127.0.0.1:8000', { token: process.env.TOKEN })
 * const [passages] = await retriever.search(['who wrote Jaws'], { topK: 3 })
 */
export class RemoteRetriever implements Retriever, Disposable {
  readonly #url: URL
  readonly #headers: Record<string, string>
  readonly #timeoutMs: number
  readonly #retries: number
  readonly #maxQueries: number
  readonly #maxResponseBytes: number
  readonly #unquoteTitles: boolean
  readonly #backoff: Backoff
  readonly #breaker: CircuitBreaker | undefined
  readonly #limit: RateLimit
  readonly #closed = new LinkedAbort(undefined)

  /**
   * @param url of the server, `http://host:port`; `/retrieve` is added where there is no path
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if it is no such URL or an option is out of its range
   */
  constructor(url: string | URL, options: RemoteRetrieverOptions = {}) {
    this.#url = endpoint(url)
    this.#timeoutMs = checkMilliseconds('timeoutMs', options.timeoutMs ?? 30_000)
    this.#retries = checkNonNegativeInteger('retries', options.retries ?? 3)
    const { concurrency = 8, maxQueries = 512, maxResponseBytes = 2 ** 28 } = options.load ?? {}
    checkPositiveInteger('load.concurrency', concurrency)
    this.#limit = new RateLimit({ requestsPerSecond: Infinity, burst: 1, concurrency })
    this.#maxQueries = checkPositiveInteger('load.maxQueries', maxQueries)
    this.#maxResponseBytes = checkPositiveInteger('load.maxResponseBytes', maxResponseBytes)
    this.#unquoteTitles = options.unquoteTitles ?? false
    this.#backoff = new Backoff(checkBackoff(options.backoff ?? {}))
    this.#breaker =
      options.circuitBreaker === false
        ? undefined
        : new CircuitBreaker(checkBreaker(options.circuitBreaker ?? {}))
    this.#headers = { 'content-type': 'application/json', accept: 'application/json' }
    if (options.token !== undefined) {
      // The token itself stays out of the message.
      if (!/^[\x21-\x7e]+$/.test(options.token)) {
        throw new QuerlError(
          'ERR_QUERL_ARGUMENT',
          'Expected token to be visible ASCII characters without spaces.',
        )
      }
      this.#headers['authorization'] = `Bearer ${options.token}`
    }
  }

  /** Where it asks. */
  get url(): string {
    return this.#url.href
  }

  /** Of the circuit breaker: `open` while nothing is sent. */
  get state(): 'closed' | 'open' | 'half-open' {
    return this.#breaker?.state ?? 'closed'
  }

  /**
   * @throws {QuerlError} ERR_QUERL_REMOTE if the server does not answer, or not with passages, after
   *   all retries; the reason of `signal` if it fires
   */
  async search(
    queries: readonly string[],
    { topK, signal }: RetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    checkPositiveInteger('topK', topK)
    signal?.throwIfAborted()
    this.#closed.signal.throwIfAborted()
    const parts: (readonly string[])[] = []
    for (let at = 0; at < queries.length; at += this.#maxQueries) {
      parts.push(queries.slice(at, at + this.#maxQueries))
    }
    // A part that fails stops the others: nothing can come of them any more.
    using stop = new LinkedAbort(signal)
    const onClose = () => stop.abort(this.#closed.signal.reason)
    this.#closed.signal.addEventListener('abort', onClose, { once: true })
    try {
      return (await Promise.all(parts.map((part) => this.#ask(part, topK, stop.signal)))).flat()
    } catch (error) {
      stop.abort(error)
      throw error
    } finally {
      this.#closed.signal.removeEventListener('abort', onClose)
    }
  }

  /** What is under way fails, and everything from now on. */
  dispose(): void {
    this.#closed.abort(new QuerlError('ERR_QUERL_CLOSED', 'The remote retriever was closed.'))
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  async #ask(
    queries: readonly string[],
    topK: number,
    signal: AbortSignal,
  ): Promise<RetrievedPassage[][]> {
    const body = JSON.stringify({ queries, topk: topK, return_scores: true })
    for (let failures = 1; ; failures++) {
      const { answer, failure } = await this.#limit.run(() => this.#try(body, signal), signal)
      if (answer) {
        return readAnswer(answer.body, queries.length, {
          server: this.#url.host,
          topK,
          unquoteTitles: this.#unquoteTitles,
        })
      }
      const mayPass = failure.isTransient && (failure.waitMs ?? 0) <= longestWaitMs
      if (!mayPass || failures > this.#retries || this.state !== 'closed') {
        throw remoteError(this.#name, failure, failures)
      }
      await sleep(this.#backoff.waitMs(failures, failure.waitMs), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      )
    }
  }

  /** One request, if the circuit breaker lets it through. */
  async #try(
    body: string,
    signal: AbortSignal,
  ): Promise<{ answer: HttpAnswer; failure?: never } | { failure: Failure; answer?: never }> {
    this.#breaker?.enter(this.#name)
    try {
      const result = await exchange(
        { method: 'POST', url: this.#url, headers: this.#headers, body },
        { timeoutMs: this.#timeoutMs, maxBytes: this.#maxResponseBytes, signal },
      )
      const failure = result.ok ? statusFailure(result.value) : result.failure
      // A server that says no for a reason is there.
      if (failure?.isTransient) this.#breaker?.failed()
      else this.#breaker?.succeeded()
      return failure ? { failure } : { answer: (result as { value: HttpAnswer }).value }
    } catch (error) {
      this.#breaker?.released()
      throw error
    }
  }

  get #name(): string {
    return `The retriever at ${this.#url.host}`
  }
}

const longestWaitMs = 60_000 // a server that asks for more (Retry-After) has failed

/** What an answer's status says is wrong, if it is not 200. */
function statusFailure({ status, headers, body }: HttpAnswer): Failure | undefined {
  if (status === 200) return undefined
  const said = saying(body)
  return {
    message: `answered ${status}${said && `: ${said}`}`,
    isTransient: passing.has(status),
    waitMs: retryAfterMs(headers),
    remedy: status === 401 ? 'Give its token as the option token.' : undefined,
  }
}

/** Statuses that may pass. */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** What a server says of its error, in the forms of querl and of FastAPI. */
function saying(body: string): string {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    json = body // a page of a proxy
  }
  return (errorDetail(json) ?? '').replace(/[.\s]+$/, '')
}

function endpoint(url: string | URL): URL {
  if (!URL.canParse(String(url))) throw argumentError('url', 'a URL such as http://host:8000', url)
  const parsed = new URL(url)
  if (!['http:', 'https:'].includes(parsed.protocol)) {
    throw argumentError('url', 'a URL of http: or https:', parsed.href)
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new QuerlError('ERR_QUERL_ARGUMENT', 'Expected url to have no user name and password.', {
      remedy: 'Give a token as the option token.',
    })
  }
  if (parsed.pathname === '/') parsed.pathname = '/retrieve'
  return parsed
}

function checkBackoff(backoff: BackoffOptions): BackoffOptions {
  checkPositive('backoff.baseMs', backoff.baseMs ?? 1)
  checkPositive('backoff.maxMs', backoff.maxMs ?? 1)
  return backoff
}

function checkBreaker(breaker: CircuitBreakerOptions): CircuitBreakerOptions {
  checkPositiveInteger('circuitBreaker.failures', breaker.failures ?? 1)
  checkNonNegative('circuitBreaker.cooldownMs', breaker.cooldownMs ?? 0)
  return breaker
}
