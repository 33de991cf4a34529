import { byteTokenizer, type Question, scriptedSampler, search, searchR1 } from '@querl/rollout'
import { expect, test } from 'vitest'
import { evaluate } from './evaluate.js'
import { randomPassages } from './random-passages.js'

const examples: readonly Question[] = [
  { id: 'a', question: 'who wrote the score of jaws', answers: ['John Williams'], kind: 'oneHop' },
  { id: 'b', question: 'where was he born', answers: ['Floral Park'], kind: 'twoHop' },
  { id: 'c', question: 'who directed it', answers: ['Steven Spielberg'], kind: 'twoHop' },
]
const passages = [{ id: '1', title: 'Jaws', text: 'John Williams wrote it.' }]

/** Searches once, or twice where the question asks for the birthplace; always answers the same. */
function policy() {
  return scriptedSampler(({ text, turn }) => {
    const searches = text.includes('born') ? 2 : 1
    return turn < searches ? '<search> jaws </search>' : '<answer> the john williams! </answer>'
  })
}

function run(sampler: ReturnType<typeof policy>, more: { temperature?: number } = {}) {
  return evaluate({
    sampler,
    tokenizer: byteTokenizer(),
    protocol: searchR1(),
    tools: [search(randomPassages(passages, 0))],
    examples,
    ...more,
  })
}

test('counts the answers that match, and the searches, by kind of question', async () => {
  using sampler = policy()
  const result = await run(sampler)
  expect(result.em).toBeCloseTo(1 / 3, 12)
  expect(result).toMatchObject({ n: 3, oneHop: 1, twoHop: 0, answered: 1 })
  expect(result.searches).toEqual({ all: 4 / 3, oneHop: 1, twoHop: 1.5 })
  expect(result.byKind['twoHop']).toMatchObject({ mean: 0, n: 2 })
})

test('gives the trajectories in the order of the examples, with their scores', async () => {
  using sampler = policy()
  const { trajectories, scores } = await run(sampler)
  expect(trajectories.map(({ example }) => example.id)).toEqual(['a', 'b', 'c'])
  expect(scores).toEqual([1, 0, 0])
})

test('is greedy unless told otherwise', async () => {
  using greedy = policy()
  await run(greedy)
  expect(new Set(greedy.generations.map(({ temperature }) => temperature))).toEqual(new Set([0]))
  using sampled = policy()
  await run(sampled, { temperature: 0.7 })
  expect(new Set(sampled.generations.map(({ temperature }) => temperature))).toEqual(new Set([0.7]))
})

test('no answer is a wrong answer', async () => {
  using sampler = scriptedSampler(['hm', 'hm', 'hm', 'hm', 'hm'])
  expect(await run(sampler)).toMatchObject({ em: 0, answered: 0 })
})

test('asks for at least one question', async () => {
  using sampler = policy()
  const nothing = evaluate({
    sampler,
    tokenizer: byteTokenizer(),
    protocol: searchR1(),
    tools: [search(randomPassages(passages, 0))],
    examples: [],
  })
  await expect(nothing).rejects.toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected examples to be at least one question, but got 0 (number).]`,
  )
})
