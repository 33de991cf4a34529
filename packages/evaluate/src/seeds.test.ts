import { expect, test } from 'vitest'
import type { Evaluation } from './evaluate.js'
import { combineSeeds } from './seeds.js'
import { wilson } from './wilson.js'

const evaluation = (oneHop: number, twoHop: number): Evaluation => ({
  em: (oneHop + twoHop) / 200,
  low: wilson(oneHop + twoHop, 200).low,
  high: wilson(oneHop + twoHop, 200).high,
  n: 200,
  byKind: { oneHop: wilson(oneHop, 100), twoHop: wilson(twoHop, 100) },
  searches: { all: 1.5, oneHop: 1, twoHop: 2 },
  answered: 1,
  policyTokens: 0,
  seconds: 0,
  trajectories: [],
  scores: [],
})

test('one seed has the interval of its questions', () => {
  const summary = combineSeeds([evaluation(90, 80)])
  expect(summary).toMatchObject({ mean: 0.85, n: 200, oneHop: 0.9, twoHop: 0.8, perSeed: [0.85] })
  expect(summary.low).toBe(wilson(170, 200).low)
  expect(summary.interval).toBe('Wilson 95 % over the questions of one seed')
})

test('several seeds have the interval of their means (by hand)', () => {
  // Means .8, .9, 1.0: standard deviation .1, half width 4.3027 * .1 / sqrt(3) = .2484.
  const summary = combineSeeds([evaluation(80, 80), evaluation(90, 90), evaluation(100, 100)])
  expect(summary.mean).toBeCloseTo(0.9, 12)
  expect(summary.low).toBeCloseTo(0.6516, 4)
  expect(summary.high).toBe(1) // cut at 1
  expect(summary.perSeed).toEqual([0.8, 0.9, 1])
  expect(summary.n).toBe(600)
})
