import { expect, test } from 'vitest'
import type { ScoredRow } from './algorithm.js'
import { grpo } from './grpo.js'
import { ppo, tokenRewards } from './ppo.js'

const row: ScoredRow = {
  group: '0',
  reward: 1,
  mask: Uint8Array.of(0, 1, 0, 1),
  logprobs: Float32Array.of(0, -1, 0, -2),
  referenceLogprobs: Float32Array.of(0, -1.5, 0, -1.75),
  values: Float32Array.of(0, 0.25, 9, 0.5),
}

test('the outcome stands on the last policy token, less k1 on each', () => {
  // k1 = old - reference: 0.5 and -0.25.
  const rewards = tokenRewards(row, 0.1)
  for (const [t, expected] of [0, -0.05, 0, 1.025].entries())
    expect(rewards[t]).toBeCloseTo(expected, 6)
})

test('returns are the reward still to come, whatever is whitened', () => {
  const other = { ...row, reward: 0 }
  const { returns, advantages } = ppo({ kl: {} }).estimate([row, other])
  expect(returns!.map((each) => [...each])).toEqual([
    [0, 1, 0, 1],
    [0, 0, 0, 0],
  ])
  // Raw advantages 0.75, 0.5, -0.25, -0.5: mean 1/8; whitening keeps their order and gaps.
  const [up, down] = [advantages[0]!, advantages[1]!]
  expect((up[1]! - up[3]!) / (down[1]! - down[3]!)).toBeCloseTo(1, 5)
  expect(up[1]! + up[3]! + down[1]! + down[3]!).toBeCloseTo(0, 5)
})

test('without whitening the advantage is return less value', () => {
  const { advantages } = ppo({ kl: {}, whitenAdvantages: false }).estimate([row])
  expect([...advantages[0]!]).toEqual([0, 0.75, 0, 0.5])
})

test('grpo gives each policy token its trajectory’s advantage and drops equal groups', () => {
  const rows = [1, 0, 1, 1].map((reward, index) => ({
    ...row,
    reward,
    group: index < 2 ? 'a' : 'b',
  }))
  const { advantages, kept } = grpo({ advantages: { divideByStd: false } }).estimate(rows)
  expect([...advantages[0]!]).toEqual([0, 0.5, 0, 0.5])
  expect([...advantages[1]!]).toEqual([0, -0.5, 0, -0.5])
  expect(kept).toEqual([true, true, false, false])
})

test('whitened over the tokens of the batch it is REINFORCE++, which drops no group', () => {
  // Rewards 1 1 0 on two tokens each: mean 2/3, squares 4 * 1/9 + 2 * 4/9 = 4/3, variance 4/15.
  const rows = [1, 1, 0].map((reward) => ({ ...row, reward, group: 'a' }))
  const equal = [{ ...row, reward: 1, group: 'b' }]
  const { advantages } = grpo({ advantages: { baseline: 'none', whiten: true } }).estimate(rows)
  const std = Math.sqrt(4 / 15)
  for (const [index, expected] of [1 / 3, 1 / 3, -2 / 3].entries())
    for (const [t, bit] of row.mask.entries())
      expect(advantages[index]![t]).toBeCloseTo((bit * expected) / std, 5)
  const options = { advantages: { divideByStd: false, whiten: true } } as const
  expect(grpo(options).estimate([...rows, ...equal]).kept).toEqual([true, true, true, true])
})

test('asks for a reference only where a KL term reads it', () => {
  expect([grpo().needsReference, grpo({ kl: 0 }).needsReference]).toEqual([true, false])
  expect([ppo().needsReference, ppo({ kl: {} }).needsReference]).toEqual([true, false])
})

test('refuses negative coefficients by name', () => {
  expect(() => grpo({ kl: -1 })).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected kl to be a number of at least 0, but got -1 (number).]`,
  )
})
