import { expect } from 'vitest'
import { type LocalServer, localServer } from '../http/local-server.fixture.js'

/** One request as a server expects it, and its answer. */
export interface Turn {
  /** `POST /index/_search?x=1` */
  readonly ask: string
  /** Headers that must be there, in lower case; those of a body are checked in any case. */
  readonly headers?: Readonly<Record<string, string>>
  /** The body as JSON; absent: the request has none. */
  readonly json?: unknown
  /** The body as NDJSON, which ends with a line break. */
  readonly lines?: readonly unknown[]
  readonly status?: number
  /** A string is sent as plain text, anything else as JSON. */
  readonly answer: unknown
}

/**
 * A server that has one conversation: it expects these requests in this order, to the last field,
 * and says what was written down for each.
 *
 * The conversations are written after the public documentation of the APIs, not captured from
 * servers.
 */
export async function conversation(turns: readonly Turn[]): Promise<
  LocalServer & {
    /** That all turns were taken, and every request was the one that was expected. */
    check(): void
  }
> {
  const remaining = [...turns]
  const wrong: unknown[] = []
  const server = await localServer(({ method, url, headers, body }) => {
    const turn = remaining.shift()
    const asked = `${method} ${url.pathname}${url.search}`
    try {
      expect(turn, `nobody expected ${asked}`).toBeDefined()
      const { ask, headers: wanted = {}, json, lines } = turn!
      expect(asked).toBe(ask)
      expect(headers).toMatchObject(wanted)
      if (!('authorization' in wanted)) expect(headers.authorization).toBeUndefined()
      if (lines) {
        expect(headers['content-type']).toBe('application/x-ndjson')
        expect(body.endsWith('\n')).toBe(true)
        const sent = body.slice(0, -1).split('\n')
        expect(sent.map((line) => JSON.parse(line) as unknown)).toEqual(lines)
      } else if (json !== undefined) {
        expect(headers['content-type']).toBe('application/json')
        expect(JSON.parse(body)).toEqual(json)
      } else {
        expect(headers['content-type']).toBeUndefined()
        expect(body).toBe('')
      }
    } catch (error) {
      wrong.push(error)
      return { status: 418, body: { error: 'not what was expected' } }
    }
    const { status = 200, answer } = turn!
    return { status, body: answer ?? '' }
  })
  const check = () => {
    if (wrong.length > 0) throw wrong[0]
    expect(remaining).toEqual([])
  }
  return Object.assign(server, { check })
}
