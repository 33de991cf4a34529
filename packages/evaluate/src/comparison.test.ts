import { expect, test } from 'vitest'
import { comparison, comparisonTable } from './comparison.js'

const figures = (mean: number) => ({
  mean,
  low: mean - 0.01,
  high: Math.min(1, mean + 0.01),
  n: 512,
  oneHop: mean,
  twoHop: mean / 2,
  searches: { all: 1.5, oneHop: 1, twoHop: 2 },
})

test('shows what was run, in the order of the argument, beside the published figures', () => {
  expect(comparisonTable({ ppo: figures(0.98), direct: figures(0.1) })).toMatchInlineSnapshot(`
    "policy              EM       95 %  one hop  two hops   searches  published
    ────────────────  ────  ─────────  ───────  ────────  ─────────  ─────────────────────
    direct answer     .100  .090–.110     .100      .050  1.0 / 2.0  .181 direct inference
    Search-R1 by PPO  .980  .970–.990     .980      .490  1.0 / 2.0  .431 Search-R1 (PPO)

    EM: exact match on 512 held-out questions at most. searches: one hop / two hops.
    published: Search-R1 (arXiv 2503.09516 v5), Qwen2.5-7B base, mean exact match over seven QA sets."
  `)
})

test('a policy of another name still has its row', () => {
  expect(comparison(['grpo', 'mine']).rows.map(({ policy }) => policy)).toEqual(['grpo', 'mine'])
})

test('no line is wider than 100 columns', () => {
  const all = comparison([]).rows.length
  expect(all).toBe(0)
  const names = ['direct', 'noSearchRl', 'warmStart', 'grpo', 'ppo', 'grpoNoMask', 'ppoNoMask']
  const table = comparisonTable(Object.fromEntries(names.map((name) => [name, figures(0.5)])))
  expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
})
