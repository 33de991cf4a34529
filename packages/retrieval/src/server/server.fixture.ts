import { connect, type Socket } from 'node:net'
import { Writable } from 'node:stream'
import { onTestFinished } from 'vitest'
import type { RetrievedPassage, Retriever } from '../retriever.js'
import type { SearchServerOptions } from './options.js'
import { createSearchServer, type SearchServer } from './search-server.js'

/** Finds `count` passages for any query, whose texts name it. */
export function echo(count = 5): Retriever {
  return {
    search: async (queries, { topK }) =>
      queries.map((query) =>
        Array.from({ length: Math.min(topK, count) }, (_, at) => passage(query, at)),
      ),
  }
}

export function passage(query: string, at: number): RetrievedPassage {
  return {
    id: `${query}-${at}`,
    title: `On ${query}`,
    text: `${query}, part ${at}`,
    score: 10 - at,
  }
}

/** Calls of a retriever that end when the test says so. */
export function held() {
  const calls: {
    readonly queries: readonly string[]
    readonly topK: number
    readonly signal: AbortSignal
    readonly answer: () => void
    readonly fail: (error: unknown) => void
  }[] = []
  const retriever: Retriever = {
    search: (queries, { topK, signal }) =>
      new Promise((resolve, reject) => {
        calls.push({
          queries,
          topK,
          signal: signal!,
          answer: () => resolve(echo().search(queries, { topK })),
          fail: reject,
        })
        signal!.addEventListener('abort', () => reject(signal!.reason))
      }),
  }
  return { retriever, calls }
}

/** A server on a free port, which goes with the test. */
export async function serving(
  options: Partial<SearchServerOptions> = {},
): Promise<{ url: string; server: SearchServer }> {
  const limits = { drainGraceMs: 0, ...options.limits }
  const server = createSearchServer({ retriever: echo(), ...options, limits })
  onTestFinished(() => server.close())
  return { url: await server.listen({ port: 0 }), server }
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: unknown
}

/** POSTs JSON, or a string as it is. */
export async function post(
  url: string,
  body: unknown,
  { headers, signal }: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Answered> {
  return answered(
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal && { signal }),
    }),
  )
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Answered> {
  return answered(await fetch(url, { headers }))
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text()
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = undefined
  }
  return { status: response.status, headers: response.headers, text, json }
}

/** A socket on which a test speaks for itself. */
export async function rawSocket(url: string): Promise<{
  readonly socket: Socket
  readonly received: () => string
  readonly closed: Promise<string>
}> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  onTestFinished(() => {
    socket.destroy()
  })
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => {}) // 'close' follows
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(text)))
  await new Promise((resolve) => socket.once('connect', resolve))
  return { socket, received: () => text, closed }
}

/** Keeps what is written to it. */
export function memory(): { stream: Writable; lines: () => Record<string, unknown>[] } {
  let text = ''
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString()
      done()
    },
  })
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  return { stream, lines }
}
