import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { FoundPassage, Retriever } from '../interfaces.js'
import { search } from './search.js'

const passage = (text: string): FoundPassage => ({ id: text, title: 'T', text })

/** Finds the query itself, and writes down what it was asked. */
function echo(work: (queries: readonly string[], call: number) => unknown = () => {}) {
  const batches: (readonly string[])[] = []
  const retriever: Retriever = {
    search: async (queries, { topK }) => {
      batches.push(queries)
      await work(queries, batches.length)
      return queries.map((query) => [passage(query)].slice(0, topK))
    },
  }
  return { retriever, batches }
}

const quick = { timeoutMs: 20, backoffMs: 1 }

describe('one call of the retriever', () => {
  test('serves all queries of a turn of the event loop, equal ones once', async () => {
    const { retriever, batches } = echo()
    const tool = search(retriever)
    const queries = Array.from({ length: 400 }, (_, at) => `query ${at % 300}`)
    // As turns end at different depths of promises.
    const results = await Promise.all(
      queries.map(async (query, at) => {
        for (let depth = 0; depth < at % 5; depth++) await undefined
        return tool.call(query, {})
      }),
    )
    expect(results.map((result) => result.ok && result.passages[0]!.text)).toEqual(queries)
    expect(batches.map(({ length }) => length)).toEqual([300])
    expect(tool.stats).toEqual({ queries: 400, shared: 100, calls: 1, failed: 0 })
  })

  test('is not needed for what is remembered, until it is forgotten', async () => {
    const { retriever, batches } = echo()
    const tool = search(retriever, { cache: 2 })
    for (const query of ['a', 'b', 'a', 'c', 'a', 'b']) await tool.call(query, {})
    expect(batches).toEqual([['a'], ['b'], ['c'], ['b']])
  })

  test('is not needed for an empty query, which finds nothing', async () => {
    const { retriever, batches } = echo()
    expect(await search(retriever).call(' ', {})).toEqual({ ok: true, passages: [] })
    expect(batches).toEqual([])
  })

  test('waits while as many as are allowed are under way, and then takes all that gathered', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { retriever, batches } = echo(() => held)
    const tool = search(retriever, { maxCalls: 1 })
    const first = tool.call('a', {})
    await expect.poll(() => batches.length).toBe(1)
    const others = ['b', 'c', 'd'].map((query) => tool.call(query, {}))
    await turn()
    await turn()
    expect(batches.length).toBe(1)
    release()
    await Promise.all([first, ...others])
    expect(batches).toEqual([['a'], ['b', 'c', 'd']])
  })
})

describe('a retriever that fails', () => {
  test('is asked again', async () => {
    const { retriever } = echo((_, call) => {
      if (call < 3) throw new Error('HTTP 500')
    })
    const tool = search(retriever, quick)
    expect(await tool.call('a', {})).toEqual({ ok: true, passages: [passage('a')] })
    expect(tool.stats.calls).toBe(3)
  })

  test('for good is a message, and is asked anew by the next query', async () => {
    const { retriever } = echo((_, call) => {
      if (call <= 2) throw new Error('connection refused\n  at stack')
    })
    const tool = search(retriever, { ...quick, retries: 1 })
    const [a, b] = await Promise.all([tool.call('a', {}), tool.call('b', {})])
    expect(a).toEqual({ ok: false, message: 'Search failed: connection refused' })
    expect(b).toEqual(a)
    expect(tool.stats.failed).toBe(2)
    expect((await tool.call('a', {})).ok).toBe(true)
  })

  test('by throwing before it returns a promise is a message too', async () => {
    const tool = search(
      {
        search: () => {
          throw new Error('dead')
        },
      },
      { ...quick, retries: 0 },
    )
    expect(await tool.call('a', {})).toEqual({ ok: false, message: 'Search failed: dead' })
  })

  test('by silence is left after the time-out', async () => {
    const signals: AbortSignal[] = []
    const silent: Retriever = {
      search: (_, { signal }) => {
        signals.push(signal!)
        return new Promise(() => {})
      },
    }
    const tool = search(silent, { ...quick, retries: 1 })
    expect(await tool.call('a', {})).toEqual({
      ok: false,
      message: 'Search failed: the retriever did not answer in 0.02 s.',
    })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true])
  })

  test('by answering for other queries than it was asked is a message', async () => {
    const short: Retriever = { search: async () => [] }
    const tool = search(short, { ...quick, retries: 0 })
    expect(await tool.call('a', {})).toEqual({
      ok: false,
      message: 'Search failed: the retriever did not answer all of 1 queries.',
    })
  })
})

describe('an abort', () => {
  test('is thrown at once, also where the retriever does not listen', async () => {
    let isAsked = false
    const deaf: Retriever = {
      search: () => {
        isAsked = true
        return new Promise(() => {})
      },
    }
    const tool = search(deaf)
    const controller = new AbortController()
    const calling = tool.call('a', { signal: controller.signal })
    await expect.poll(() => isAsked).toBe(true)
    controller.abort(new Error('enough'))
    await expect(calling).rejects.toThrow('enough')
    await expect(tool.call('b', { signal: controller.signal })).rejects.toThrow('enough')
  })

  test('stops the retriever when nobody waits any more, and not before', async () => {
    const signals: AbortSignal[] = []
    const answers: (() => void)[] = []
    const slow: Retriever = {
      search: (queries, { signal }) => {
        signals.push(signal!)
        return new Promise((resolve) => {
          answers.push(() => resolve(queries.map((query) => [passage(query)])))
        })
      },
    }
    const tool = search(slow)
    const [one, other] = [new AbortController(), new AbortController()]
    const first = tool.call('a', { signal: one.signal })
    const second = tool.call('b', { signal: other.signal })
    await expect.poll(() => signals.length).toBe(1)
    one.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    expect(signals[0]!.aborted).toBe(false)
    answers[0]!()
    expect((await second).ok).toBe(true)

    const third = tool.call('c', { signal: other.signal })
    await expect.poll(() => signals.length).toBe(2)
    other.abort(new Error('enough'))
    await expect(third).rejects.toThrow('enough')
    expect(signals[1]!.aborted).toBe(true)
    const fourth = tool.call('c', {})
    await expect.poll(() => signals.length).toBe(3)
    answers[2]!()
    expect((await fourth).ok).toBe(true)
  })
})

test('wrong options are refused', () => {
  const { retriever } = echo()
  expect(() => search(retriever, { topK: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected topK to be a positive integer, but got 0 (number).]`,
  )
  expect(() => search(retriever, { timeoutMs: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected timeoutMs to be a positive number, but got NaN (number).]`,
  )
  expect(() => search(retriever, { retries: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected retries to be a non-negative integer, but got -1 (number).]`,
  )
})
