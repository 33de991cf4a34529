import { afterEach, describe, expect, test } from 'vitest'
import { byteTokenizer } from './byte-tokenizer.js'
import type { Sampler } from './interfaces.js'
import {
  checkAllClosed,
  fixedSearch,
  playOne,
  say,
  scripted,
  tokenizer,
  told,
  trainedText,
  wrapped,
} from './rollout.fixture.js'
import type { Script } from './scripted-sampler.js'
import { logprobsOf, lossMask, policyTokens, tokensOf } from './trajectory.js'

afterEach(checkAllClosed)

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

  test('of the model end it where they are shorter, without an error', async () => {
    const prompt = 'Who wrote the music of Jaws?\n'.length
    for (const room of [told.length, told.length + 5]) {
      const window = prompt + say.length + room
      const sampler = scripted([say, '<answer>x</answer>'], { window })
      const trajectory = await playOne({ sampler })
      expect(trajectory.finish).toBe('window')
      expect(trajectory.error).toBeUndefined()
      expect(tokensOf(trajectory).length).toBe(window)
    }
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
