import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came over the wire. */
export interface Received {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Reply {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body: unknown
}

/** Does to one request what real servers do on bad days. */
export type Accident = (response: ServerResponse) => void

export interface LocalServer extends AsyncDisposable {
  readonly url: string
  readonly received: Received[]
  /** What happens to the next requests, in order, instead of an answer. */
  readonly accidents: Accident[]
  close(): Promise<void>
}

/** A server on the loopback address that answers by a function, and has accidents on demand. */
export async function localServer(answer: (request: Received) => Reply): Promise<LocalServer> {
  const received: Received[] = []
  const accidents: Accident[] = []
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk as Uint8Array)
    const body = Buffer.concat(chunks).toString()
    const url = new URL(request.url!, 'http://localhost')
    const was = { method: request.method!, url, headers: request.headers, body }
    received.push(was)
    const accident = accidents.shift()
    if (accident) accident(response)
    else send(response, answer(was))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, received, accidents, close, [Symbol.asyncDispose]: close }
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  const isText = typeof body === 'string'
  response.writeHead(status, {
    'content-type': isText ? 'text/plain' : 'application/json',
    ...headers,
  })
  response.end(isText ? body : JSON.stringify(body))
}

export const accident = {
  reply:
    (status: number, body: unknown, headers: Record<string, string> = {}): Accident =>
    (response) =>
      send(response, { status, body, headers }),
  htmlPage:
    (status: number): Accident =>
    (response) =>
      send(response, {
        status,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<!DOCTYPE html>\n<html><body>Bad gateway</body></html>',
      }),
  brokenJson: (): Accident => (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end('{"results": [{"title": "cut o')
  },
  disconnect: (): Accident => (response) => response.destroy(),
  disconnectInBody: (): Accident => (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"results": [')
    setImmediate(() => response.destroy())
  },
  silence: (): Accident => () => {},
  endlessBody: (): Accident => (response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  },
} as const
