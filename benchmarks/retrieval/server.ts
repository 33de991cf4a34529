// POST /retrieve over the index of a million passages: 64 clients that ask again as soon as they are
// answered, beside Search-R1's server as it would be written in FastAPI over bm25s. Each server is a
// process of its own and shares the machine's cores with the clients.

import { createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LinePeer, startIfInstalled } from '../line-peer.js'
import { startPython } from '../python-peer.js'
import type { Bench } from '../result.js'
import { buildApart } from './build-apart.js'
import { caseNames } from './cases.js'
import { type LoadReport, load } from './load.js'
import type { Passages, Source } from './passages.js'

const documents = 1_000_000
const clients = 64
const topK = 3
const longSeconds = 60
const rounds = 3
const roundSeconds = 15

export async function compareServers(
  bench: Bench,
  folder: string,
  passagesOf: (source: Source, documents: number) => Promise<Passages | undefined>,
): Promise<void> {
  const passages = await passagesOf('zipf', documents)
  if (!passages) return
  const path = join(folder, 'served')
  bench.progress(`${caseNames.server}: our index`)
  await buildApart(
    passages.jsonl,
    path,
    { analyzer: 'bm25s', k1: 0.9, b: 0.4, threads: 2, keepDocuments: true },
    bench.signal,
  )
  bench.progress(`${caseNames.server}: bm25s's index`)
  const peerPort = await freePort()
  using peer = await startIfInstalled(
    () =>
      startPython(pathOf('peer/fastapi_server.py'), {
        install: 'python3 -m pip install bm25s numba fastapi uvicorn',
        args: [passages.jsonl, String(peerPort)],
      }),
    bench.note,
  )
  const port = await freePort()
  using ours = await LinePeer.launch({
    command: process.execPath,
    args: [pathOf('serve-index.mjs'), path, passages.jsonl, String(port)],
    remedy: 'npm run setup',
  })
  const ask = (at: number, seconds: number) =>
    load({ url: `http://127.0.0.1:${at}`, queries: passages.questions, clients, topK, seconds })
  const residentBytes = async () =>
    (await ours.ask<{ residentBytes: number }>({ call: 'memory' })).residentBytes

  bench.progress(`${caseNames.server}: ours for a minute`)
  await ask(port, 10)
  const before = await residentBytes()
  const long = await ask(port, longSeconds)
  const growth = (await residentBytes()) - before
  const [rates, peerRates]: [number[], number[]] = [[], []]
  const peerLatencies: number[] = []
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${caseNames.server}, round ${round + 1} of ${rounds}`)
    rates.push(withoutErrors('ours', await ask(port, roundSeconds)).requestsPerSecond)
    if (!peer) continue
    const theirs = withoutErrors('FastAPI', await ask(peerPort, roundSeconds))
    peerRates.push(theirs.requestsPerSecond)
    peerLatencies.push(theirs.latencyMs.p99)
  }

  const common = {
    case: caseNames.server,
    peerName: peer ? 'FastAPI + bm25s' : null,
    threads: 2,
    versions: { ...peer?.versions },
  } as const
  bench.record({
    ...common,
    metric: `${clients} clients, top ${topK}`,
    unit: 'requests/s',
    better: 'higher',
    ours: rates,
    peer: peer ? peerRates : null,
    target: { of: 'ratio', atLeast: 5 },
  })
  bench.record({
    ...common,
    metric: 'latency, 99th percentile',
    unit: 'ms',
    better: 'lower',
    ours: long.latencyMs.p99,
    peer: peer ? peerLatencies : null,
  })
  const alone = { ...common, better: 'lower', peer: null, peerName: null } as const
  bench.record({
    ...alone,
    metric: `errors in ${longSeconds} s`,
    unit: `of ${long.requests}`,
    ours: long.errors,
    target: { of: 'ours', atMost: 0 },
  })
  bench.record({
    ...alone,
    metric: `memory grown in ${longSeconds} s`,
    unit: 'MB',
    ours: growth / 1e6,
  })
}

function withoutErrors(name: string, report: LoadReport): LoadReport {
  if (report.errors > 0) throw new Error(`${name}: ${JSON.stringify(report.outcomes)}`)
  return report
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port is free.')
  return address.port
}

function pathOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url))
}
