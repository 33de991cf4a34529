// What a user runs: `querl serve` in a process of its own.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { CrossEncoder, TextEmbedder } from '@querl/lm'
import { IndexedRetriever, VectorIndex } from '@querl/retrieval'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { bin, build, querl } from './command-line.js'

const golden = (name: string) =>
  fileURLToPath(new URL(`../golden/fixtures/encoder-${name}`, import.meta.url))
const encoder = golden('bert-f32')
const reranker = golden('bert-reranker-f32')

const texts = [
  'who wrote jaws',
  'the film was scored by john williams',
  'peter benchley wrote the novel jaws',
  'a shark hunts at the beach',
  'music of star wars by john williams',
]
const contents = texts.map((text, at) => `"Title ${at}"\n${text}`)

let cwd: string
beforeAll(async () => {
  await build()
  cwd = await mkdtemp(join(tmpdir(), 'querl-serve-'))
  const lines = contents.map((each, at) => JSON.stringify({ id: `p${at}`, contents: each }))
  await writeFile(join(cwd, 'passages.jsonl'), `${lines.join('\n')}\n`)
  const passages = texts.map((text, at) => ({ id: `p${at}`, title: `"Title ${at}"`, text }))
  const path = join(cwd, 'index')
  using _index = await IndexedRetriever.build(passages, { path, analyzer: 'lucene-english' })
  using embedder = await TextEmbedder.load(encoder, { preset: 'e5' })
  const { dimensions } = embedder
  const vectors = await embedder.embedPassages(contents)
  using _all = await VectorIndex.build(vectors, { dimensions, path: join(cwd, 'all.vectors') })
  const first = vectors.subarray(0, dimensions)
  using _one = await VectorIndex.build(first, { dimensions, path: join(cwd, 'one.vectors') })
  const fewer = vectors.subarray(dimensions)
  using _four = await VectorIndex.build(fewer, { dimensions, path: join(cwd, 'four.vectors') })
})
afterAll(() => rm(cwd, { recursive: true }))

const dense = ['--dense', 'all.vectors', '--encoder', encoder, '--encoder-preset', 'e5']
const exact = ['--dtype', 'float32']

function start(args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: '1', QUERL_TEST_TOKEN: 's3cret' }
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [bin, 'serve', ...args], {
    cwd,
    env,
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const exited = once(child, 'close') as Promise<[code: number | null, signal: string | null]>
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  return { child, exited, said }
}

/** Starts a server on a free port and waits until it listens. */
async function serving(...args: string[]) {
  const started = start([...args, '--port', '0'])
  await expect.poll(() => started.said.stderr).toMatch(/Serving on http:\S+; try:\n.*curl/s)
  const url = /Serving on (http:\S+);/.exec(started.said.stderr)![1]!
  return { ...started, url }
}

interface Item {
  document: { id: string; contents: string }
  score: number
}

async function retrieve(url: string, queries: readonly string[], topk = 5): Promise<Item[][]> {
  const body = JSON.stringify({ queries, topk, return_scores: true })
  const response = await fetch(`${url}/retrieve`, { method: 'POST', body })
  expect(response.status).toBe(200)
  return ((await response.json()) as { result: Item[][] }).result
}

const health = async (url: string) => (await (await fetch(`${url}/health`)).json()) as object
const metrics = async (url: string) => (await fetch(`${url}/metrics`)).text()
const ids = (items: readonly Item[]) => items.map(({ document }) => document.id)

const clientInfo = { name: 'test', version: '1' }

describe('querl serve', () => {
  test('serves the passages of a file as they are in it, and ends at SIGTERM', async () => {
    const { url, child, exited, said } = await serving('passages.jsonl')
    const [found] = await retrieve(url, ['benchley'])
    expect(found!.map(({ document }) => document)).toEqual([{ id: 'p2', contents: contents[2] }])
    expect(await health(url)).toMatchObject({
      status: 'ready',
      index: { bm25: { documents: 5, analyzer: expect.stringContaining('words') } },
    })
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(said.stderr).toContain('Ending: what has come is answered.')
    const log = said.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(log).toMatchObject([
      { method: 'POST', path: '/retrieve', status: 200, queries: 1 },
      { method: 'GET', path: '/health', status: 200 },
    ])
  })

  test.skipIf(!existsSync('/dev/full'))('answers while the disk of its log is full', async () => {
    const log = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [bin, 'serve', 'passages.jsonl', '--port', '0'], {
      cwd,
      stdio: ['ignore', log, 'pipe'],
    })
    closeSync(log)
    onTestFinished(() => {
      child.kill('SIGKILL')
    })
    const exited = once(child, 'close')
    let said = ''
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (said += text))
    await expect.poll(() => said).toMatch(/Serving on http:\S+;/)
    const url = /Serving on (http:\S+);/.exec(said)![1]!
    for (let at = 0; at < 2; at++) expect((await retrieve(url, ['jaws'])).length).toBe(1)
    // What the log lacks is known after the line of a request before this one has failed.
    const dropped = async () => /log_dropped_total (\d+)\n/.exec(await metrics(url))![1]
    await expect.poll(async () => Number(await dropped())).toBeGreaterThan(1)
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
  })

  test('indexes a file with the analyser that is asked for', async () => {
    const { url } = await serving('passages.jsonl', '--preset', 'lucene')
    // Stemmed; p3 says "hunts".
    expect(ids((await retrieve(url, ['hunting']))[0]!)).toEqual(['p3'])
    const plain = await serving('passages.jsonl', '--analyzer', '{"tokenizer":"whitespace"}')
    expect(await retrieve(plain.url, ['hunting'])).toEqual([[]])
  })

  test('serves an index folder, with a token, and says nothing where that is asked for', async () => {
    const { url, child, exited, said } = await serving(
      ...['index', '--token-env', 'QUERL_TEST_TOKEN', '--quiet', '--top-k', '1'],
    )
    const ask = (headers: Record<string, string>) =>
      fetch(`${url}/retrieve`, { method: 'POST', headers, body: '{"queries":["john williams"]}' })
    expect((await ask({})).status).toBe(401)
    const answer = await ask({ authorization: 'Bearer s3cret' })
    const { result } = (await answer.json()) as { result: unknown[][] }
    expect(result[0]!.length).toBe(1)
    child.kill('SIGINT')
    expect(await exited).toEqual([0, null])
    expect(said.stdout).toBe('')
  })

  test('serves vectors alone, equal to products computed here', async () => {
    const { url } = await serving(...dense, ...exact, '--passages', 'passages.jsonl')
    const queries = ['who scored jaws', 'a novel', 'sharks']
    using embedder = await TextEmbedder.load(encoder, { preset: 'e5' })
    const d = embedder.dimensions
    const q = await embedder.embedQueries(queries)
    const p = await embedder.embedPassages(contents)
    const found = await retrieve(url, queries)
    queries.forEach((_, at) => {
      const scores = contents.map((_, row) => {
        let sum = 0
        for (let i = 0; i < d; i++) sum += q[at * d + i]! * p[row * d + i]!
        return sum
      })
      const order = scores.map((_, row) => row).sort((a, b) => scores[b]! - scores[a]!)
      expect(ids(found[at]!)).toEqual(order.map((row) => `p${row}`))
      // Sums of fp32 products in another order than here.
      order.forEach((row, rank) => {
        expect(found[at]![rank]!.score).toBeCloseTo(scores[row]!, 5)
      })
    })
    expect(await health(url)).toMatchObject({
      index: { dense: { size: 5, device: 'cpu', encoder: { queryPrefix: 'query: ' } } },
    })
  })

  test('scores as is asked for, and reads vectors in parts', async () => {
    const scoring = { variant: 'bm25+', k1: 1.2, b: 0.75, delta: 1 }
    const asked = Object.entries(scoring).flatMap(([name, value]) => [`--${name}`, `${value}`])
    const parts = ['--dense', 'one.vectors', ...['--dense', 'four.vectors'], ...dense.slice(2)]
    const { url } = await serving('index', ...asked, ...parts, ...exact)
    expect(await health(url)).toMatchObject({
      index: {
        bm25: { ...scoring, documents: 5 },
        dense: { size: 5, paths: ['one.vectors', 'four.vectors'] },
      },
    })
    expect((await retrieve(url, ['who wrote jaws']))[0]!.length).toBe(5)
    const inMemory = await serving('passages.jsonl', '--preset', 'lucene', ...asked)
    expect(await health(inMemory.url)).toMatchObject({
      index: { bm25: { ...scoring, lengths: 'lucene' } },
    })
  })

  test('fuses an index and vectors by their ranks', async () => {
    const query = 'who wrote jaws'
    const apart = await serving(...dense, ...exact, '--passages', 'index')
    const words = await serving('index')
    const { url } = await serving('index', ...dense, ...exact, '--weights', '1,2')
    const expected = new Map<string, number>()
    for (const [server, weight] of [
      [words, 1],
      [apart, 2],
    ] as const) {
      ids((await retrieve(server.url, [query]))[0]!).forEach((id, rank) => {
        expected.set(id, (expected.get(id) ?? 0) + weight / (60 + rank + 1)) // the paper's k
      })
    }
    const [found] = await retrieve(url, [query])
    expect(found!.length).toBe(5)
    for (const { document, score } of found!) {
      expect(score).toBeCloseTo(expected.get(document.id)!, 12)
    }
    expect(ids(found!)).toEqual([...expected].sort((a, b) => b[1] - a[1]).map(([id]) => id))
    expect(await health(url)).toMatchObject({
      index: { fusion: { method: 'rrf', weights: [1, 2], candidates: 100 } },
    })
  })

  test('fuses by scores where that is asked for', async () => {
    const { url } = await serving('index', ...dense, ...exact, '--fusion', 'weighted')
    const [found] = await retrieve(url, ['who wrote jaws'])
    // Scores of each are put on [0, 1] first: the best of both has at most 2.
    expect(found![0]!.score).toBeLessThanOrEqual(2)
    expect(found![0]!.score).toBeGreaterThanOrEqual(1)
  })

  test('puts what was found into the order of a reranker, which answers /rerank too', async () => {
    const { url } = await serving('index', '--reranker', reranker, ...exact)
    using judge = await CrossEncoder.load(reranker)
    const query = 'who wrote the novel jaws'
    const [found] = await retrieve(url, [query])
    expect(found!.length).toBeGreaterThan(1)
    const scores = await judge.score(found!.map(({ document }) => [query, document.contents]))
    found!.forEach(({ score }, at) => {
      expect(score).toBeCloseTo(scores[at]!, 5)
    })
    expect([...scores].sort((a, b) => b - a)).toEqual([...scores])
    const body = JSON.stringify({ queries: [query], documents: [found], rerank_topk: 1 })
    const answer = await fetch(`${url}/rerank`, { method: 'POST', body })
    expect(answer.status).toBe(200)
    const { result } = (await answer.json()) as { result: string[][] }
    expect(result[0]).toMatchObject([expect.stringMatching(/^\(Title: "Title \d"\) /)])
  })

  test('speaks MCP on standard input and output, and nothing else there', async () => {
    const { child, exited, said } = start(['index', '--mcp-stdio'])
    const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
    let id = 0
    const call = async (method: string, params: object) => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`)
      return JSON.parse((await answers.next()).value as string) as { id: number; result: object }
    }
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
    expect(await call('initialize', hello)).toMatchObject({
      result: { serverInfo: { name: 'querl' } },
    })
    const query = { name: 'search', arguments: { query: 'benchley' } }
    expect(await call('tools/call', query)).toMatchObject({
      id: 2,
      result: { structuredContent: { passages: [{ id: 'p2', text: texts[2] }] } },
    })
    child.stdin.end()
    expect(await exited).toEqual([0, null])
    expect(said.stderr).toBe('')
  })

  test('answers over MCP what was asked before the input ended', async () => {
    const call = { name: 'search', arguments: { query: 'benchley' } }
    const hello = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
    const asked = [
      { jsonrpc: '2.0', id: 1, method: 'initialize', params: hello },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: call },
    ]
    const stdin = asked.map((each) => `${JSON.stringify(each)}\n`).join('')
    const { code, stdout } = await querl(['serve', 'index', '--mcp-stdio'], { cwd, stdin })
    expect(code).toBe(0)
    const answers = stdout.trim().split('\n')
    expect(answers.map((line) => (JSON.parse(line) as { id: number }).id)).toEqual([1, 2])
    expect(answers[1]).toContain(texts[2])
  })

  test('ends its MCP at SIGTERM', async () => {
    const killed = start(['index', '--mcp-stdio'])
    killed.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' })}\n`)
    await expect.poll(() => killed.said.stdout).toContain('"id":1')
    killed.child.kill('SIGTERM')
    expect(await killed.exited).toEqual([0, null])
  })
})

describe('a wrong request', () => {
  test.concurrent.each([
    [[], 2, 'There is nothing to search.'],
    [['nowhere'], 1, 'nowhere cannot be read.'],
    [['index', '--preset', 'lucene'], 2, 'index has its own.'],
    [['passages.jsonl', '--preset', 'bm25'], 2, "Expected preset to be 'lucene'"],
    [['passages.jsonl', '--analyzer', 'lucene-englsh'], 2, "Did you mean 'lucene-english'?"],
    [['passages.jsonl', '--analyzer', '{"tokenizer'], 2, '--analyzer is no JSON'],
    [['passages.jsonl', '--k1', 'high'], 2, 'Expected --k1 to be a number'],
    [['index', '--b', '7'], 2, 'Expected b to be in [0, 1]'],
    [['index', '--variant', 'bm26'], 2, "'bm25+'"],
    [[...dense, '--passages', 'index', '--k1', '1'], 2, '--b and --delta are for BM25.'],
    [['passages.jsonl', '--text', 'body'], 1, 'passages.jsonl:1: it has no body'],
    [['index', '--text', 'body'], 2, 'for passages in JSON lines or Parquet'],
    [['index', '--dense', ''], 2, 'Expected --dense to be given'],
    [['index', '--dense', 'all.vectors'], 2, '--dense needs an encoder for the queries.'],
    [['index', '--encoder', encoder], 2, '--encoder needs vectors to search.'],
    [[...dense], 2, '--dense alone needs the passages.'],
    [['index', ...dense, '--passages', 'index'], 2, 'index has the passages.'],
    [['index', '--weights', '1,2'], 2, '--weights and --candidates are for BM25 and vectors'],
    [['index', ...dense, '--weights', '1'], 2, 'Expected --weights to be two numbers'],
    [['index', ...dense, '--fusion', 'sum'], 2, 'Expected --fusion to be rrf or weighted'],
    [['index', ...dense, '--device', 'gpu'], 2, 'Expected --device to be cpu, cuda or cuda:N'],
    [['index', ...dense, '--encoder-preset', 'e6'], 2, 'Expected preset to be "auto", "e5"'],
    [
      ['index', '--dense', 'four.vectors', '--encoder', encoder],
      2,
      'four.vectors has 4 vectors, but there are 5 passages.',
    ],
    [['index', '--reranker', encoder], 1, 'BertModel, which does not classify sequences.'],
    [['index', '--reranker', golden('distilbert-classifier-f32')], 1, 'a reranker gives one.'],
    [['index', '--port', 'http'], 2, 'Expected --port to be a positive integer'],
    [['index', '--top-k', '0'], 2, 'Expected --top-k to be a positive integer'],
    [['index', '--host', '0.0.0.0', '--port', '0'], 2, 'this server has no token'],
    [['index', '--token-env', 'QUERL_NO_TOKEN'], 2, 'QUERL_NO_TOKEN holds no token.'],
    [['index', '--tokn-env', 'X'], 2, 'Did you mean --token-env?'],
  ] as const)('%j', async (args, code, message) => {
    const result = await querl(['serve', ...args], { cwd })
    expect(result.stderr).toContain(message)
    expect(result).toMatchObject({ code, stdout: '' })
  })

  test('of a port that is taken says so', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, stderr } = await querl(['serve', 'index', '--port', String(port)], { cwd })
    expect(code).toBe(1)
    expect(stderr).toContain(`Cannot listen on 127.0.0.1:${port}: another program listens there.`)
  })
})
