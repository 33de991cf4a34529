import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { directPrefix, informationText, worldFormat } from '@querl/tasks'
import { describe, expect, test } from 'vitest'
import type { Action, Observation } from '../protocol.js'
import { searchR1 } from './search-r1.js'

const protocol = searchR1()
const call = (input: string): Action => ({ kind: 'call', tool: 'search', input })
const answer = (text: string): Action => ({ kind: 'answer', answer: text })
const invalid = { kind: 'invalid', reason: 'neither a search nor an answer' }
const textOf = ({ open, body, close }: Observation) => open + body + close

describe('the first complete action counts', () => {
  test.each([
    ['a search', '<think> a </think>\n<search> who is it? </search>', call('who is it?')],
    ['an answer', '<think> a </think> <answer> Beijing </answer>', answer('Beijing')],
    ['an answer before a search', '<answer>x</answer> <search>y</search>', answer('x')],
    ['a search before an answer', '<search>y</search> <answer>x</answer>', call('y')],
    ['a search inside a search', '<search> <search> y </search>', call('<search> y')],
    ['a search inside an open answer', '<answer> <search> y </search>', call('y')],
    ['an answer inside an open search', '<search> <answer> x </answer>', answer('x')],
    ['a closing tag that opens nothing', 'y </search>', invalid],
    ['a search that the prompt opened', ' y </search>', invalid],
    ['an open search', '<search> y', invalid],
    ['a search closed as an answer', '<search> y </answer>', invalid],
    ['an empty query', '<search> </search>', call('')],
    ['an empty answer', '<answer></answer>', answer('')],
    ['several lines', '<search>\na\nb\n</search>', call('a\nb')],
    ['characters behind the closing tag, of its last token', '<search>y</search>\n\n', call('y')],
    ['a tag in capitals', '<SEARCH>y</SEARCH>', invalid],
    ['nothing', '', invalid],
  ])('%s', (_, text, action) => {
    expect(protocol.parse(text)).toEqual(action)
  })

  test('an answer may be opened by the forced prefix, a search may not', () => {
    expect(protocol.parse(' Bastur</answer>', directPrefix)).toEqual(answer('Bastur'))
    expect(protocol.parse(' Bastur', directPrefix)).toEqual(invalid)
    expect(protocol.parse(' y</search>', '<search>')).toEqual(invalid)
    expect(protocol.parse('<answer>b</answer>', '<answer>a</answer>')).toEqual(answer('b'))
    expect(protocol.parse(' x <search>y</search>', '<think>')).toEqual(call('y'))
  })
})

describe('the words', () => {
  test('of passages are one line each, between tags and blank lines', () => {
    const passages = [
      { id: '0', title: '"Oslo"', text: 'Oslo is\na city.' },
      { id: '1', title: 'Rome', text: 'Rome too. ' },
    ]
    expect(textOf(protocol.observe({ ok: true, passages }))).toBe(
      '\n\n<information>Doc 1(Title: "Oslo") Oslo is\na city.\n' +
        'Doc 2(Title: Rome) Rome too.</information>\n\n',
    )
    expect(textOf(protocol.observe({ ok: true, passages: [] }))).toBe(
      '\n\n<information></information>\n\n',
    )
  })

  test('of a failed search stand where its passages would', () => {
    expect(textOf(protocol.observe({ ok: false, message: 'Search failed: it is down.' }))).toBe(
      '\n\n<information>Search failed: it is down.</information>\n\n',
    )
  })

  test('after an invalid turn are one line of its own', () => {
    const feedback = protocol.feedback({ kind: 'invalid', reason: '' })!
    expect(feedback).toMatch(
      /^\nMy previous action is invalid\. If I want to search, .* again\.\n$/,
    )
    const silent = searchR1({ onInvalid: 'end' })
    expect(silent.feedback({ kind: 'invalid', reason: '' })).toBeUndefined()
  })

  test('of a question end with a question mark, once', () => {
    const contentOf = (question: string) => {
      const prompt = protocol.prompt({ id: '0', question, answers: ['x'] })
      return 'messages' in prompt ? prompt.messages.map(({ content }) => content).join() : ''
    }
    expect(contentOf(' who is it ')).toMatch(/Question: who is it\?\n$/)
    expect(contentOf('who is it?')).toMatch(/Question: who is it\?\n$/)
  })

  test('of the generated world are those of its warm start', () => {
    const small = searchR1(worldFormat)
    const example = { id: '0', question: 'What is the mayor of Varsu?', answers: ['x'] }
    expect(small.prompt(example)).toEqual({
      messages: [{ role: 'user', content: 'Question: What is the mayor of Varsu?\n' }],
    })
    const passages = [
      { id: '0', title: 'Varsu', text: 'Varsu is governed by Molma.' },
      { id: '1', title: 'Molma', text: 'Molma was born in Rokro.' },
    ]
    expect(textOf(small.observe({ ok: true, passages }))).toBe(informationText(passages))
    expect(informationText(passages)).toBe(
      '<information>Doc 1(Title: Varsu) Varsu is governed by Molma.\n' +
        'Doc 2(Title: Molma) Molma was born in Rokro.\n</information>',
    )
  })
})

describe('wrong options are refused', () => {
  test('with what was expected', () => {
    expect(() => searchR1({ maxSearches: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected maxSearches to be an integer of at least 0, or Infinity, but got -1 (number).]`,
    )
    expect(() => searchR1({ maxObservationTokens: 0.5 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected maxObservationTokens to be an integer of at least 1, or Infinity, but got 0.5 (number).]`,
    )
    expect(() => searchR1({ onInvalid: 'ignore' as 'end' })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected onInvalid to be 'feedback' or 'end', but got "ignore" (string).]`,
    )
  })
})

interface Item {
  question: string
  output: { query: string; final_response: string; pred: string }
}

const data = process.env['QUERL_TEST_DATA'] ?? join(process.cwd(), '../shared/data')
const folder = join(data, 'search-r1-trajectories')

// Somebody else's run of the released 3B model. Absent data: skipped.
describe.skipIf(!existsSync(folder))('a recorded run of a released checkpoint', () => {
  const bytes = existsSync(folder)
    ? gunzipSync(readFileSync(join(folder, 'bamboogle.base.intermediate_data.json.gz')))
    : '[]'
  const items = JSON.parse(bytes.toString()) as Item[]

  test('was prompted with these characters', () => {
    for (const { question, output } of items) {
      const prompt = protocol.prompt({ id: '0', question, answers: ['x'] })
      if (!('messages' in prompt)) throw new Error('Expected a chat.')
      expect(output.query).toContain(`<|im_start|>user\n${prompt.messages[0]!.content}<|im_end|>\n`)
    }
  })

  test('is taken apart into the same searches and the same answers', () => {
    let searches = 0
    for (const { output } of items) {
      // What the environment wrote, by its own tags; the last turn holds the answer.
      const turns = output.final_response.split(/\n\n<information>[\s\S]*?<\/information>\n\n/)
      for (const turn of turns.slice(0, -1)) {
        expect(protocol.parse(turn).kind).toBe('call')
        searches++
      }
      const last = protocol.parse(turns.at(-1)!)
      if (last.kind === 'answer') expect(last.answer).toBe(output.pred)
    }
    expect(searches).toBeGreaterThan(100)
  })
})
