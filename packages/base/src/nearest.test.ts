import { expect, test } from 'vitest'
import { nearest } from './index.js'

const keys = ['topK', 'temperature', 'maxTurns', 'maxTokens', 'lr', 'clip', 'groupSize']

test.each([
  ['topk', 'topK'], // case alone is no slip
  ['temprature', 'temperature'], // a letter left out
  ['tempreature', 'temperature'], // two letters swapped
  ['maxTurn', 'maxTurns'],
  ['maxToken', 'maxTokens'],
  ['rl', 'lr'], // a swap in a word of two
  ['clipp', 'clip'],
  ['group_size', 'groupSize'],
])('%s most likely means %s', (word, meant) => {
  expect(nearest(word, keys)).toBe(meant)
})

test.each(['learningRate', 'q', '', 'zzzzzzzzz'])('nothing is near "%s"', (word) => {
  expect(nearest(word, keys)).toBeUndefined()
})

test('the first of equally near candidates is taken', () => {
  expect(nearest('cat', ['bat', 'hat'])).toBe('bat')
  expect(nearest('cat', ['hat', 'bat'])).toBe('hat')
})
