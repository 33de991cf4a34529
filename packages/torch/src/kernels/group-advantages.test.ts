import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { groupAdvantages } from './group-advantages.js'

const groupsOf = (count: number, size: number) =>
  Int32Array.from({ length: count * size }, (_, index) => Math.floor(index / size))
const oneRight = Float64Array.of(1, 0, 0, 0)

describe('groupAdvantages', () => {
  test('is (r - mean) / (unbiased std + epsilon) of the group', () => {
    // Rewards 1 0 0 0: mean 1/4, unbiased variance (9/16 + 3/16) / 3 = 1/4, std 1/2.
    const [right, wrong] = groupAdvantages(oneRight, groupsOf(1, 4), { epsilon: 1e-4 })
    expect(right).toBeCloseTo(0.75 / 0.5001, 12)
    expect(wrong).toBeCloseTo(-0.25 / 0.5001, 12)
  })

  test('without division it is the difference to the mean', () => {
    expect([...groupAdvantages(oneRight, groupsOf(1, 4), { divideByStd: false })]).toEqual([
      0.75, -0.25, -0.25, -0.25,
    ])
  })

  test('equal rewards have advantages of exactly 0, also those that binary cannot hold', () => {
    expect([...groupAdvantages(Float64Array.of(0.1, 0.1, 0.1), groupsOf(1, 3))]).toEqual([0, 0, 0])
  })

  test('a group of one keeps its reward', () => {
    expect([...groupAdvantages(Float64Array.of(0.5, 1), [7, -3])]).toEqual([0.5, 1])
  })

  test('leaves the sample itself out of its baseline where told to', () => {
    // RLOO: 1 - mean(0, 0, 0), and 0 - mean(1, 0, 0).
    const options = { baseline: 'leaveOneOut', divideByStd: false } as const
    const [right, wrong] = groupAdvantages(oneRight, groupsOf(1, 4), options)
    expect(right).toBe(1)
    expect(wrong).toBeCloseTo(-1 / 3, 12)
  })

  test('without a baseline it is the reward', () => {
    expect(groupAdvantages(oneRight, groupsOf(1, 4), { baseline: 'none' })).toEqual(oneRight)
  })

  test('does not depend on the order of the rows, nor on what the groups are called', () => {
    const stream = randomStream(3, 'advantages')
    const groups = groupsOf(5, 4)
    const rewards = Float64Array.from(groups, () => stream.integer(3) / 2)
    const order = stream.shuffle([...groups.keys()])
    const straight = groupAdvantages(rewards, groups)
    // Names that differ in their upper halves alone.
    const names = BigInt64Array.from(order, (index) => BigInt(groups[index]!) << 40n)
    const shuffled = groupAdvantages(
      Float64Array.from(order, (index) => rewards[index]!),
      names,
    )
    for (const [position, index] of order.entries())
      expect(shuffled[position]).toBeCloseTo(straight[index]!, 12)
  })

  test('gives each token its trajectory’s advantage', () => {
    const tokens = { offsets: [0, 2, 3, 3, 6], mask: Uint8Array.of(1, 0, 1, 1, 1, 0) }
    const options = { divideByStd: false, tokens }
    expect(groupAdvantages(oneRight, groupsOf(1, 4), options)).toEqual(
      Float32Array.of(0.75, 0, -0.25, -0.25, -0.25, 0),
    )
  })

  test('whitens over the samples, or over the tokens that they are spread to', () => {
    // Rewards 1 0 0 0 have mean 1/4 and unbiased deviation 1/2.
    const options = { baseline: 'none', whiten: true } as const
    const samples = groupAdvantages(oneRight, groupsOf(1, 4), options)
    for (const [i, expected] of [1.5, -0.5, -0.5, -0.5].entries())
      expect(samples[i]).toBeCloseTo(expected, 6)
    // The first has two tokens: 1 1 0 0 0 have mean 2/5 and squares 2 * 9/25 + 3 * 4/25 = 6/5.
    const tokens = { offsets: [0, 3, 4, 5, 6], mask: Uint8Array.of(1, 0, 1, 1, 1, 1) }
    const spread = groupAdvantages(oneRight, groupsOf(1, 4), { ...options, tokens })
    const std = Math.sqrt(6 / 5 / 4)
    for (const [t, expected] of [0.6, 0, 0.6, -0.4, -0.4, -0.4].entries())
      expect(spread[t]).toBeCloseTo(expected / std, 6)
  })

  test('float32 rewards and tensors give what float64 ones give, in their own kind', () => {
    const groups = groupsOf(1, 4)
    const wide = groupAdvantages(oneRight, groups)
    expect(groupAdvantages(Float32Array.from(oneRight), groups)).toEqual(Float32Array.from(wide))
    tidy(() => {
      const every = Tensor.fromTypedArray(Float64Array.of(1, 9, 0, 9, 0, 9, 0, 9), [4, 2])
      const rewards = every.select(1, 0) // every second number
      expect(groupAdvantages(rewards, Tensor.fromTypedArray(groups)).data()).toEqual(wide)
      const tokens = { offsets: [0, 1, 2, 3, 4] }
      const spread = groupAdvantages(rewards, groups, { tokens })
      expect(spread.data()).toEqual(Float32Array.from(wide))
    })
  })

  test('says what is wrong with its arguments', () => {
    const two = Float64Array.of(1, 2)
    expect(() => groupAdvantages(two, [0])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected groups to be of shape (2), as rewards, but got (1).]`,
    )
    expect(() => groupAdvantages(two, ['a', 'b'] as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected groups to be integers (an Int32Array, a BigInt64Array or an array), but got [ 'a', 'b' ] (object).]`,
    )
    expect(() => groupAdvantages([1, 2] as never, [0, 0])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected rewards to be a Float32Array or a Float64Array, but got [ 1, 2 ] (object).]`,
    )
    expect(() =>
      groupAdvantages(two, [0, 0], { baseline: 'mean' as never }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected baseline to be "group", "leaveOneOut" or "none", but got "mean" (string).]`,
    )
    expect(() => groupAdvantages(two, [0, 0], { epsilon: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected epsilon to be a number of at least 0, but got -1 (number).]`,
    )
    expect(() =>
      groupAdvantages(two, [0, 0], { tokens: { offsets: [0, 4] } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected per_sequence to be of shape (1), as offsets say, but got (2).]`,
    )
    expect(() =>
      groupAdvantages(two, [0, 0], { tokens: { offsets: [0, 1, 4], mask: new Uint8Array(3) } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected mask to be of shape (4), as offsets say, but got (3).]`,
    )
  })
})

// Rollouts of another implementation with the advantages that it used: QUERL_TEST_DATA, or the
// shared data beside the checkout; skipped where neither is there.
const data =
  process.env['QUERL_TEST_DATA'] ?? resolve(import.meta.dirname, '../../../../../shared/data')
const files = ['smoke_base_paper.step1', 'smoke_v4_base_paper.step7'].map((name) =>
  join(data, 'grpo-rollouts', `${name}.jsonl.gz`),
)

describe.skipIf(!files.every(existsSync))('real rollouts (skipped without the data)', () => {
  const fp32 = 1e-5 // the file holds float32 of values up to 3.5

  test.each(files)('leave-one-out advantages equal those of %s', (file) => {
    const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n').map(parseRow)
    const advantages = groupAdvantages(
      Float64Array.from(rows, ({ reward }) => reward),
      groupsOf(rows.length / 5, 5),
      { baseline: 'leaveOneOut' },
    )
    for (const [index, { advantages: theirs }] of rows.entries())
      expect(Math.abs(advantages[index]! - theirs[0]!)).toBeLessThan(fp32)
  })

  test.each(files)('and, spread to the tokens, every token’s of %s', (file) => {
    const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n').map(parseRow)
    const offsets = [0]
    for (const { advantages } of rows) offsets.push(offsets.at(-1)! + advantages.length)
    const spread = groupAdvantages(
      Float64Array.from(rows, ({ reward }) => reward),
      groupsOf(rows.length / 5, 5),
      { baseline: 'leaveOneOut', tokens: { offsets } },
    )
    let most = 0
    for (const [t, theirs] of rows.flatMap(({ advantages }) => advantages).entries())
      most = Math.max(most, Math.abs(spread[t]! - theirs))
    expect(most).toBeLessThan(fp32)
  })
})

function parseRow(line: string): { reward: number; advantages: number[] } {
  const row = JSON.parse(line) as { rewards: number[]; advantages: number[][] }
  return { reward: row.rewards[0]!, advantages: row.advantages[0]! }
}
