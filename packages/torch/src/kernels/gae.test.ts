import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { run } from '../run.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { gae } from './gae.js'

const fp32 = 1e-6 // a few terms of magnitude 1

describe('gae', () => {
  test('skips the environment’s tokens (by hand)', () => {
    // Last token: 1 - 0.4 = 0.6. First: 0 + 0.4 - 0.1 + 0.95 * 0.6 = 0.87.
    const { advantages, returns } = gae(
      Float32Array.of(0, 0, 0, 1),
      Float32Array.of(0.1, 0.2, 0.3, 0.4),
      { mask: Uint8Array.of(1, 0, 0, 1), lambda: 0.95 },
    )
    for (const [t, expected] of [0.87, 0, 0, 0.6].entries())
      expect(Math.abs(advantages[t]! - expected)).toBeLessThan(fp32)
    for (const [t, expected] of [0.97, 0, 0, 1].entries())
      expect(Math.abs(returns[t]! - expected)).toBeLessThan(fp32)
  })

  test('with gamma = lambda = 1 it is the reward still to come less the value', () => {
    const { rewards, values, mask } = random(50)
    const { advantages } = gae(rewards, values, { mask })
    let toCome = 0
    for (let t = 49; t >= 0; t--) {
      if (mask[t] === 0) continue
      toCome += rewards[t]!
      expect(advantages[t]).toBeCloseTo(toCome - values[t]!, 4)
    }
  })

  test('a document of any length between two tokens changes nothing', () => {
    const { rewards, values } = random(6)
    const options = { gamma: 0.9, lambda: 0.8 }
    const own = gae(rewards, values, options).advantages
    const spaced = (row: Float32Array, filler: number) =>
      Float32Array.of(row[0]!, row[1]!, filler, filler, filler, ...row.subarray(2))
    const mask = Uint8Array.of(1, 1, 0, 0, 0, 1, 1, 1, 1)
    const apart = gae(spaced(rewards, 7), spaced(values, Number.NaN), { ...options, mask })
    expect([...apart.advantages]).toEqual([own[0], own[1], 0, 0, 0, ...own.subarray(2)])
  })

  test('packed sequences equal one by one, whatever the offsets are held in', () => {
    const { rewards, values, mask } = random(20)
    const starts = [0, 7, 7, 20]
    const alone = starts.slice(1).flatMap((end, b) => {
      const part = <A extends Float32Array | Uint8Array>(row: A) =>
        row.subarray(starts[b], end) as A
      return [...gae(part(rewards), part(values), { lambda: 0.9, mask: part(mask) }).advantages]
    })
    for (const offsets of [starts, Int32Array.from(starts), BigInt64Array.from(starts, BigInt)]) {
      const packed = gae(rewards, values, { lambda: 0.9, mask, offsets })
      expect([...packed.advantages]).toEqual(alone)
    }
  })

  test('a tensor of rows gives what the packed rows give, whatever its strides and its mask’s dtype', () => {
    const { rewards, values, mask } = random(12)
    const packed = gae(rewards, values, { mask, offsets: [0, 4, 8, 12] })
    tidy(() => {
      const rows = (row: Float32Array | Uint8Array) => Tensor.fromTypedArray(row, [3, 4])
      const turned = (row: Float32Array) => rows(row).t().contiguous().t()
      for (const dtype of ['uint8', 'bool', 'float32', 'int64'] as const) {
        const { advantages, returns } = gae(turned(rewards), turned(values), {
          mask: rows(mask).to(dtype),
        })
        expect(advantages.shape).toEqual([3, 4])
        expect(advantages.data()).toEqual(packed.advantages)
        expect(returns.data()).toEqual(packed.returns)
      }
    })
  })

  test('computes tensors on the other thread', async () => {
    const { rewards, values } = random(9)
    using a = Tensor.fromTypedArray(rewards)
    using b = Tensor.fromTypedArray(values)
    const { advantages, returns } = await run(() => gae(a, b, { offsets: [0, 4, 9] }))
    const expected = gae(rewards, values, { offsets: [0, 4, 9] })
    expect(advantages.data()).toEqual(expected.advantages)
    expect(returns.data()).toEqual(expected.returns)
  })

  test('no gradient flows through it', () => {
    tidy(() => {
      const values = Tensor.fromTypedArray(Float32Array.of(1, 2)).requiresGrad_()
      expect(gae(values, values).advantages.requiresGrad).toBe(false)
    })
  })

  test('of nothing is nothing', () => {
    expect(gae(new Float32Array(), new Float32Array(), { offsets: [0] }).returns).toHaveLength(0)
  })

  test('says what is wrong with its arguments', () => {
    const { rewards, values, mask } = random(3)
    expect(() => gae(rewards, values, { gamma: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gamma to be in [0, 1], but got 2 (number).]`,
    )
    expect(() => gae(rewards, values, { lambda: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected lambda to be in [0, 1], but got NaN (number).]`,
    )
    expect(() => gae(rewards, values.subarray(1))).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected values to be of shape (3), as rewards, but got (2).]`,
    )
    expect(() =>
      gae(rewards, values, { mask: mask.subarray(1) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected mask to be of shape (3), as rewards, but got (2).]`,
    )
    expect(() => gae(rewards, values, { offsets: [0, 2] })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected offsets to be the length of rewards, 3, at last, but got 2.]`,
    )
    expect(() => gae(rewards, values, { offsets: [0, 2, 1] })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected offsets to be ascending, but got 1 behind 2.]`,
    )
    expect(() => gae(rewards, values, { offsets: [0, 0.5] })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected offsets to be integers (an Int32Array, a BigInt64Array or an array), but got [ 0, 0.5 ] (object).]`,
    )
    expect(() => gae(rewards, new Float64Array(3) as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected values to be a Float32Array, but got Float64Array(3) [ 0, 0, 0 ] (object).]`,
    )
    using tensor = Tensor.fromTypedArray(rewards)
    expect(() => gae(tensor, values as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected values to be a Tensor, as the others, but got Float32Array(3) [ -1.3073482513427734, -0.2631700336933136, 1.6453399658203125 ] (object).]`,
    )
    expect(() => gae(rewards, tensor as never)).toThrow(/^Expected values to be a Float32Array,/)
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
