import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { whiten } from './whiten.js'

const values = Float32Array.of(1, 99, 2, 3, 4)
const mask = Uint8Array.of(1, 0, 1, 1, 1)

describe('whiten', () => {
  test('what counts gets mean 0 and unbiased variance 1', () => {
    const entries = [...whiten(values, { mask }).whitened].filter((_, t) => mask[t] === 1)
    expect(entries.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 6)
    expect(entries.reduce((sum, each) => sum + each * each, 0) / 3).toBeCloseTo(1, 6)
  })

  test('says which mean and deviation it took away', () => {
    // 1 2 3 4: mean 5/2, squares 9/4 + 1/4 + 1/4 + 9/4 = 5.
    const { mean, std } = whiten(values, { mask })
    expect(mean).toBe(2.5)
    expect(std).toBeCloseTo(Math.sqrt(5 / 3), 14)
  })

  test('a retrieved token stays 0 and its value, even NaN, is not counted', () => {
    const spoiled = Float32Array.of(1, Number.NaN, 2, 3, 4)
    expect(whiten(spoiled, { mask })).toEqual(whiten(values, { mask }))
    expect(whiten(values, { mask }).whitened[1]).toBe(0)
  })

  test('equal numbers, a single one and none become 0 and not infinite', () => {
    expect([...whiten(Float32Array.of(2, 2)).whitened]).toEqual([0, 0])
    expect([...whiten(Float32Array.of(2)).whitened]).toEqual([0])
    expect([...whiten(Float32Array.of(2), { mask: Uint8Array.of(0) }).whitened]).toEqual([0])
    expect(whiten(new Float32Array())).toEqual({ whitened: new Float32Array(), mean: 0, std: 0 })
  })

  test('keeps the mean where it is not to shift it', () => {
    const { whitened } = whiten(Float32Array.of(1, 2, 3), { shiftMean: false, epsilon: 3 })
    expect([...whitened]).toEqual([1.5, 2, 2.5]) // standard deviation 2
  })

  test('a tensor of any shape and strides gives what its numbers give', () => {
    const stream = randomStream(1, 'whiten')
    const numbers = Float32Array.from({ length: 12 }, () => stream.normal())
    const bits = Uint8Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 0 : 1))
    const packed = whiten(numbers, { mask: bits })
    tidy(() => {
      const turned = Tensor.fromTypedArray(numbers, [3, 4]).t().contiguous().t()
      const ofTensor = whiten(turned, { mask: Tensor.fromTypedArray(bits, [3, 4]).to('bool') })
      expect(ofTensor.whitened.shape).toEqual([3, 4])
      expect(ofTensor.whitened.data()).toEqual(packed.whitened)
      expect(ofTensor.mean.item()).toBe(packed.mean)
      expect(ofTensor.std.item()).toBe(packed.std)
    })
  })

  test('says what is wrong with its arguments', () => {
    expect(() => whiten(values, { epsilon: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected epsilon to be a number of at least 0, but got -1 (number).]`,
    )
    expect(() => whiten(values, { mask: mask.subarray(1) })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected mask to be of shape (5), as values, but got (4).]`,
    )
    expect(() => whiten([1, 2] as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected values to be a Float32Array, but got [ 1, 2 ] (object).]`,
    )
    using doubles = Tensor.fromTypedArray(new Float64Array(2))
    expect(() => whiten(doubles)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected values to be float32, but got Double.]`,
    )
  })
})
