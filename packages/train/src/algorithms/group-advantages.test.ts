import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { groupAdvantages, informative } from './group-advantages.js'

const names = (count: number, size: number) =>
  Array.from({ length: count * size }, (_, index) => String(Math.floor(index / size)))

describe('groupAdvantages', () => {
  test('is (r - mean) / (unbiased std + epsilon) of the group', () => {
    // Rewards 1 0 0 0: mean 1/4, unbiased variance (9/16 + 3/16) / 3 = 1/4, std 1/2.
    const [right, wrong] = groupAdvantages([1, 0, 0, 0], names(1, 4), { epsilon: 1e-4 })
    expect(right).toBeCloseTo(0.75 / 0.5001, 12)
    expect(wrong).toBeCloseTo(-0.25 / 0.5001, 12)
  })

  test('without division it is the difference to the mean', () => {
    expect(groupAdvantages([1, 0, 0, 0], names(1, 4), { divideByStd: false })).toEqual([
      0.75, -0.25, -0.25, -0.25,
    ])
  })

  test('equal rewards have advantages of exactly 0, also those that binary cannot hold', () => {
    expect(groupAdvantages([0.1, 0.1, 0.1], names(1, 3))).toEqual([0, 0, 0])
  })

  test('a group of one keeps its reward', () => {
    expect(groupAdvantages([0.5, 1], ['a', 'b'])).toEqual([0.5, 1])
  })

  test('leaves the sample itself out of its baseline where told to', () => {
    // RLOO: 1 - mean(0, 0, 0), and 0 - mean(1, 0, 0).
    const options = { baseline: 'leaveOneOut', divideByStd: false } as const
    const [right, wrong] = groupAdvantages([1, 0, 0, 0], names(1, 4), options)
    expect(right).toBe(1)
    expect(wrong).toBeCloseTo(-1 / 3, 12)
  })

  test('does not depend on the order of the rows', () => {
    const stream = randomStream(3, 'advantages')
    const groups = names(5, 4)
    const rewards = groups.map(() => stream.integer(3) / 2)
    const order = stream.shuffle(groups.map((_, index) => index))
    const straight = groupAdvantages(rewards, groups)
    const shuffled = groupAdvantages(
      order.map((index) => rewards[index]!),
      order.map((index) => groups[index]!),
    )
    for (const [position, index] of order.entries())
      expect(shuffled[position]).toBeCloseTo(straight[index]!, 12)
  })

  test('says which length it expected', () => {
    expect(() => groupAdvantages([1, 2], ['a'])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected groups to be of length 2, as rewards, but got 1 (number).]`,
    )
  })
})

describe('informative', () => {
  test('is false for groups that always or never succeed', () => {
    expect(informative([1, 1, 0, 0, 1, 0], names(3, 2))).toEqual([
      false,
      false,
      false,
      false,
      true,
      true,
    ])
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
  test.each(files)('leave-one-out advantages equal those of %s', (file) => {
    const rows = gunzipSync(readFileSync(file)).toString().trim().split('\n').map(parseRow)
    const advantages = groupAdvantages(
      rows.map(({ reward }) => reward),
      names(rows.length / 5, 5),
      { baseline: 'leaveOneOut' },
    )
    const fp32 = 1e-5 // the file holds float32 of values up to 3.5
    for (const [index, { advantage }] of rows.entries())
      expect(Math.abs(advantages[index]! - advantage)).toBeLessThan(fp32)
  })
})

function parseRow(line: string): { reward: number; advantage: number } {
  const row = JSON.parse(line) as { rewards: number[]; advantages: number[][] }
  return { reward: row.rewards[0]!, advantage: row.advantages[0]![0]! }
}
