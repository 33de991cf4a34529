import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { gae } from './gae.js'

const fp32 = 1e-6 // a few terms of magnitude 1

describe('gae', () => {
  test('skips the environment’s tokens (by hand)', () => {
    // Last token: 1 - 0.4 = 0.6. First: 0 + 0.4 - 0.1 + 0.95 * 0.6 = 0.87.
    const advantages = gae(
      Float32Array.of(0, 0, 0, 1),
      Float32Array.of(0.1, 0.2, 0.3, 0.4),
      Uint8Array.of(1, 0, 0, 1),
      { lambda: 0.95 },
    )
    for (const [t, expected] of [0.87, 0, 0, 0.6].entries())
      expect(Math.abs(advantages[t]! - expected)).toBeLessThan(fp32)
  })

  test('with gamma = lambda = 1 it is the reward still to come less the value', () => {
    const { rewards, values, mask } = random(50)
    const advantages = gae(rewards, values, mask)
    let toCome = 0
    for (let t = 49; t >= 0; t--) {
      if (mask[t] === 0) continue
      toCome += rewards[t]!
      expect(advantages[t]).toBeCloseTo(toCome - values[t]!, 4)
    }
  })

  test('a document of any length between two tokens changes nothing', () => {
    const { rewards, values } = random(6)
    const own = gae(rewards, values, new Uint8Array(6).fill(1), { gamma: 0.9, lambda: 0.8 })
    const spaced = (row: Float32Array, filler: number) =>
      Float32Array.of(row[0]!, row[1]!, filler, filler, filler, ...row.subarray(2))
    const mask = Uint8Array.of(1, 1, 0, 0, 0, 1, 1, 1, 1)
    const apart = gae(spaced(rewards, 7), spaced(values, Number.NaN), mask, {
      gamma: 0.9,
      lambda: 0.8,
    })
    expect([...apart]).toEqual([own[0], own[1], 0, 0, 0, ...own.subarray(2)])
  })

  test('says what is wrong with its arguments', () => {
    const { rewards, values, mask } = random(3)
    expect(() => gae(rewards, values, mask, { gamma: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gamma to be in [0, 1], but got 2 (number).]`,
    )
    expect(() => gae(rewards, values.subarray(1), mask)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected values to be of length 3, as rewards, but got 2 (number).]`,
    )
  })
})

function random(length: number) {
  const stream = randomStream(5, 'gae', length)
  return {
    rewards: Float32Array.from({ length }, () => stream.normal()),
    values: Float32Array.from({ length }, () => stream.normal()),
    mask: Uint8Array.from({ length }, () => stream.integer(2)),
  }
}
