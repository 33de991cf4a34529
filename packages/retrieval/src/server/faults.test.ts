import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { bundled } from '../bundled.fixture.js'
import type { ServerLimits } from './options.js'
import { echo, get, held, post, rawSocket, serving } from './server.fixture.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** The bytes of all buffers that are still needed. */
function heldBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

const head = (...lines: string[]) =>
  ['POST /retrieve HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n')

describe('a body of 100 MB', () => {
  const hundred = 100 << 20

  test('is refused before it is sent, where its length is said', async () => {
    const { url } = await serving()
    const { socket, received, closed } = await rawSocket(url)
    socket.write(head(`Content-Length: ${hundred}`))
    await expect.poll(received).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"body_too_large"/)
    socket.end()
    await closed
  })

  test('is refused by Expect: 100-continue, as curl asks', async () => {
    const { url } = await serving()
    const large = await rawSocket(url)
    large.socket.write(head(`Content-Length: ${hundred}`, 'Expect: 100-continue'))
    await expect.poll(large.received).toMatch(/^HTTP\/1\.1 413 /)
    const small = await rawSocket(url)
    small.socket.write(head('Content-Length: 14', 'Expect: 100-continue'))
    await expect.poll(small.received).toMatch(/^HTTP\/1\.1 100 Continue/)
    small.socket.write('{"queries":[]}')
    await expect.poll(small.received).toContain('{"result":[]}')
  })

  test.each(['Content-Length: 104857600', 'Transfer-Encoding: chunked'])(
    'that is sent all the same (%s) is answered, and not kept',
    async (length) => {
      const { url } = await serving()
      const { socket, received, closed } = await rawSocket(url)
      socket.write(head(length))
      const piece = Buffer.alloc(1 << 20, 0x20)
      const chunk = Buffer.concat([Buffer.from('100000\r\n'), piece, Buffer.from('\r\n')])
      const before = heldBytes()
      let most = 0
      for (let sent = 0; sent < 100 && !socket.destroyed; sent++) {
        if (!socket.write(length.startsWith('T') ? chunk : piece)) {
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed])
        }
        if (sent % 10 === 9) most = Math.max(most, heldBytes() - before)
      }
      await expect.poll(received).toMatch(/^HTTP\/1\.1 413 [\s\S]*Connection: close/)
      await closed
      expect((await get(`${url}/health`)).status).toBe(200)
      expect(most).toBeLessThan(40 << 20) // what is under way, not what was sent
    },
  )
})

describe('a slow client', () => {
  const limits = { headersTimeoutMs: 200, requestTimeoutMs: 400 }

  test('that never ends its headers is told and let go', async () => {
    const { url } = await serving({ limits })
    const { socket, closed } = await rawSocket(url)
    const drip = setInterval(() => socket.write('X-More: 1\r\n'), 20)
    socket.write('POST /retrieve HTTP/1.1\r\n')
    expect(await closed).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
    clearInterval(drip)
  })

  test('that never ends its body is told and let go', async () => {
    const { url } = await serving({ limits })
    const { socket, closed } = await rawSocket(url)
    const drip = setInterval(() => socket.write(' '), 20)
    socket.write(head('Content-Length: 1000'))
    expect(await closed).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"request_timeout"/)
    clearInterval(drip)
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_http_requests_in_flight 1\n')
  })

  test('that never says anything is let go', async () => {
    const { url } = await serving({ limits })
    const { closed } = await rawSocket(url)
    await closed
  })

  test('that never reads its answer is let go', async () => {
    const text = 'x'.repeat(1 << 20)
    const { url } = await serving({
      limits: { timeoutMs: 1000, requestTimeoutMs: 1000, headersTimeoutMs: 1000 },
      retriever: {
        search: async (queries) => queries.map(() => [{ id: '0', title: '', text, score: 1 }]),
      },
    })
    const { socket, closed } = await rawSocket(url)
    socket.pause()
    const body = JSON.stringify({ queries: new Array<string>(50).fill('x') })
    socket.write(`${head(`Content-Length: ${body.length}`)}${body}`)
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_http_requests_total{route="retrieve"')
    socket.resume()
    expect((await closed).length).toBeLessThan(50 << 20)
  })

  test('holds up nobody else', async () => {
    const { url } = await serving()
    const slow = await Promise.all(Array.from({ length: 50 }, () => rawSocket(url)))
    for (const { socket } of slow) socket.write(head('Content-Length: 1000'))
    expect((await post(`${url}/retrieve`, { queries: ['x'] })).status).toBe(200)
  })

  test('does not hold up the end of the server', async () => {
    const { url, server } = await serving()
    const [silent, begun] = [await rawSocket(url), await rawSocket(url)]
    begun.socket.write('POST /retr')
    await post(`${url}/retrieve`, { queries: [] }) // what was sent before it has arrived
    await server.close()
    await Promise.all([silent.closed, begun.closed])
  })
})

test('who was connected when the server closed is answered, accepted or not', async () => {
  const { url, server } = await serving()
  const { hostname, port } = new URL(url)
  const body = JSON.stringify({ queries: ['x'] })
  // The kernel connects them at once; the server accepts them in a later turn, and reads them after.
  const answers = Array.from({ length: 20 }, async () => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.end(`${head(`Content-Length: ${body.length}`)}${body}`)
    let text = ''
    for await (const chunk of socket) text += String(chunk)
    return text
  })
  await server.close()
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatch(/^HTTP\/1\.1 503 [\s\S]*Connection: close[\s\S]*"code":"draining"/)
  }
})

describe('a client that goes away', () => {
  test('in the middle of its body leaves nothing behind', async () => {
    const { url } = await serving()
    const { socket } = await rawSocket(url)
    socket.write(`${head('Content-Length: 1000')}{"queries"`)
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_http_requests_in_flight 2\n')
    socket.destroy()
    await expect
      .poll(async () => (await get(`${url}/metrics`)).text)
      .toContain('querl_http_requests_in_flight 1\n')
    expect((await get(`${url}/metrics`)).text).toContain('{route="retrieve",status="499"} 1')
  })

  test('by the hundred stops all of their searches', async () => {
    const { retriever, calls } = held()
    const { url } = await serving({ retriever, batching: { maxCalls: 1000, maxBatch: 1 } })
    const stop = new AbortController()
    const asking = Array.from({ length: 100 }, () =>
      post(`${url}/retrieve`, { queries: ['x'] }, { signal: stop.signal }).catch(() => undefined),
    )
    await expect.poll(() => calls.length).toBe(100)
    stop.abort()
    await Promise.all(asking)
    await expect.poll(() => calls.filter(({ signal }) => signal.aborted).length).toBe(100)
  })
})

describe('a retriever', () => {
  const sound = { id: '1', title: 't', text: 'x', score: 1 }

  test.each([
    [null, 'was asked 1 queries and answered no list'],
    [{}, 'was asked 1 queries and answered no list'],
    [[], 'was asked 1 queries and answered 0'],
    [[[], []], 'was asked 1 queries and answered 2'],
    [[null], 'answered a query with no list'],
    [[{ result: [] }], 'answered a query with no list'],
    [[[null]], 'found what has no id, title and text'],
    [[['text']], 'found what has no id, title and text'],
    [[[sound, { ...sound, text: undefined }]], 'found what has no id, title and text'],
    [[[{ ...sound, id: 7 }]], 'found what has no id, title and text'],
  ])('that answers with %j fails the request, not the server', async (lists, message) => {
    const answers: unknown[] = [lists, [[sound]]]
    const { url } = await serving({ retriever: { search: async () => answers.shift() as never } })
    const { status, json } = await post(`${url}/retrieve`, { queries: ['x'] })
    expect([status, json]).toEqual([
      500,
      { error: { code: 'search_failed', message: `The retriever ${message}.` } },
    ])
    expect((await post(`${url}/retrieve`, { queries: ['x'] })).status).toBe(200)
  })

  test('that finds more than it was asked for is cut', async () => {
    const list = Array.from({ length: 9 }, () => sound)
    const { url } = await serving({ retriever: { search: async () => [list] } })
    const { json } = await post(`${url}/retrieve`, { queries: ['x'], topk: 2 })
    expect((json as { result: unknown[][] }).result[0]!.length).toBe(2)
  })

  test('that hangs for one query, deaf to its signal, answers others again', async () => {
    const { url } = await serving({
      retriever: {
        search: (queries, options) =>
          queries.includes('hang') ? new Promise(() => {}) : echo().search(queries, options),
      },
      batching: { maxCalls: 1 },
      limits: { timeoutMs: 100 },
    })
    expect((await post(`${url}/retrieve`, { queries: ['hang'] })).status).toBe(504)
    await expect
      .poll(async () => (await post(`${url}/retrieve`, { queries: ['x'] })).status)
      .toBe(200)
  })
})

test('headers that are too large are told so', async () => {
  const { url } = await serving()
  const { socket, closed } = await rawSocket(url)
  socket.write(head(`X-Large: ${'x'.repeat(20_000)}`))
  expect(await closed).toMatch(/^HTTP\/1\.1 431 [\s\S]*"code":"headers_too_large"/)
})

test.each([
  'hello\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001',
  head('Content-Length: 3', 'Transfer-Encoding: chunked'),
  head('Content-Length: 3', 'Content-Length: 4'),
  head('X-A: b\u0000c'),
])('what is no HTTP (%j) is refused', async (bytes) => {
  const { url } = await serving()
  const { socket, closed } = await rawSocket(url)
  socket.write(bytes, 'latin1')
  expect(await closed).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"bad_request"/)
})

test('requests that are sent before the last one was answered are answered in order', async () => {
  const { url } = await serving()
  const { socket, received } = await rawSocket(url)
  const bodies = ['a', 'b', 'c'].map((query) => JSON.stringify({ queries: [query], topk: 1 }))
  socket.write(bodies.map((body) => `${head(`Content-Length: ${body.length}`)}${body}`).join(''))
  await expect.poll(() => received().match(/part 0/g)?.length).toBe(3)
  expect(received().match(/"id":"\w/g)).toEqual(['"id":"a', '"id":"b', '"id":"c'])
})

test('requests that wait behind another one are stopped with their connection', async () => {
  const { retriever, calls } = held()
  const { url } = await serving({ retriever })
  const { socket } = await rawSocket(url)
  const body = '{"queries":["x"]}'
  socket.write(`${head(`Content-Length: ${body.length}`)}${body}`.repeat(20))
  const asked = () => calls.flatMap(({ queries }) => queries).length
  await expect.poll(asked).toBeGreaterThan(0)
  socket.destroy()
  const inFlight = async () => /in_flight (\d+)/.exec((await get(`${url}/metrics`)).text)![1]
  await expect.poll(inFlight).toBe('1') // this one
  expect(calls.every(({ signal }) => signal.aborted)).toBe(true)
})

test('connections over the limit are closed and counted', async () => {
  const { url } = await serving({ limits: { maxConnections: 3 } })
  const kept = await Promise.all([rawSocket(url), rawSocket(url)])
  // Who is answered has been accepted, and counts.
  const ask = (path: string) => `GET /${path} HTTP/1.1\r\nHost: x\r\n\r\n`
  for (const { socket, received } of kept) {
    socket.write(ask('health'))
    await expect.poll(received).toContain('"ready"')
  }
  const over = await Promise.all(Array.from({ length: 5 }, () => rawSocket(url)))
  await expect.poll(() => over.filter(({ socket }) => socket.closed).length).toBe(4)
  const [{ socket, received }] = kept
  socket.write(ask('metrics'))
  await expect.poll(received).toContain('querl_connections_refused_total 4')
  expect(kept.some(({ socket }) => socket.closed)).toBe(false)
})

describe('as a process', () => {
  let script: string
  beforeAll(async () => {
    const { remove, ...made } = await bundled('server/serve-until-signal.ts', [
      '@modelcontextprotocol/sdk',
    ])
    script = made.script
    return remove
  })

  async function started(searchMs: number, limits: ServerLimits) {
    const args = [script, String(searchMs), JSON.stringify(limits)]
    const child: ChildProcessWithoutNullStreams = spawn(process.execPath, args)
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk) => (output += String(chunk)))
    child.stderr.on('data', (chunk) => (errors += String(chunk)))
    const exited = once(child, 'close') as Promise<[code: number | null, signal: string | null]>
    await expect.poll(() => output + errors).toContain('\n')
    expect(errors).toBe('')
    return { child, url: output.split('\n')[0]!, exited, output: () => output }
  }

  // Both processes need as many file descriptors.
  const allowed = Number(spawnSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).stdout)
  const many = Math.min(10_000, (Number.isNaN(allowed) ? 10_000 : allowed) - 500)

  test(`${many} connections at once are held, and all of them served`, async () => {
    if (many < 10_000) console.warn(`ulimit -n is ${allowed}: tested with ${many} connections`)
    // Some have long been silent when the last of them is there.
    const patience = { headersTimeoutMs: 600_000, requestTimeoutMs: 600_000, timeoutMs: 600_000 }
    const { child, url, exited } = await started(1, { drainGraceMs: 0, ...patience })
    const { port } = new URL(url)
    const sockets: Socket[] = []
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
    })
    let failed = 0
    let answered = 0
    const body = JSON.stringify({ queries: ['x'] })
    const asking = `${head(`Content-Length: ${body.length}`)}${body}`
    while (sockets.length < many) {
      const some = Array.from({ length: Math.min(500, many - sockets.length) }, () => {
        const socket = connect({ host: '127.0.0.1', port: Number(port) })
        socket.on('error', () => failed++)
        socket.on('data', (chunk) => {
          if (chunk.toString('latin1').startsWith('HTTP/1.1 200')) answered++
        })
        return socket
      })
      await Promise.all(some.map((socket) => once(socket, 'connect')))
      sockets.push(...some)
    }
    const metrics = (await get(`${url}/metrics`)).text
    expect(Number(/querl_connections (\d+)/.exec(metrics)![1])).toBeGreaterThanOrEqual(many)
    for (const socket of sockets) socket.write(asking)
    await expect.poll(() => answered + failed, { timeout: 200_000 }).toBe(many)
    expect(failed).toBe(0)
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })

  // The grace is as long as it is for a machine where a client's turn may be seconds away; the server
  // ends when no client is left.
  test.each([true, false])(
    'SIGTERM under load loses no request: each is answered or told to come again (keep-alive: %s)',
    async (keepAlive) => {
      const { child, url, exited, output } = await started(10, { drainGraceMs: 10_000 })
      const agent = new Agent({ keepAlive })
      onTestFinished(() => agent.destroy())
      const outcomes: Record<string, number> = {}
      const ask = (query: string) =>
        new Promise<string>((resolve) => {
          const asking = request(`${url}/retrieve`, { method: 'POST', agent }, (response) => {
            let text = ''
            response.on('data', (chunk) => (text += String(chunk)))
            response.on('error', () => resolve('cut'))
            response.on('end', () => {
              const isWhole = text.includes(`On it\\"\\n${query}"`) || text.includes('"draining"')
              resolve(isWhole ? String(response.statusCode) : 'wrong')
            })
          })
          asking.on('error', ({ code = 'error' }: NodeJS.ErrnoException) => resolve(code))
          asking.end(JSON.stringify({ queries: [query] }))
        })
      const clients = Array.from({ length: 64 }, async (_, client) => {
        for (let at = 0; at < 100_000; at++) {
          const outcome = await ask(`${client}.${at}`)
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
          // Who is told that it ends, or finds nobody, goes elsewhere.
          if (outcome !== '200') return outcome
        }
        return 'the server does not end'
      })
      await expect.poll(() => outcomes['200'] ?? 0).toBeGreaterThan(500)
      child.kill('SIGTERM')
      const last = new Set(await Promise.all(clients))
      expect(await exited).toEqual([0, null])
      expect([...last].filter((each) => each !== '503' && each !== 'ECONNREFUSED')).toEqual([])
      expect(output().trim().split('\n')[1]).toBe(`answered ${outcomes['200']}`)
    },
  )
})
