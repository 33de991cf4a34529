import { argumentError, checkPositiveInteger, QuerlError } from '@querl/base'
import { jsonOf } from '../http/answers.js'
import { type Attempt, exchange, type Failure, type HttpAnswer } from '../http/exchange.js'
import { LinkedAbort } from '../http/linked-abort.js'
import { checkRateLimit, RateLimit, type RateLimitOptions } from '../http/rate-limit.js'
import { checkRetry, type Retry, type RetryOptions, retried } from '../http/retries.js'
import type { Passage, RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import { CostMeter, type CostOptions } from './cost.js'
import type { EngineApi, EngineName, EnginePage, EngineParameters } from './engine-api.js'
import { plainText } from './plain-text.js'

export interface EngineOptions {
  /**
   * Default: the engine's environment variable, read when the first request is sent, so that a
   * recording can be replayed without a key. It appears in no message, recording or log.
   */
  readonly apiKey?: string | undefined
  /** Where the API is, for proxies and tests. Default: the engine's own address. */
  readonly baseUrl?: string | undefined
  /** Sent with each request, named as in the engine's documentation: `{ gl: 'us', hl: 'en' }`. */
  readonly parameters?: EngineParameters | undefined
  /** Answer boxes before the results, where the engine has them. Default true; Tavily: false. */
  readonly answerBoxes?: boolean | undefined
  /** Related questions fill up what results leave of topK, where the engine has them. Default true. */
  readonly relatedQuestions?: boolean | undefined
  /** Default: what the engine's documentation allows, or its smallest plan. */
  readonly limits?: RateLimitOptions | undefined
  readonly retry?: RetryOptions | undefined
  readonly cost?: CostOptions | undefined
  /** A longer answer is an error. Default 8 MiB. */
  readonly maxResponseBytes?: number | undefined
}

/** What an engine has done since it was made. */
export interface EngineStats {
  /** Requests that were billed, or may have been. */
  readonly requests: number
  readonly retries: number
  /** Queries that failed for good. */
  readonly failed: number
  /** `requests` times the price of one. */
  readonly spent: number
}

/** The answer to one query, with what it is made of. */
export interface Answer {
  /** Shape (≤ K), best first. */
  readonly passages: RetrievedPassage[]
  /** The bodies of the engine's answers, page by page. */
  readonly raw: readonly string[]
  /** What was paid for it. */
  readonly cost: number
}

/**
 * A search engine of the web as a retriever.
 *
 * A passage's id is the URL, its text the snippet without markup, its score 1 for the first, 1/2
 * for the second, and so on: engines give ranks. Answer boxes come first, then results, then
 * related questions; of passages with the same URL the first stays. An empty query finds nothing.
 * One that is longer than the engine allows is cut at a word.
 */
export class WebEngine implements Retriever {
  /** Names what answers depend on, but the query and topK; a recording is kept under it. */
  readonly identity: string
  readonly #api: EngineApi
  readonly #options: EngineOptions
  readonly #baseUrl: string
  readonly #answerBoxes: boolean
  readonly #limit: RateLimit
  readonly #retry: Retry
  readonly #cost: CostMeter
  #retries = 0
  #failed = 0

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range */
  constructor(api: EngineApi, options: EngineOptions = {}) {
    const { parameters = {} } = options
    this.#api = api
    this.#options = options
    this.#baseUrl = checkBaseUrl(options.baseUrl ?? api.baseUrl)
    checkParameters(api, parameters)
    this.#answerBoxes = options.answerBoxes ?? api.name !== 'tavily'
    this.#limit = new RateLimit(checkRateLimit(options.limits ?? {}, api.limits))
    this.#retry = checkRetry(options.retry)
    this.#cost = new CostMeter(options.cost)
    checkPositiveInteger('maxResponseBytes', this.#maxBytes)
    this.identity = JSON.stringify({
      engine: api.name,
      version: api.version,
      ...(api.isSelfHosted && { baseUrl: this.#baseUrl }),
      answerBoxes: this.#answerBoxes,
      relatedQuestions: this.#relatedQuestions,
      parameters: Object.fromEntries(Object.entries(parameters).sort(byName)),
    })
  }

  get name(): EngineName {
    return this.#api.name
  }

  get stats(): EngineStats {
    const { requests, spent } = this.#cost
    return { requests, retries: this.#retries, failed: this.#failed, spent }
  }

  /**
   * Asks for all queries at once, as fast as the limits allow; when one fails, the others stop.
   *
   * @throws {QuerlError} ERR_QUERL_REMOTE if the engine fails, ERR_QUERL_BUDGET if the money is
   *   spent, ERR_QUERL_CONFIG if there is no key
   * @throws the signal's reason if it fires
   */
  async search(
    queries: readonly string[],
    { topK, signal }: RetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    using stop = new LinkedAbort(signal)
    try {
      const answers = queries.map((query) => this.answer(query, { topK, signal: stop.signal }))
      return (await Promise.all(answers)).map(({ passages }) => passages)
    } catch (error) {
      stop.abort(error)
      throw error
    }
  }

  /** As search(), for one query and with all that a recording keeps. */
  async answer(query: string, { topK, signal }: RetrieveOptions): Promise<Answer> {
    checkPositiveInteger('topK', topK)
    signal?.throwIfAborted()
    const asked = cut(query.trim(), this.#api.longestQuery)
    if (asked === '') return { passages: [], raw: [], cost: 0 }
    try {
      return await this.#pages(asked, topK, signal)
    } catch (error) {
      if (!signal?.aborted) this.#failed++
      throw error
    }
  }

  get #maxBytes(): number {
    return this.#options.maxResponseBytes ?? 8 * 2 ** 20
  }

  get #relatedQuestions(): boolean {
    return this.#options.relatedQuestions ?? true
  }

  async #pages(query: string, topK: number, signal: AbortSignal | undefined): Promise<Answer> {
    const found = new Map<string, Passage>()
    const add = (passages: readonly Passage[]) => {
      for (const passage of passages.map(clean)) {
        if (found.has(passage.id) || passage.id === '') continue
        if (passage.title !== '' || passage.text !== '') found.set(passage.id, passage)
      }
    }
    const raw: string[] = []
    const related: Passage[] = []
    for (let page = 0; page < this.#api.pages(topK) && found.size < topK; page++) {
      const answer = await this.#page(query, topK, page, signal)
      raw.push(answer.body)
      const before = found.size
      if (this.#answerBoxes) add(answer.page.answers)
      add(answer.page.results)
      related.push(...(answer.page.related ?? []))
      if (answer.page.isLast || found.size === before) break
    }
    if (this.#relatedQuestions) add(related)
    const passages = [...found.values()]
      .slice(0, topK)
      .map((passage, rank) => ({ ...passage, score: 1 / (rank + 1) }))
    return { passages, raw, cost: raw.length * this.#cost.perRequest }
  }

  #page(
    query: string,
    topK: number,
    page: number,
    signal: AbortSignal | undefined,
  ): Promise<{ page: EnginePage; body: string }> {
    const request = this.#api.request({
      query,
      topK,
      page,
      baseUrl: this.#baseUrl,
      apiKey: this.#key(),
      parameters: this.#options.parameters ?? {},
      answerBoxes: this.#answerBoxes,
    })
    const attempt = async () => {
      this.#cost.pay(this.#api.title)
      const options = { timeoutMs: this.#retry.timeoutMs, maxBytes: this.#maxBytes, signal }
      const answer = await exchange(request, options)
      if (!answer.ok) return answer
      const { status, headers, body } = answer.value
      if (status < 200 || status >= 300) this.#cost.refund()
      return this.#judged({ status, headers, body: this.#redacted(body) })
    }
    return retried(() => this.#limit.run(attempt, signal), {
      ...this.#retry,
      service: this.#api.title,
      signal,
      onRetry: ({ waitMs }) => {
        this.#retries++
        if (waitMs !== undefined) this.#limit.pause(waitMs)
      },
    })
  }

  #judged(answer: HttpAnswer): Attempt<{ page: EnginePage; body: string }> {
    const json = jsonOf(answer)
    if (!json.ok) return this.#failure(answer, json.failure)
    const page = this.#api.read(json.value)
    if (page === undefined) {
      const message = 'answered with JSON that is not of the documented form'
      const remedy = `Is ${this.#baseUrl} the address of the API?`
      return { ok: false, failure: { message, remedy, isTransient: false } }
    }
    if ('trouble' in page) {
      const { trouble, remedy, isTransient } = page
      return { ok: false, failure: { message: trouble, remedy, isTransient } }
    }
    return { ok: true, value: { page, body: answer.body } }
  }

  #failure(answer: HttpAnswer, failure: Failure): Attempt<never> {
    const message = this.#redacted(failure.message)
    const { status, headers } = answer
    if (this.#api.isQuotaUsedUp?.(answer)) {
      const remedy = 'Its quota is used up: wait for the next period, or raise the plan.'
      return { ok: false, failure: { message, remedy, isTransient: false } }
    }
    const waitMs = failure.waitMs ?? (status === 429 ? this.#api.waitMs?.(headers) : undefined)
    // Google says 400 and Brave 422 of a wrong key; a wrong address behind a proxy says 401 too.
    const isAboutKey = status < 500 && /api.?key|subscription.token/i.test(answer.body)
    const isRefused = status === 401 || status === 403 || isAboutKey
    const remedy = isRefused ? this.#keyRemedy('Check') : undefined
    return { ok: false, failure: { ...failure, message, waitMs, remedy } }
  }

  #key(): string {
    const { keyVariable, title } = this.#api
    const given = this.#options.apiKey ?? (keyVariable && process.env[keyVariable]) ?? ''
    const key = given.trim()
    if (key === '' && keyVariable) {
      throw new QuerlError('ERR_QUERL_CONFIG', `${title} needs an API key, but there is none.`, {
        remedy: this.#keyRemedy('Set'),
      })
    }
    // Not argumentError(), which would show it.
    if (!/^[\x21-\x7e]*$/.test(key)) {
      throw new QuerlError(
        'ERR_QUERL_CONFIG',
        `The API key for ${title} has characters in it that no key has.`,
        { remedy: this.#keyRemedy('Check') },
      )
    }
    return key
  }

  #keyRemedy(verb: 'Set' | 'Check'): string {
    const { keyVariable } = this.#api
    return keyVariable
      ? `${verb} the environment variable ${keyVariable}, or the option apiKey.`
      : 'Does the server want a key? Set the option apiKey.'
  }

  /** Engines repeat requests in their answers; the key must not leave this object with them. */
  #redacted(text: string): string {
    const { keyVariable } = this.#api
    const key = (this.#options.apiKey ?? (keyVariable && process.env[keyVariable]) ?? '').trim()
    if (key.length < shortestKey) return text
    return text.replaceAll(key, '[key]').replaceAll(encodeURIComponent(key), '[key]')
  }
}

// A shorter one could be a word of the text; no engine has such keys.
const shortestKey = 8

function clean({ id, title, text }: Passage): Passage {
  return { id, title: plainText(title), text: plainText(text) }
}

function cut(query: string, { characters, words }: EngineApi['longestQuery']): string {
  let result = query
  if (words !== undefined) result = result.split(/\s+/).slice(0, words).join(' ')
  if (result.length <= characters) return result
  // Up to a blank, unless that loses most of it: a language without blanks is cut anywhere.
  const space = result.lastIndexOf(' ', characters)
  result = result.slice(0, space > characters / 2 ? space : characters)
  return result.replace(/[\ud800-\udbff]$/, '').trimEnd()
}

function checkBaseUrl(value: string | undefined): string {
  let url: URL
  try {
    url = new URL(value ?? '')
  } catch {
    throw argumentError('baseUrl', 'the http(s) address of the engine', value)
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw argumentError('baseUrl', 'the http(s) address of the engine', value)
  }
  if (url.username !== '' || url.password !== '') {
    // Not argumentError(), which would show them.
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `The address of ${url.host} holds a name or password, which no request can have.`,
    )
  }
  return value!.replace(/\/+$/, '')
}

function checkParameters({ title, reserved }: EngineApi, parameters: EngineParameters): void {
  for (const [name, value] of Object.entries(parameters)) {
    if (reserved.includes(name)) {
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        `The parameter ${name} of ${title} is set from the query, topK and the other options.`,
        { remedy: `Leave parameters.${name} away.` },
      )
    }
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string')
    if (!isList && !['string', 'number', 'boolean'].includes(typeof value)) {
      const expected = 'a string, a number, a boolean or a list of strings'
      throw argumentError(`parameters.${name}`, expected, value)
    }
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
