import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { argumentError, randomStream } from '@querl/base'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Retriever } from '../retriever.js'
import { type BatchingOptions, BatchQueue } from './batch-queue.js'
import { echo, held } from './server.fixture.js'

const unobserved = { onBatch() {} }
const queueOf = (retriever: Retriever, options: BatchingOptions = {}) =>
  new BatchQueue(retriever, options, unobserved)
const texts = async (job: { result: Promise<{ text: string }[][]> }) =>
  (await job.result).map((list) => list.map(({ text }) => text))

describe('a call', () => {
  test('takes what came in one turn of the event loop, and each job gets its own', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever)
    const jobs = [queue.submit(['a', 'b'], 1), queue.submit(['c'], 1), queue.submit([], 1)]
    expect(queue.queued).toBe(3)
    await turn()
    await turn()
    expect(calls.map(({ queries }) => queries)).toEqual([['a', 'b', 'c']])
    expect([queue.queued, queue.calls]).toEqual([0, 1])
    calls[0]!.answer()
    expect(await Promise.all(jobs.map(texts))).toEqual([
      [['a, part 0'], ['b, part 0']],
      [['c, part 0']],
      [],
    ])
    expect(queue.calls).toBe(0)
  })

  test('is for one topK: neighbours do not change what a request is given', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever, { maxCalls: 9 })
    for (const [query, topK] of [
      ['a', 1],
      ['b', 5],
      ['c', 1],
    ] as const) {
      queue.submit([query], topK)
    }
    await turn()
    await turn()
    expect(calls.map(({ queries, topK }) => [queries, topK])).toEqual([
      [['a', 'c'], 1],
      [['b'], 5],
    ])
  })

  test('is never larger than allowed: a large job is cut, and put together again', async () => {
    const sizes: number[] = []
    const queue = queueOf(
      {
        search: (queries, options) => {
          sizes.push(queries.length)
          return echo().search(queries, options)
        },
      },
      { maxBatch: 4, maxCalls: 1 },
    )
    const queries = Array.from({ length: 10 }, (_, at) => `q${at}`)
    const [large, small] = [queue.submit(queries, 1), queue.submit(['z'], 1)]
    expect(await texts(large)).toEqual(queries.map((query) => [`${query}, part 0`]))
    expect(await texts(small)).toEqual([['z, part 0']])
    expect(sizes).toEqual([4, 4, 3])
  })

  test('waits for more while it is not full, and no longer than allowed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const { retriever, calls } = held()
    const queue = queueOf(retriever, { maxBatch: 3, maxWaitMs: 30 })
    queue.submit(['a'], 1)
    await turn()
    vi.advanceTimersByTime(20)
    queue.submit(['b'], 1)
    await turn()
    vi.advanceTimersByTime(9)
    expect(calls.length).toBe(0)
    vi.advanceTimersByTime(1)
    expect(calls.map(({ queries }) => queries)).toEqual([['a', 'b']])

    queue.submit(['c', 'd', 'e'], 1) // full: there is nothing to wait for
    await turn()
    await turn()
    expect(calls[1]!.queries).toEqual(['c', 'd', 'e'])
  })

  test('starts when another ends, where as many as allowed are under way', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever, { maxCalls: 1 })
    queue.submit(['a'], 1)
    await turn()
    await turn()
    for (const query of ['b', 'c', 'd']) queue.submit([query], 1)
    await sleep(5)
    expect(calls.length).toBe(1)
    calls[0]!.answer()
    await expect.poll(() => calls.length).toBe(2)
    expect(calls[1]!.queries).toEqual(['b', 'c', 'd'])
  })

  test('goes to the oldest, whatever its topK: nobody starves', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever, { maxCalls: 1, maxBatch: 1 })
    for (const [at, topK] of [1, 2, 1, 3, 2].entries()) queue.submit([`q${at}`], topK)
    for (let at = 0; at < 5; at++) {
      await expect.poll(() => calls.length).toBe(at + 1)
      calls[at]!.answer()
    }
    expect(calls.map(({ queries }) => queries[0])).toEqual(['q0', 'q1', 'q2', 'q3', 'q4'])
  })
})

describe('a queue that is full', () => {
  test('refuses what comes on top, and takes again when there is room', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever, { maxQueued: 3 })
    const job = queue.submit(['a', 'b'], 1)
    expect(() => queue.submit(['c', 'd'], 1)).toThrowErrorMatchingInlineSnapshot(
      `[Error: 2 queries wait already; 2 more would be over 3.]`,
    )
    queue.submit(['c'], 1)
    await expect.poll(() => calls.length).toBe(1)
    calls[0]!.answer()
    await job.result
    queue.submit(['d', 'e', 'f'], 1)
    expect(queue.queued).toBe(3)
  })
})

describe('a job that is cancelled', () => {
  test('leaves the queue, and is not searched for', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever)
    const [one, other] = [queue.submit(['a'], 1), queue.submit(['b'], 1)]
    one.cancel(new Error('gone'))
    await expect(one.result).rejects.toThrow('gone')
    expect(queue.queued).toBe(1)
    await expect.poll(() => calls.length).toBe(1)
    expect(calls[0]!.queries).toEqual(['b'])
    calls[0]!.answer()
    await other.result
  })

  test('stops its call only when nobody else waits for it', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever)
    const [one, other] = [queue.submit(['a'], 1), queue.submit(['b'], 1)]
    await expect.poll(() => calls.length).toBe(1)
    one.cancel(new Error('gone'))
    await expect(one.result).rejects.toThrow('gone')
    expect(calls[0]!.signal.aborted).toBe(false)
    other.cancel(new Error('gone too'))
    await expect(other.result).rejects.toThrow('gone too')
    expect(calls[0]!.signal.aborted).toBe(true)
    await expect.poll(() => queue.calls).toBe(0)
  })

  test('of several calls leaves nothing of itself behind', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever, { maxBatch: 2, maxCalls: 2 })
    const job = queue.submit(['a', 'b', 'c', 'd', 'e', 'f'], 1)
    await expect.poll(() => calls.length).toBe(2)
    job.cancel(new Error('gone'))
    await expect(job.result).rejects.toThrow('gone')
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true, true])
    await expect.poll(() => queue.calls).toBe(0)
    expect([queue.queued, calls.length]).toEqual([0, 2])
  })
})

describe('a retriever that fails', () => {
  test('fails the jobs of its call, and no others', async () => {
    const { retriever, calls } = held()
    const queue = queueOf(retriever, { maxBatch: 2, maxCalls: 9 })
    const jobs = ['a', 'b', 'c'].map((query) => queue.submit([query], 1))
    await expect.poll(() => calls.length).toBe(2)
    calls[0]!.fail(new Error('disk on fire'))
    calls[1]!.answer()
    const ends = await Promise.allSettled(jobs.map(({ result }) => result))
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
    expect(calls.length).toBe(2)
  })

  test('because of one query fails that one’s job alone', async () => {
    const queue = queueOf({
      search: async (queries, options) => {
        if (queries.includes('bad')) throw argumentError('query', 'good', 'bad')
        return echo().search(queries, options)
      },
    })
    const jobs = ['a', 'bad', 'c'].map((query) => queue.submit([query], 1))
    const ends = await Promise.allSettled(jobs.map(({ result }) => result))
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  test('by throwing at once, or by answering for other queries, is one too', async () => {
    const throwing = queueOf({
      search: () => {
        throw new Error('dead')
      },
    })
    await expect(throwing.submit(['a'], 1).result).rejects.toThrow('dead')
    const short = queueOf({ search: async () => [] })
    await expect(short.submit(['a'], 1).result).rejects.toThrow(
      'The retriever was asked 1 queries and answered 0.',
    )
  })
})

test('whatever comes, goes, fails or waits: every job ends as it should, and nothing is left', async () => {
  const seed = 7
  const random = randomStream(seed, 'queue')
  const queue = queueOf(
    {
      search: async (queries, { topK, signal }) => {
        await sleep(random.integer(3))
        signal!.throwIfAborted()
        if (random.uniform() < 0.1) throw new Error('bad luck')
        return echo(9).search(queries, { topK })
      },
    },
    { maxBatch: 7, maxCalls: 3, maxWaitMs: 1 },
  )
  const ends = await Promise.allSettled(
    Array.from({ length: 2000 }, async (_, at) => {
      await sleep(random.integer(100))
      const queries = Array.from({ length: random.integer(12) }, (_, index) => `${at}.${index}`)
      const topK = 1 + random.integer(3)
      const job = queue.submit(queries, topK)
      if (random.uniform() < 0.2) setTimeout(() => job.cancel(new Error('gone')), random.integer(4))
      expect(await texts(job)).toEqual(
        queries.map((query) => Array.from({ length: topK }, (_, part) => `${query}, part ${part}`)),
      )
    }),
  )
  const said = new Set(ends.map((end) => (end.status === 'rejected' ? end.reason.message : 'done')))
  expect([...said].sort()).toEqual(['bad luck', 'done', 'gone'])
  await expect.poll(() => queue.calls).toBe(0)
  expect(queue.queued).toBe(0)
})
