import { Worker } from 'node:worker_threads'

export interface LoadOptions {
  /** Of the server, such as `http://127.0.0.1:8000`; `/retrieve` is asked. */
  readonly url: string
  /** Taken in turn by all clients, from the start again behind the last. */
  readonly queries: readonly string[]
  /** Connections, each with one request at a time. Default 64. */
  readonly clients?: number
  /** What is measured. Default 60. */
  readonly seconds?: number
  /** What is asked before that, unmeasured. Default 2. */
  readonly warmUpSeconds?: number
  /** Default 1. */
  readonly queriesPerRequest?: number
  /** Default 3. */
  readonly topK?: number
  readonly token?: string
}

export interface LoadReport {
  readonly requests: number
  /** Of them, those that were not answered by status 200 and a result; nothing is asked again. */
  readonly errors: number
  /** By status, or by the socket's error. */
  readonly outcomes: Readonly<Record<string, number>>
  readonly seconds: number
  readonly requestsPerSecond: number
  readonly bytes: number
  /** From the first byte sent to the last received; percentiles within 1 %. */
  readonly latencyMs: {
    readonly mean: number
    readonly p50: number
    readonly p90: number
    readonly p99: number
    readonly p999: number
    readonly max: number
  }
}

/**
 * Keeps a server busy and says how it did: clients on kept-alive connections, each of which asks
 * again as soon as it is answered (a closed loop: a slow server is asked less).
 *
 * The clients live in a thread of their own and speak plain sockets, so that they take as little as
 * possible of the machine which they share with the server.
 *
 * @example
 * const report = await load({ url, queries, clients: 64, seconds: 60 })
 */
export async function load(options: LoadOptions): Promise<LoadReport> {
  const { hostname, port } = new URL(options.url)
  const { queries, queriesPerRequest = 1, topK = 3, token } = options
  const requests = queries.map((_, at) => {
    const some = Array.from(
      { length: queriesPerRequest },
      (_, offset) => queries[(at * queriesPerRequest + offset) % queries.length]!,
    )
    const body = JSON.stringify({ queries: some, topk: topK, return_scores: true })
    return (
      `POST /retrieve HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Type: application/json\r\n` +
      (token === undefined ? '' : `Authorization: Bearer ${token}\r\n`) +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    )
  })
  const task: Task = {
    host: hostname,
    port: Number(port),
    requests,
    clients: options.clients ?? 64,
    seconds: options.seconds ?? 60,
    warmUpSeconds: options.warmUpSeconds ?? 2,
  }
  // Its source goes along as text: a bundle has no file of its own for the thread.
  const worker = new Worker(`(${runClients.toString()})()`, { eval: true, workerData: task })
  try {
    return report(
      await new Promise<Tally>((resolve, reject) => {
        worker.once('message', resolve)
        worker.once('error', reject)
      }),
    )
  } finally {
    await worker.terminate()
  }
}

interface Task {
  readonly host: string
  readonly port: number
  readonly requests: readonly string[]
  readonly clients: number
  readonly seconds: number
  readonly warmUpSeconds: number
}

interface Tally {
  readonly outcomes: Record<string, number>
  readonly seconds: number
  readonly bytes: number
  readonly sumMs: number
  readonly maxMs: number
  /** Latencies: bucket b counts those in [1.01^b, 1.01^(b + 1)) microseconds. */
  readonly buckets: Float64Array
}

const bucketBase = 1.01

/** Runs in the thread: stands on nothing outside of itself. */
function runClients(): void {
  const net = process.getBuiltinModule('node:net')
  const threads = process.getBuiltinModule('node:worker_threads')
  const { host, port, requests, clients, seconds, warmUpSeconds } = threads.workerData as Task
  const opening = '{"result":'
  const buckets = new Float64Array(2000) // up to 1.01^2000 us, seven minutes
  const outcomes: Record<string, number> = {}
  let bytes = 0
  let sumMs = 0
  let maxMs = 0
  let next = 0
  let isOver = false
  let open = 0
  const measureFrom = performance.now() + warmUpSeconds * 1000
  const until = measureFrom + seconds * 1000

  function count(outcome: string, began: number, received: number): void {
    const now = performance.now()
    if (began < measureFrom || now > until) return
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    bytes += received
    const ms = now - began
    sumMs += ms
    maxMs = Math.max(maxMs, ms)
    const bucket = Math.floor(Math.log(Math.max(1, ms * 1000)) / Math.log(1.01))
    buckets[Math.min(buckets.length - 1, bucket)]!++
  }

  function client(): void {
    open++
    const socket = net.connect({ host, port, noDelay: true })
    let began = 0
    let received = 0
    let expected = -1 // bytes of the answer with its headers; -1 before they are known
    let status = ''
    let bodyAt = 0
    let head = ''
    let isCounted = true
    const ask = () => {
      began = performance.now()
      if (isOver || began >= until) {
        socket.destroy()
        return
      }
      received = 0
      expected = -1
      head = ''
      isCounted = false
      socket.write(requests[next++ % requests.length]!)
    }
    socket.on('connect', ask)
    socket.on('data', (chunk) => {
      received += chunk.length
      // Some servers send the headers first, so that the body comes in another chunk.
      if (expected < 0 || head.length < bodyAt + opening.length) head += chunk.toString('latin1')
      if (expected < 0) {
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        status = head.slice(9, 12)
        const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end))
        bodyAt = end + 4
        expected = bodyAt + Number(length?.[1] ?? 0)
      }
      if (received < expected) return
      const isResult = head.startsWith(opening, bodyAt)
      isCounted = true
      count(status === '200' && !isResult ? 'no result' : status, began, received)
      ask()
    })
    let failure = 'closed'
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error.code ?? error.message
    })
    socket.on('close', () => {
      open--
      if (!isCounted) count(failure, began, received)
      if (performance.now() < until) setTimeout(client, 10)
      else if (open === 0) finish()
    })
  }

  let isFinished = false
  function finish(): void {
    if (isFinished) return
    isFinished = true
    const tally: Tally = { outcomes, seconds, bytes, sumMs, maxMs, buckets }
    threads.parentPort!.postMessage(tally)
  }
  for (let at = 0; at < clients; at++) client()
  setTimeout(
    () => {
      isOver = true
      setTimeout(finish, 5000) // answers under way count no more
    },
    (warmUpSeconds + seconds) * 1000,
  )
}

function report({ outcomes, seconds, bytes, sumMs, maxMs, buckets }: Tally): LoadReport {
  const requests = Object.values(outcomes).reduce((sum, count) => sum + count, 0)
  const percentile = (share: number) => {
    let left = share * requests
    for (let bucket = 0; bucket < buckets.length; bucket++) {
      left -= buckets[bucket]!
      if (left <= 0) return Math.min(maxMs, bucketBase ** (bucket + 0.5) / 1000)
    }
    return maxMs
  }
  return {
    requests,
    errors: requests - (outcomes['200'] ?? 0),
    outcomes,
    seconds,
    requestsPerSecond: requests / seconds,
    bytes,
    latencyMs: {
      mean: requests === 0 ? 0 : sumMs / requests,
      p50: percentile(0.5),
      p90: percentile(0.9),
      p99: percentile(0.99),
      p999: percentile(0.999),
      max: maxMs,
    },
  }
}
