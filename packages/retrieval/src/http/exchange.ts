/** One request, ready to send. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE'
  readonly url: URL
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back, whatever its status. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
}

/** Why an attempt came to nothing. */
export interface Failure {
  /** Continues the service's name: `answered 503: …`, `did not answer in 10 s`. No secrets. */
  readonly message: string
  /** Whether the same request may succeed later. */
  readonly isTransient: boolean
  /** How long the service wants to be left alone, in milliseconds. */
  readonly waitMs?: number | undefined
  readonly remedy?: string | undefined
  readonly cause?: unknown
}

export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure }

export interface ExchangeOptions {
  /** From sending the request to the last byte of the answer; as checkMilliseconds() gives it. */
  readonly timeoutMs: number
  /** A longer answer is a failure. */
  readonly maxBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends a request once and reads the answer. A redirect is an answer like any other: it is not
 * followed, since headers with secrets would be sent along.
 *
 * @returns a failure where there was no whole answer
 * @throws the signal's reason if it fires
 */
export async function exchange(
  request: HttpRequest,
  { timeoutMs, maxBytes, signal }: ExchangeOptions,
): Promise<Attempt<HttpAnswer>> {
  signal?.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(request.url, {
      method: request.method,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(request.headers && { headers: request.headers }),
      ...(request.body !== undefined && { body: request.body }),
    })
    const body = await textOf(response, maxBytes)
    if (body === undefined) {
      return failed(`answered with more than ${maxBytes} bytes`, false)
    }
    return { ok: true, value: { status: response.status, headers: response.headers, body } }
  } catch (error) {
    signal?.throwIfAborted()
    if (timeout.aborted) return failed(`did not answer in ${timeoutMs / 1000} s`, true, error)
    return failed(`cannot be reached: ${reasonOf(error)}`, !isRefused(error), error)
  }
}

/** The body as text; undefined if it is longer than `maxBytes`. */
async function textOf(response: Response, maxBytes: number): Promise<string | undefined> {
  if (!response.body) return ''
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return undefined // leaving the loop cancels the rest
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

function failed(message: string, isTransient: boolean, cause?: unknown): Attempt<never> {
  return { ok: false, failure: { message, isTransient, cause } }
}

/** Whether fetch() itself refuses, as it does ports that browsers block: network errors have a code. */
function isRefused(error: unknown): boolean {
  const { message, cause } = error as { message?: unknown; cause?: { code?: unknown } }
  return message === 'fetch failed' && cause instanceof Error && cause.code === undefined
}

/** fetch() says `fetch failed` and hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown }
  const inner = cause instanceof Error ? cause : error
  if (!(inner instanceof Error)) return String(inner)
  return inner.message || String((inner as { code?: unknown }).code ?? inner.name)
}
