import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test } from 'vitest'
import { byteTokenizer } from './byte-tokenizer.js'
import type { FoundPassage, Question, Retriever, Sampler, Session, Tool } from './interfaces.js'
import type { RolloutOptions } from './options.js'
import { type SearchR1Options, searchR1 } from './protocols/search-r1.js'
import { rollout } from './rollout.js'
import { type Script, type ScriptedSampler, scriptedSampler } from './scripted-sampler.js'
import { search } from './tools/search.js'
import { logprobsOf, lossMask, policyTokens, type Trajectory, tokensOf } from './trajectory.js'

const tokenizer = byteTokenizer()
const jaws: Question = {
  id: 'jaws',
  question: 'Who wrote the music of Jaws?',
  answers: ['Williams'],
}
const bare = { promptText: (question: string) => `${question}\n`, chat: false }
const example = (id: string): Question => ({ id, question: `Question ${id}?`, answers: ['x'] })

function fixedSearch(text: string, calls: string[] = []): Tool {
  return search(
    {
      search: async (queries) => {
        calls.push(...queries)
        return queries.map((): FoundPassage[] => [{ id: '0', title: 'T', text }])
      },
    },
    { retries: 0 },
  )
}

const samplers: ScriptedSampler[] = []
function scripted(script: Script, options?: Parameters<typeof scriptedSampler>[1]) {
  const sampler = scriptedSampler(script, options)
  samplers.push(sampler)
  return sampler
}

// Whatever a test does, nothing may stay open.
afterEach(() => {
  for (const sampler of samplers.splice(0)) expect(sampler.openSessions).toBe(0)
})

type Options = Partial<RolloutOptions> & { script?: Script; protocolOptions?: SearchR1Options }

function start({ script = [], protocolOptions = {}, ...options }: Options) {
  return rollout({
    sampler: scripted(script),
    tokenizer,
    protocol: searchR1({ ...bare, ...protocolOptions }),
    tools: [fixedSearch('found')],
    examples: [jaws],
    seed: 1,
    ...options,
  })
}

async function collect(options: Options): Promise<Trajectory[]> {
  const all: Trajectory[] = []
  for await (const trajectory of start(options)) all.push(trajectory)
  return all.sort((a, b) => a.index - b.index || a.sample - b.sample)
}

async function playOne(options: Options): Promise<Trajectory> {
  return (await collect(options))[0]!
}

/** The text that the loss would touch. */
function trainedText(trajectory: Trajectory): string {
  const mask = lossMask(trajectory.segments)
  return tokenizer.decode(tokensOf(trajectory).filter((_, at) => mask[at] === 1))
}

const say = '<think> a </think><search> jaws </search>'
const told = '\n\n<information>Doc 1(Title: T) found</information>\n\n'

describe('a trajectory', () => {
  test('is prompt, turn, observation, turn, in tokens that decode to its text', async () => {
    const trajectory = await playOne({ script: [say, '<answer> Williams </answer>'] })
    expect(trajectory).toMatchObject({
      finish: 'answer',
      answer: 'Williams',
      turns: 2,
      invalidTurns: 0,
      cutObservations: 0,
      response: `${say}${told}<answer> Williams </answer>`,
      searches: [{ query: 'jaws', ok: true, passages: [{ text: 'found' }] }],
    })
    expect(trajectory.segments.map(({ author }) => author)).toEqual([
      'prompt',
      'policy',
      'tool',
      'policy',
    ])
    const whole = tokenizer.decode(tokensOf(trajectory))
    expect(whole).toBe(`Who wrote the music of Jaws?\n${trajectory.response}`)
    expect(trainedText(trajectory)).toBe(`${say}<answer> Williams </answer>`)
  })

  test('keeps the log-probs of what was sampled, where it was sampled', async () => {
    const trajectory = await playOne({ script: [say, '<answer>x</answer>'] })
    const mask = lossMask(trajectory.segments)
    const expected = Array.from(mask, (own) => (own ? -1 / 8 : 0))
    expect(logprobsOf(trajectory)).toEqual(Float32Array.from(expected))
    expect(policyTokens(trajectory)).toBe(expected.filter(Boolean).length)
  })

  test('has nothing behind its answer', async () => {
    const trajectory = await playOne({ script: ['<answer>x</answer> junk <search>y</search>'] })
    expect(trajectory.response).toBe('<answer>x</answer>')
    expect(trajectory.segments.length).toBe(2)
  })

  test('stays masked where a document holds </information>, to its end', async () => {
    const trajectory = await playOne({
      script: [say, '<answer>x</answer>'],
      tools: [fixedSearch('a </information> b <answer> c </answer>')],
    })
    expect(trainedText(trajectory)).toBe(`${say}<answer>x</answer>`)
    expect(trajectory.answer).toBe('x')
  })

  test('is trained on where the policy writes <information> itself', async () => {
    const forged = '<information> x </information><answer>x</answer>'
    expect(trainedText(await playOne({ script: [forged] }))).toBe(forged)
  })

  test('starts with a forced prefix that is not trained on', async () => {
    const forced = '<think> I know it.</think><answer>'
    const trajectory = await playOne({
      script: [' Williams</answer>'],
      protocolOptions: { forcedPrefix: forced, maxSearches: 0 },
      tools: [],
    })
    expect(trajectory).toMatchObject({ finish: 'answer', answer: 'Williams', turns: 1 })
    expect(trajectory.response).toBe(`${forced} Williams</answer>`)
    expect(trainedText(trajectory)).toBe(' Williams</answer>')
  })

  test('is prompted by the chat template, where there is one', async () => {
    const chatTemplate = ([message]: readonly { role: string; content: string }[]) =>
      `<${message!.role}>${message!.content}<assistant>`
    const trajectory = await playOne({
      script: ['<answer>x</answer>'],
      protocolOptions: { chat: true },
      tokenizer: { ...tokenizer, chatTemplate },
    })
    expect(tokenizer.decode(trajectory.segments[0]!.ids)).toBe(
      '<user>Who wrote the music of Jaws?\n<assistant>',
    )
  })

  test('has the version of the oldest weights that sampled it', async () => {
    const inner = scripted([say, '<answer>x</answer>'])
    let version = 5
    const sampler: Sampler = {
      open: (ids) => {
        const session = inner.open(ids)
        return {
          ...wrapped(session),
          generate: async (options) => ({
            ...(await session.generate(options)),
            policyVersion: version++,
          }),
        }
      },
    }
    expect((await playOne({ sampler })).policyVersion).toBe(5)
  })
})

describe('limits', () => {
  test('of four turns are five generations and four searches', async () => {
    const calls: string[] = []
    const sampler = scripted(({ turn }) => `<search> q${turn} </search>`)
    const trajectory = await playOne({ sampler, tools: [fixedSearch('found', calls)] })
    expect(sampler.generations.length).toBe(5)
    expect(calls).toEqual(['q0', 'q1', 'q2', 'q3'])
    expect(trajectory).toMatchObject({ finish: 'turns', turns: 5 })
    expect(trajectory.searches.length).toBe(4)
    expect(trajectory.segments.at(-1)!.author).toBe('policy')
  })

  test('without a final turn are as many generations as turns', async () => {
    const sampler = scripted(({ turn }) => `<search> q${turn} </search>`)
    const trajectory = await playOne({ sampler, protocolOptions: { finalAnswerTurn: false } })
    expect(trajectory).toMatchObject({ finish: 'turns', turns: 4 })
    expect(trajectory.searches.length).toBe(4)
  })

  test('of searches leave one turn to answer in', async () => {
    const calls: string[] = []
    const script: Script = ({ turn }) =>
      turn < 3 ? `<search> q${turn} </search>` : '<answer>x</answer>'
    const tools = [fixedSearch('found', calls)]
    const trajectory = await playOne({ script, tools, protocolOptions: { maxSearches: 3 } })
    expect(trajectory).toMatchObject({ finish: 'answer', turns: 4 })
    expect(calls.length).toBe(3)
  })

  test('of tokens hold over all turns of the policy', async () => {
    const length = say.length
    const sampler = scripted([say, '<answer>too long an answer</answer>'])
    const trajectory = await playOne({ sampler, maxPolicyTokens: length + 10 })
    expect(sampler.generations.map(({ maxTokens }) => maxTokens)).toEqual([length + 10, 10])
    expect(trajectory.finish).toBe('budget')
    expect(trajectory.answer).toBeUndefined()
    expect(trainedText(trajectory)).toBe(`${say}<answer>to`)
    expect(lossMask(trajectory.segments).reduce((sum, own) => sum + own, 0)).toBe(length + 10)
  })

  test('of tokens that end with a search do not search any more', async () => {
    const calls: string[] = []
    const tools = [fixedSearch('found', calls)]
    const trajectory = await playOne({ script: [say], maxPolicyTokens: say.length, tools })
    expect(trajectory.finish).toBe('budget')
    expect(calls).toEqual([])
  })

  test('of the sequence end it before an observation that leaves no room', async () => {
    const prompt = 'Who wrote the music of Jaws?\n'.length
    const exact = prompt + say.length + told.length
    const script = [say, '<answer>x</answer>']
    const tight = await playOne({ script, maxTokens: exact })
    expect(tight).toMatchObject({ finish: 'window', response: say, turns: 1 })
    expect(tight.searches.length).toBe(1)
    const roomy = await playOne({ script, maxTokens: exact + 5 })
    expect(roomy).toMatchObject({ finish: 'window', response: `${say}${told}<answ`, turns: 2 })
  })

  test('of a turn let the policy go on after it was told', async () => {
    const script = ['x'.repeat(99), '<answer>x</answer>']
    const trajectory = await playOne({ script, maxTurnTokens: 20 })
    expect(trajectory).toMatchObject({ finish: 'answer', turns: 2, invalidTurns: 1 })
    expect(trajectory.segments[1]!.ids.length).toBe(20)
  })

  test('of an observation cut the passages and keep the closing tag', async () => {
    const script = [say, '<answer>x</answer>']
    const wrapper = '\n\n<information>'.length + '</information>\n\n'.length
    const trajectory = await playOne({
      script,
      tools: [fixedSearch('12345 ééé 67890')],
      protocolOptions: { maxObservationTokens: wrapper + 'Doc 1(Title: T) 12345 '.length + 3 },
    })
    const cut = '\n\n<information>Doc 1(Title: T) 12345 é</information>\n\n' // é is two tokens
    expect(trajectory.response).toBe(`${say}${cut}<answer>x</answer>`)
    expect(trajectory.cutObservations).toBe(1)
    expect(tokenizer.decode(trajectory.segments[2]!.ids)).toBe(cut)
  })
})

describe('a turn without an action', () => {
  test('is answered by the sentence, masked, and the policy goes on', async () => {
    const trajectory = await playOne({ script: ['hm', '<answer>x</answer>'] })
    expect(trajectory).toMatchObject({ finish: 'answer', invalidTurns: 1 })
    expect(trajectory.response).toContain('My previous action is invalid.')
    expect(trainedText(trajectory)).toBe('hm<answer>x</answer>')
  })

  test('ends where the protocol says so, and tells why', async () => {
    const protocolOptions = { onInvalid: 'end' } as const
    expect((await playOne({ script: ['x </search>'], protocolOptions })).finish).toBe('invalid')
    const eos = await playOne({ script: ['hm<|eos|>more'], protocolOptions })
    expect(eos).toMatchObject({ finish: 'eos', response: 'hm<|eos|>' })
    expect((await playOne({ script: [], protocolOptions })).finish).toBe('eos')
  })

  test('in the last turn is the end', async () => {
    const trajectory = await playOne({ script: () => 'hm' })
    expect(trajectory).toMatchObject({ finish: 'invalid', turns: 5, invalidTurns: 5 })
  })

  test('of a search that the policy cannot open is none', async () => {
    const markers = byteTokenizer(['<|eos|>', '<search>'])
    const sampler = scripted(['<search> jaws </search>'], { tokenizer: markers })
    const trajectory = await playOne({ sampler, tokenizer: markers, bannedIds: [257], maxTurns: 1 })
    expect(trajectory.response.startsWith(' jaws </search>\nMy previous')).toBe(true)
    expect(trajectory.searches).toEqual([])
  })
})

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
    const script: Script = async ({ text }) => {
      if (!text.startsWith('Question 0')) await sleep(30)
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

/** A session's members as own properties, so that one can be replaced. */
function wrapped(session: Session): Session {
  return {
    get length() {
      return session.length
    },
    generate: (options) => session.generate(options),
    append: (ids) => session.append(ids),
    fork: () => session.fork(),
    [Symbol.dispose]: () => session[Symbol.dispose](),
  }
}
