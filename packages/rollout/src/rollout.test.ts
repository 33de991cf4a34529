import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Question, Retriever, Sampler } from './interfaces.js'
import { searchR1 } from './protocols/search-r1.js'
import {
  bare,
  checkAllClosed,
  collect,
  example,
  fixedSearch,
  playOne,
  samplers,
  say,
  scripted,
  start,
  told,
  trainedText,
  wrapped,
} from './rollout.fixture.js'
import type { Script } from './scripted-sampler.js'
import { search } from './tools/search.js'

afterEach(checkAllClosed)

describe('a group', () => {
  test('computes its prompt once and samples by its own seeds', async () => {
    const sampler = scripted(['<answer>x</answer>'])
    const examples = [example('a'), example('b')]
    const all = await collect({ sampler, examples, groupSize: 5 })
    expect(sampler.prompts.length).toBe(2)
    expect(all.map(({ index, sample }) => `${index}.${sample}`)).toEqual(
      [0, 1].flatMap((index) => [0, 1, 2, 3, 4].map((sample) => `${index}.${sample}`)),
    )
    expect(new Set(sampler.generations.map(({ seed }) => seed)).size).toBe(10)
  })

  test('has the same seeds wherever its example stands, but not twice', async () => {
    const seedsOf = async (examples: readonly Question[]) => {
      const sampler = scripted(({ options }) => `<answer>${options.seed}</answer>`)
      return (await collect({ sampler, examples, groupSize: 2 })).map(({ answer }) => answer)
    }
    const [a0, a1, b0, b1] = await seedsOf([example('a'), example('b')])
    expect(await seedsOf([example('b'), example('a')])).toEqual([b0, b1, a0, a1])
    expect(new Set(await seedsOf([example('a'), example('a')])).size).toBe(4)
  })

  test('is the same in whatever order its turns and searches end', async () => {
    const play = async (delay: (at: number) => number, concurrency: number) => {
      let at = 0
      const script: Script = async ({ turn, text, options }) => {
        await sleep(delay(at++))
        return turn < 2
          ? `<search> ${options.seed % 100} ${text.length} </search>`
          : `<answer>${text.length}</answer>`
      }
      const retriever: Retriever = {
        search: async (queries) => {
          await sleep(delay(at++))
          return queries.map((query) => [{ id: query, title: 'T', text: `${query} found` }])
        },
      }
      const examples = ['a', 'b', 'c', 'd'].map(example)
      const tools = [search(retriever)]
      const all = await collect({ script, tools, examples, groupSize: 3, concurrency })
      return all.map(({ seconds, ...rest }) => rest)
    }
    const forwards = await play((at) => at % 5, 100)
    expect(await play((at) => (at * 7) % 6, 100)).toEqual(forwards)
    expect(await play(() => 0, 1)).toEqual(forwards)
  })

  test('does not wait for the slowest before it goes on', async () => {
    let release = () => {}
    const slow = new Promise<void>((resolve) => {
      release = resolve
    })
    const script: Script = async ({ text }) => {
      if (text.startsWith('Question slow')) await slow
      return '<answer>x</answer>'
    }
    const order: string[] = []
    const examples = [example('slow'), example('a'), example('b')]
    for await (const { example } of start({ script, examples })) {
      order.push(example.id)
      if (order.length === 2) release()
    }
    expect(order.slice(0, 2).sort()).toEqual(['a', 'b'])
  })

  test('is under way only as far as the concurrency allows', async () => {
    const sampler = scripted(async () => {
      await sleep(1)
      return '<answer>x</answer>'
    })
    let most = 0
    const examples = Array.from({ length: 20 }, (_, at) => example(`${at}`))
    const onTrajectory = () => {
      most = Math.max(most, sampler.openSessions)
    }
    expect((await collect({ sampler, examples, concurrency: 3, onTrajectory })).length).toBe(20)
    expect(most).toBeLessThanOrEqual(3)
  })
})

describe('what fails', () => {
  test('in a retriever is read by the policy and counted', async () => {
    const dead = search({ search: () => Promise.reject(new Error('it is down.')) }, { retries: 0 })
    const trajectory = await playOne({ script: [say, '<answer>x</answer>'], tools: [dead] })
    expect(trajectory.finish).toBe('answer')
    expect(trajectory.searches).toEqual([
      { query: 'jaws', ok: false, message: 'Search failed: it is down.' },
    ])
    expect(trajectory.response).toContain('<information>Search failed: it is down.</information>')
    expect(trainedText(trajectory)).toBe(`${say}<answer>x</answer>`)
  })

  test('in a retriever that dies half-way leaves all trajectories whole', async () => {
    let calls = 0
    const retriever: Retriever = {
      search: async (queries) => {
        if (++calls > 1) throw new Error('it died.')
        return queries.map((query) => [{ id: query, title: 'T', text: query }])
      },
    }
    const script: Script = ({ turn, options }) =>
      turn < 2 ? `<search> ${options.seed} ${turn} </search>` : '<answer>x</answer>'
    const examples = ['a', 'b', 'c'].map(example)
    const tools = [search(retriever, { retries: 0 })]
    const all = await collect({ script, tools, examples, groupSize: 4 })
    expect(all.map(({ finish }) => finish)).toEqual(Array(12).fill('answer'))
    expect(all.map(({ searches }) => searches.map(({ ok }) => ok))).toEqual(
      Array(12).fill([true, false]),
    )
  })

  test('in the sampler is data on its trajectory, and the others go on', async () => {
    const script: Script = ({ text, turn }) => {
      if (text.startsWith('Question b') && turn === 1) throw new Error('logits are NaN')
      return turn === 0 ? say : '<answer>x</answer>'
    }
    const all = await collect({ script, examples: ['a', 'b', 'c'].map(example) })
    expect(all.map(({ finish }) => finish)).toEqual(['answer', 'error', 'answer'])
    expect(all[1]!.error).toEqual({ message: 'logits are NaN' })
    expect(all[1]!.response).toBe(`${say}${told}`)
  })

  test('because a prompt is too long is data, for each sample of its group', async () => {
    const examples = [example('a'), { ...example('b'), question: 'x'.repeat(60) }]
    const options = { script: ['<answer>x</answer>'], examples, groupSize: 2 }
    const byLimit = await collect({ ...options, maxTokens: 50 })
    expect(byLimit.map(({ finish }) => finish)).toEqual(['answer', 'answer', 'error', 'error'])
    expect(byLimit[2]!.error).toMatchInlineSnapshot(`
      {
        "code": "ERR_QUERL_WINDOW",
        "message": "The prompt of example b has 61 tokens, and a trajectory at most 50.
      Raise maxTokens, or leave the example out.",
      }
    `)
    const sampler = scripted(options.script, { window: 50 })
    const byWindow = await collect({ ...options, sampler })
    expect(byWindow[3]!.error?.code).toBe('ERR_QUERL_WINDOW')
  })

  test('while opening is data, and leaves nothing open', async () => {
    const inner = scripted([])
    let forks = 0
    const sampler: Sampler = {
      open: (ids) => {
        const session = inner.open(ids)
        const fork = () => {
          if (++forks === 2) throw new Error('no pages left')
          return session.fork()
        }
        return { ...wrapped(session), fork }
      },
    }
    const all = await collect({ sampler, groupSize: 4 })
    expect(all.map(({ error }) => error)).toEqual(Array(4).fill({ message: 'no pages left' }))
  })

  test('in a protocol is thrown, after all others have ended', async () => {
    const protocol = {
      ...searchR1(bare),
      parse: () => {
        throw new Error('a bug')
      },
    }
    const examples = ['a', 'b', 'c'].map(example)
    await expect(collect({ script: ['hm'], protocol, examples })).rejects.toThrow('a bug')
  })
})

describe('an abort', () => {
  test('at any point ends the rollout with its reason and closes every session', async () => {
    const events: string[] = []
    const playUntil = async (last: number): Promise<boolean> => {
      events.length = 0
      const controller = new AbortController()
      const mark = (event: string) => {
        events.push(event)
        if (events.length === last) controller.abort(new Error('enough'))
      }
      const script: Script = async ({ turn }) => {
        mark('before a turn')
        await sleep(0)
        mark('after a turn')
        return turn < 2 ? `<search> q${turn} </search>` : '<answer>x</answer>'
      }
      const retriever: Retriever = {
        search: async (queries) => {
          mark('before a search')
          await sleep(0)
          mark('after a search')
          return queries.map(() => [])
        },
      }
      const tools = [search(retriever)]
      const examples = ['a', 'b'].map(example)
      const { signal } = controller
      try {
        for await (const _ of start({ script, tools, examples, groupSize: 2, signal }))
          mark('a trajectory')
        return false
      } catch (error) {
        expect((error as Error).message).toBe('enough')
        return true
      } finally {
        expect(samplers.at(-1)!.openSessions).toBe(0)
      }
    }
    await playUntil(Number.POSITIVE_INFINITY)
    const total = events.length
    expect(total).toBeGreaterThan(25)
    // Whoever aborts on the last trajectory has got them all already.
    for (let last = 1; last < total; last++)
      expect([last, await playUntil(last)]).toEqual([last, true])
  })

  test('before the start starts nothing', async () => {
    const sampler = scripted([])
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(collect({ sampler, signal })).rejects.toThrow('enough')
    expect(sampler.prompts).toEqual([])
  })

  test('is what leaving the loop does to the rest', async () => {
    const script: Script = async ({ text, options: { signal } }) => {
      // Longer than the test: what ends it is the abort.
      if (!text.startsWith('Question 0')) await sleep(600_000, undefined, { signal })
      return '<answer>x</answer>'
    }
    const sampler = scripted(script)
    const examples = Array.from({ length: 8 }, (_, at) => example(`${at}`))
    for await (const trajectory of start({ sampler, examples, concurrency: 4 })) {
      expect(trajectory.index).toBe(0)
      break
    }
    expect(sampler.openSessions).toBe(0)
    expect(sampler.prompts.length).toBeLessThan(8)
  })
})

describe('wrong options are refused at once', () => {
  test('with what was expected', () => {
    const tool = { ...fixedSearch(''), name: 'serch' }
    expect(() => start({ tools: [tool] })).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The protocol search-r1 needs a tool "search".
      There is a tool "serch".]
    `)
    expect(() => start({ tools: [] })).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: The protocol search-r1 needs a tool "search".
      Add it to tools.]
    `)
    expect(() => start({ groupSize: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected groupSize to be a positive integer, but got 0 (number).]`,
    )
    expect(() => start({ temperature: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected temperature to be a number of at least 0, but got -1 (number).]`,
    )
    expect(() => start({ topP: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected topP to be in (0, 1], but got 0 (number).]`,
    )
    expect(() => start({ seed: 0.5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected seed to be a non-negative integer, but got 0.5 (number).]`,
    )
    expect(() => start({ maxPolicyTokens: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected maxPolicyTokens to be a positive integer, but got 0 (number).]`,
    )
  })
})
