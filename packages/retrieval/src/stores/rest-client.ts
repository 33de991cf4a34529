import { argumentError, QuerlError } from '@querl/base'
import { jsonOf } from '../http/answers.js'
import { type Attempt, exchange, type HttpRequest } from '../http/exchange.js'
import { checkRetry, type Retry, type RetryOptions, retried } from '../http/retries.js'

export interface RestRequest {
  readonly method: HttpRequest['method']
  /** Below the server's address, with its query. */
  readonly path: string
  /** A string goes as NDJSON, anything else as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal | undefined
}

/** A server with a REST API: sends requests with its credentials, again where that may help. */
export class RestClient {
  readonly #service: string
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #retry: Retry

  /**
   * @param service begins the messages of errors
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  constructor(
    service: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    retry: RetryOptions = {},
  ) {
    this.#service = service
    this.#url = checkServerUrl(url)
    this.#headers = checkHeaders(service, headers)
    this.#retry = checkRetry({ ...retry, timeoutMs: retry.timeoutMs ?? 30_000 })
  }

  /** @throws {QuerlError} ERR_QUERL_REMOTE */
  async json(request: RestRequest): Promise<unknown> {
    return this.attempt(
      () => request,
      (value) => ({ ok: true, value }),
    )
  }

  /**
   * As json(), where a successful answer may still ask for another request.
   *
   * @param next   the request, made anew for each attempt
   * @param judged what an answer's JSON comes to
   */
  async attempt<T>(next: () => RestRequest, judged: (json: unknown) => Attempt<T>): Promise<T> {
    const { signal } = next()
    return retried(
      async () => {
        const answer = await exchange(this.#request(next()), {
          timeoutMs: this.#retry.timeoutMs,
          maxBytes: longestAnswer,
          signal,
        })
        if (!answer.ok) return answer
        const json = jsonOf(answer.value)
        return json.ok ? judged(json.value) : json
      },
      { ...this.#retry, service: this.#service, signal },
    )
  }

  /** Whether a resource is there: HEAD or GET answers 200 and not 404. */
  async exists({ method, path, signal }: RestRequest): Promise<boolean> {
    return retried(
      async () => {
        const answer = await exchange(this.#request({ method, path }), {
          timeoutMs: this.#retry.timeoutMs,
          maxBytes: longestAnswer,
          signal,
        })
        if (!answer.ok) return answer
        const { status } = answer.value
        if (status === 404 || status === 200) return { ok: true, value: status === 200 }
        const json = jsonOf(answer.value)
        const unknown = { message: `answered ${status}`, isTransient: false }
        return { ok: false, failure: json.ok ? unknown : json.failure }
      },
      { ...this.#retry, service: this.#service, signal },
    )
  }

  #request({ method, path, body }: RestRequest): HttpRequest {
    const isLines = typeof body === 'string'
    return {
      method,
      url: new URL(`${this.#url}${path}`),
      headers: {
        ...this.#headers,
        ...(body !== undefined && {
          'Content-Type': isLines ? 'application/x-ndjson' : 'application/json',
        }),
      },
      ...(body !== undefined && { body: isLines ? body : JSON.stringify(body) }),
    }
  }
}

const longestAnswer = 256 * 2 ** 20

function checkHeaders(
  service: string,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  // Not argumentError(), which would show them.
  if (Object.values(headers).every((value) => /^[\x20-\x7e]*$/.test(value))) return headers
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `The credentials for ${service} have characters in them that no header can have.`,
    { remedy: 'Does a key that was read from a file end with a line break?' },
  )
}

function checkServerUrl(value: string): string {
  const expected = 'the http(s) address of the server'
  let url: URL
  try {
    url = new URL(value)
  } catch {
    throw argumentError('url', expected, value)
  }
  if (url.username !== '' || url.password !== '') {
    // Not argumentError(), which would show them.
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `The address of ${url.host} holds a name or password.`,
      {
        remedy: 'Give them by the option auth.',
      },
    )
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw argumentError('url', expected, value)
  }
  return value.replace(/\/+$/, '')
}
