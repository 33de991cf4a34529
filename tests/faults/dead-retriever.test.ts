// A server of passages that dies while a policy trains: failed searches are data, and the run goes on.

import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassageRetriever, RemoteRetriever } from '@querl/retrieval'
import { createWorld } from '@querl/tasks'
import { RunFolder } from '@querl/train'
import { type PipelineEvent, parseRecipe, runPipeline } from 'querl'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { smallRecipe } from '../end-to-end/command-line.js'

let cwd: string
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'querl-dead-'))
})
afterEach(() => rm(cwd, { recursive: true }))

/** Search-R1's server over the passages of the recipe's world; what it does when it is down is told. */
async function worldServer(whenDown: 'refuses' | 'hangs up') {
  const passages = await PassageRetriever.build(createWorld({ seed: 0 }).passages)
  const state = { isDown: false, requests: 0, requestsWhileDown: 0 }
  const server = createServer(async (request, response) => {
    state.requests++
    if (state.isDown) {
      state.requestsWhileDown++
      response.destroy()
      return
    }
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { queries, topk } = JSON.parse(body) as { queries: string[]; topk: number }
    const lists = await passages.search(queries, { topK: topk })
    const result = lists.map((list) =>
      list.map(({ id, title, text, score }) => ({
        document: { id, contents: `${title}\n${text}` },
        score,
      })),
    )
    response.end(JSON.stringify({ result }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = () => {
    server.close()
    server.closeAllConnections()
  }
  onTestFinished(() => {
    close()
    passages.dispose()
  })
  const die = () => {
    state.isDown = true
    if (whenDown === 'refuses') close()
  }
  const comeBack = () => {
    state.isDown = false
  }
  return { url: `http://127.0.0.1:${port}`, state, die, comeBack }
}

async function train(
  url: string,
  steps: number,
  onStep: (step: number) => void,
  retriever?: RemoteRetriever,
) {
  const overrides = [
    ...[`retrieval.url=${url}`, 'retrieval.timeoutMs=60000', `train.steps=${steps}`],
    // Short practice, after which the policy searches, if not to much avail.
    ...['warmStart.readingSteps=0', 'warmStart.demonstrationSteps=150', 'warmStart.batchSize=32'],
    ...['evaluate.every=1', 'evaluate.redrawnFacts=false', 'evaluate.direct=false'],
  ]
  const recipe = parseRecipe(smallRecipe, { file: join(cwd, 'small.yaml'), overrides })
  const path = join(cwd, 'run')
  const folder = await RunFolder.create(path, { recipe: '', environment: {} })
  const events: PipelineEvent[] = []
  const emit = (event: PipelineEvent) => {
    events.push(event)
    if (event.kind === 'step' && event.phase === 'grpo') onStep(event.step)
  }
  await runPipeline(recipe, { folder, emit, ...(retriever && { retriever }) })
  const metrics = events.flatMap((event) =>
    event.kind === 'step' && event.phase === 'grpo' ? [event.metrics] : [],
  )
  const observations = async (step: number) => {
    const name = `grpo-${String(step).padStart(5, '0')}.jsonl`
    const lines = (await readFile(join(path, 'trajectories', name), 'utf8')).trim().split('\n')
    return lines.flatMap((line) =>
      (JSON.parse(line) as { segments: { author: string; text: string }[] }).segments
        .filter(({ author }) => author === 'tool')
        .map(({ text }) => text),
    )
  }
  return { events, metrics, observations }
}

test('a server that dies is told to the policy, search by search, and the run ends as planned', async () => {
  const { url, state, die } = await worldServer('refuses')
  const { events, metrics, observations } = await train(url, 4, (step) => {
    if (step === 2) die()
  })
  expect(state.requests).toBeGreaterThan(0)
  expect(metrics.length).toBe(4)
  metrics.forEach((each, at) => {
    expect(each['rollout/searches'], `searches of step ${at + 1}`).toBeGreaterThan(0)
    const failed = at < 2 ? 0 : each['rollout/searches']
    expect(each['rollout/failedSearches'], `step ${at + 1}`).toBe(failed)
    expect(each['rollout/failed']).toBe(0) // no trajectory ends by it
  })
  for (const text of await observations(2)) expect(text).not.toContain('Search failed')
  const after = await observations(3)
  expect(after.length).toBeGreaterThan(0)
  for (const text of after) {
    expect(text).toMatch(/Search failed: The retriever at 127\.0\.0\.1:\d+ /)
  }
  const warnings = events.flatMap((event) =>
    event.kind === 'note' && event.level === 'warning' ? [event.text] : [],
  )
  expect(warnings).toEqual([expect.stringMatching(/^step 3: \d+ searches failed: Search failed: /)])
})

test('the circuit opens while a server is down, and closes once it is back', async () => {
  const { url, state, die, comeBack } = await worldServer('hangs up')
  using retriever = new RemoteRetriever(url, {
    retries: 0,
    circuitBreaker: { failures: 3, cooldownMs: 2000 },
  })
  const states: string[] = []
  const { metrics, observations } = await train(
    url,
    6,
    (step) => {
      states[step] = retriever.state
      if (step === 2) die()
      if (step !== 4) return
      comeBack()
      // The run must not be over before the cool-down is, nor the cool-down before the next search.
      while (retriever.state === 'open')
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    },
    retriever,
  )
  expect(states[2]).toBe('closed')
  expect(states[4]).not.toBe('closed')
  expect(states[6]).toBe('closed')
  const failed = metrics.map((each) => each['rollout/failedSearches']!)
  expect(failed.slice(0, 4).map((each) => each > 0)).toEqual([false, false, true, true])
  expect(failed[5]).toBe(0) // step 5 may have searched while the first request tried
  expect(state.requestsWhileDown).toBeGreaterThanOrEqual(3)
  const told = [...(await observations(3)), ...(await observations(4))]
  expect(told.some((text) => /failed \d+ times in a row and is not asked/.test(text))).toBe(true)
})
