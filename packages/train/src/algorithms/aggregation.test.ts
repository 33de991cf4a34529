import { describe, expect, test } from 'vitest'
import { aggregationWeights } from './aggregation.js'

const masks = [Uint8Array.of(0, 1, 0, 1, 1), Uint8Array.of(0, 1), Uint8Array.of(0, 0)]

describe('aggregationWeights', () => {
  test('tokens: every token of the mini-batch weighs the same', () => {
    expect(aggregationWeights(masks, 'tokens').map((row) => [...row])).toEqual([
      [0, 0.25, 0, 0.25, 0.25],
      [0, 0.25],
      [0, 0],
    ])
  })

  test('sequences: every row with tokens weighs the same', () => {
    const sixth = Math.fround(1 / 6)
    expect(aggregationWeights(masks, 'sequences').map((row) => [...row])).toEqual([
      [0, sixth, 0, sixth, sixth],
      [0, 0.5],
      [0, 0],
    ])
  })

  test('constant: a token weighs the same however long its row is', () => {
    const weights = aggregationWeights(masks, { kind: 'constant', constantLength: 10 })
    const twentieth = Math.fround(1 / 20)
    expect([weights[0]![1], weights[1]![1]]).toEqual([twentieth, twentieth])
  })

  test('the weights of a mean sum to 1', () => {
    for (const aggregation of ['tokens', 'sequences'] as const) {
      const all = aggregationWeights(masks, aggregation).flatMap((row) => [...row])
      expect(all.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6)
    }
  })
})
