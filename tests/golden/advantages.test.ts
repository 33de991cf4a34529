// Our advantages against those of veRL, the original Search-R1 and NeMo-RL (make_advantages.py).

import { readFileSync } from 'node:fs'
import { gae, groupAdvantages, whiten } from '@querl/torch'
import { describe, expect, test } from 'vitest'

interface Estimate {
  readonly advantages: number[][]
  readonly returns: number[][]
  readonly whitened: number[][]
}

interface GaeCase {
  readonly gamma: number
  readonly lambda: number
  readonly rewards: number[][]
  readonly values: number[][]
  /** 1 at the policy's tokens, 0 at observations. */
  readonly policy: number[][]
  readonly gae: Estimate
  readonly gae_all: Estimate
}

interface GroupCase {
  readonly groups: number[]
  readonly rewards: number[]
  readonly lengths: number[]
  readonly grpo: number[]
  readonly dr_grpo: number[]
  readonly rloo: number[]
  readonly leave_one_out_std: number[]
  readonly reinforce_pp: number[][]
  readonly reinforce_pp_baseline: number[][]
}

const golden = JSON.parse(readFileSync(new URL('advantages.json', import.meta.url), 'utf8')) as {
  readonly gae: GaeCase[]
  readonly groups: GroupCase[]
}

// Inputs are rounded to float32, and so is the result.
const fp32 = 1e-6

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  for (const [i, each] of expected.entries())
    expect(Math.abs(actual[i]! - each)).toBeLessThan(fp32 * (1 + Math.abs(each)))
}

function offsetsOf(lengths: readonly number[]): number[] {
  let end = 0
  return [0, ...lengths.map((length) => (end += length))]
}

describe.each(golden.gae)('gae, gamma $gamma, lambda $lambda', (row) => {
  const { gamma, lambda } = row
  const rewards = Float32Array.from(row.rewards.flat())
  const values = Float32Array.from(row.values.flat())
  const policy = Uint8Array.from(row.policy.flat())
  const offsets = offsetsOf(row.rewards.map(({ length }) => length))

  test('over the policy’s tokens equals veRL’s, whitened too', () => {
    const own = gae(rewards, values, { gamma, lambda, offsets, mask: policy })
    const { whitened } = whiten(own.advantages, { mask: policy })
    const kept = (rows: number[][]) => rows.flat().map((each, t) => (policy[t] ? each : 0))
    expectClose(own.advantages, kept(row.gae.advantages))
    expectClose(own.returns, kept(row.gae.returns))
    expectClose(whitened, kept(row.gae.whitened))
  })

  test('over every token equals the original Search-R1’s, whitened too', () => {
    const every = gae(rewards, values, { gamma, lambda, offsets })
    expectClose(every.advantages, row.gae_all.advantages.flat())
    expectClose(every.returns, row.gae_all.returns.flat())
    expectClose(whiten(every.advantages).whitened, row.gae_all.whitened.flat())
  })
})

describe.each(golden.groups)('groups of rewards', (row) => {
  const rewards = Float64Array.from(row.rewards)

  test.each([
    { name: 'grpo', options: {} },
    { name: 'dr_grpo', options: { divideByStd: false } },
    { name: 'rloo', options: { baseline: 'leaveOneOut', divideByStd: false } },
    { name: 'leave_one_out_std', options: { baseline: 'leaveOneOut' } },
  ] as const)('equal $name', ({ name, options }) => {
    expectClose(groupAdvantages(rewards, row.groups, options), row[name])
  })

  test.each([
    { name: 'reinforce_pp', options: { baseline: 'none' } },
    { name: 'reinforce_pp_baseline', options: { baseline: 'group', divideByStd: false } },
  ] as const)('equal $name over the tokens', ({ name, options }) => {
    const tokens = { offsets: offsetsOf(row.lengths) }
    expectClose(
      groupAdvantages(rewards, row.groups, { ...options, whiten: true, tokens }),
      row[name].flat(),
    )
  })
})
