import { describe, expect, test } from 'vitest'
import { memory } from './memory.js'
import { Tensor } from './tensor.js'
import { tidy } from './tidy.js'

/** 0, 1, 2, … in a shape. */
function counting(...shape: number[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1)
  return Tensor.fromTypedArray(
    Float32Array.from({ length: count }, (_, i) => i),
    shape,
  )
}
const parts = (tensor: Tensor) => [tensor.shape, [...tensor.data()]]

describe('at', () => {
  test('takes places from the front and from the end; fewer than axes leave a view', () => {
    const x = counting(2, 3)
    expect(parts(x.at(1, 2))).toEqual([[], [5]])
    expect(parts(x.at(-2, -1))).toEqual([[], [2]])
    expect(parts(x.at(1))).toEqual([[3], [3, 4, 5]])
    expect(parts(x.at())).toEqual([
      [2, 3],
      [0, 1, 2, 3, 4, 5],
    ])
  })

  test('shares the numbers', () => {
    const x = counting(2, 2)
    x.at(1).set(0, 9)
    expect([...x.data()]).toEqual([0, 1, 9, 3])
  })

  test('refuses what is no place', () => {
    const x = counting(2, 3)
    expect(() => x.at(0, 3)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected index 1 to be an integer in [-3, 2], but got 3 (number).]`,
    )
    expect(() => x.at(0.5)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected index 0 to be an integer, but got 0.5 (number).]`,
    )
    expect(() => x.at(0, 0, 0)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected at most 2 indices of a tensor of shape (2, 3), but got 3.]`,
    )
    expect(() => counting(0, 3).at(0)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected index 0 to be absent: that axis is empty, but got 0 (number).]`,
    )
  })
})

describe('slice', () => {
  test.each<[number?, number?]>([[], [1], [1, 3], [-2], [0, -1], [2, 99], [-99, 2], [3, 1]])(
    'from %s to %s is what an array gives',
    (start, end) => {
      expect([...counting(5).slice(start, end).data()]).toEqual([0, 1, 2, 3, 4].slice(start, end))
    },
  )

  test('takes a part of each axis', () => {
    const x = counting(3, 2, 4)
    // numpy: arange(24).reshape(3, 2, 4)[1:3, :, ::2]
    expect(parts(x.slice([1, 3], null, { step: 2 }))).toEqual([
      [2, 2, 2],
      [8, 10, 12, 14, 16, 18, 20, 22],
    ])
    // [1:3, 0]
    expect(parts(x.slice([1, 3], 0))).toEqual([
      [2, 4],
      [8, 9, 10, 11, 16, 17, 18, 19],
    ])
    // [..., 3:0:…] has no negative steps; [..., 1:3]
    expect(parts(x.slice('...', [1, 3])).at(0)).toEqual([3, 2, 2])
    // [2, ..., -1]
    expect(parts(x.slice(2, '...', -1))).toEqual([[2], [19, 23]])
    // [::2, :, 3]
    expect(parts(x.slice([undefined, undefined, 2], null, 3))).toEqual([
      [2, 2],
      [3, 7, 19, 23],
    ])
  })

  test('shares the numbers, and frees the views between', () => {
    const x = counting(3, 4)
    const before = memory().tensors
    using part = x.slice([0, 3, 2], [1, 3])
    expect(memory().tensors).toBe(before + 1)
    part.set('...', -1)
    expect([...x.data()]).toEqual([0, -1, -1, 3, 4, 5, 6, 7, 8, -1, -1, 11])
  })

  test('says what is wrong with an index, and frees the views before it', () => {
    const x = counting(3, 4)
    const before = memory().tensors
    expect(() => x.slice([1, 2], 4)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected index 1 to be an integer in [-4, 3], but got 4 (number).]`,
    )
    expect(() => x.slice({ step: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected step of index 0 to be a positive integer; flip() reverses, but got -1 (number).]`,
    )
    expect(() => x.slice([0.5, 1])).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected start of index 0 to be an integer, but got 0.5 (number).]`,
    )
    expect(() => x.slice('1:2' as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected index 0 to be an integer, [start, end], a range, null or '...', but got "1:2" (string).]`,
    )
    expect(() => x.slice(null, null, null)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected at most 2 indices of a tensor of shape (3, 4), but got 3.]`,
    )
    expect(() => x.slice('...', 0, '...')).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the indices to be without a second '...', but got [ '...', 0, '...' ] (object).]`,
    )
    expect(memory().tensors).toBe(before)
  })
})

describe('index', () => {
  test('takes rows, columns, pairs of places, and what a mask shows, and copies', () => {
    const x = counting(3, 4)
    const places = (...values: bigint[]) => Tensor.fromTypedArray(BigInt64Array.from(values))
    // numpy: x[[2, 0]], x[:, [3, 3]], x[[0, 1], [2, -1]]
    const rows = x.index(places(2n, 0n))
    expect(parts(rows)).toEqual([
      [2, 4],
      [8, 9, 10, 11, 0, 1, 2, 3],
    ])
    expect(parts(x.index(null, places(3n, 3n)))).toEqual([
      [3, 2],
      [3, 3, 7, 7, 11, 11],
    ])
    expect(parts(x.index(places(0n, 1n), places(2n, -1n)))).toEqual([[2], [2, 7]])
    const mask = Tensor.fromTypedArray(Uint8Array.of(0, 1, 0), [3], { dtype: 'bool' })
    expect(parts(x.index(mask))).toEqual([
      [1, 4],
      [4, 5, 6, 7],
    ])
    rows.set(0, -1)
    expect(x.at(2, 0).item()).toBe(8)
  })

  test('refuses places that are not there', () => {
    const x = counting(3, 4)
    expect(() => x.index(Tensor.fromTypedArray(BigInt64Array.of(3n)))).toThrow(/out of bounds/)
    expect(() => x.index(1 as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected indices to be an array of Tensors, but got 1 (number).]`,
    )
  })
})

describe('set', () => {
  test('sets a number, a part, and what a smaller tensor is repeated over', () => {
    const x = counting(2, 3)
    expect(x.set(0, 1, 10).set(1, [0, 2], -1)).toBe(x)
    expect([...x.data()]).toEqual([0, 10, 2, -1, -1, 5])
    x.set(null, [1, 3], Tensor.fromTypedArray(Float32Array.of(7, 8)))
    expect([...x.data()]).toEqual([0, 7, 8, -1, 7, 8])
  })

  test('sets where a mask is true, and rows that an integer tensor names', () => {
    const x = counting(2, 2)
    x.set(Tensor.fromTypedArray(Uint8Array.of(1, 0, 0, 1), [2, 2], { dtype: 'bool' }), 9)
    expect([...x.data()]).toEqual([9, 1, 2, 9])
    const rows = Tensor.fromTypedArray(BigInt64Array.of(1n, 0n))
    x.set(rows, Tensor.fromTypedArray(Float32Array.of(1, 2, 3, 4), [2, 2]))
    expect([...x.data()]).toEqual([3, 4, 1, 2])
    x.set(null, Tensor.fromTypedArray(BigInt64Array.of(1n)), 0)
    expect([...x.data()]).toEqual([3, 0, 1, 0])
  })

  test('keeps integers exact', () => {
    const x = Tensor.fromTypedArray(new BigInt64Array(2))
    x.set(1, 2n ** 60n + 1n)
    expect([...x.data()]).toEqual([0n, 2n ** 60n + 1n])
  })

  test('refuses what is no value, and what does not fit', () => {
    const x = counting(2, 3)
    expect(() => x.set(0, 'x' as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected the value to be a tensor, a number, a bigint or a boolean, but got "x" (string).]`,
    )
    const mask = Tensor.fromTypedArray(Uint8Array.of(1, 0), [2], { dtype: 'bool' })
    expect(() => x.set(mask, 0, 1)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected each index to be a tensor or null, beside another that is a tensor, but got 0 (number).]`,
    )
    expect(() => x.set(0, Tensor.fromTypedArray(Float32Array.of(1, 2)))).toThrow(/must match/)
    x.requiresGrad_()
    expect(() => x.set(0, 0, 1)).toThrow(/in-place operation/)
  })
})

describe('iteration', () => {
  test('goes over views on the rows', () => {
    const x = counting(2, 2)
    for (const row of x) row.set(0, 5)
    expect([...x.data()]).toEqual([5, 1, 5, 3])
    const [first] = x
    expect(parts(first!)).toEqual([[2], [5, 1]])
    expect([...counting(0, 2)]).toEqual([])
  })

  test('is not for a single number', () => {
    expect(() => [...tidy(() => counting(2).at(0))]).toThrowErrorMatchingInlineSnapshot(`
      [QuerlError: A tensor of no axes cannot be iterated over.
      Take its number by item().]
    `)
  })
})
