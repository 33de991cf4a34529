import { describe, expect, test } from 'vitest'
import { formatTensor, keptPlaces, type Printed } from './format.js'

const plain = { dtype: 'float32', device: 'cpu', requiresGrad: false }

function printed(shape: readonly number[], values: Printed['values'], more = {}): string {
  return formatTensor({ ...plain, shape, values, ...more })
}

describe('a printed tensor', () => {
  test('aligns its rows and has no more decimals than it needs', () => {
    expect(printed([2, 3], [1, -20.5, 3, 0.25, 0, 100])).toMatchInlineSnapshot(`
      "Tensor(2, 3) float32 cpu
      [[  1.00, -20.50,   3.00],
       [  0.25,   0.00, 100.00]]"
    `)
  })

  test('says that it requires a gradient, and where it lies', () => {
    expect(printed([2], [1, 2], { requiresGrad: true, device: 'cuda:0' })).toMatchInlineSnapshot(`
      "Tensor(2) float32 cuda:0 requiresGrad
      [1, 2]"
    `)
  })

  test('of no axes is one number', () => {
    expect(printed([], [2.345678])).toMatchInlineSnapshot(`"Tensor() float32 cpu 2.3457"`)
    expect(printed([], [7n], { dtype: 'int64' })).toMatchInlineSnapshot(`"Tensor() int64 cpu 7"`)
  })

  test('of no numbers shows its shape', () => {
    expect(printed([0], [])).toMatchInlineSnapshot(`"Tensor(0) float32 cpu []"`)
    expect(printed([2, 0, 3], [])).toMatchInlineSnapshot(`"Tensor(2, 0, 3) float32 cpu []"`)
  })

  test('of int64 shows all digits, and of bool words', () => {
    expect(printed([2], [2n ** 62n, -1n], { dtype: 'int64' })).toMatchInlineSnapshot(`
      "Tensor(2) int64 cpu
      [4611686018427387904,                  -1]"
    `)
    expect(printed([2, 2], [true, false, false, true], { dtype: 'bool' })).toMatchInlineSnapshot(`
      "Tensor(2, 2) bool cpu
      [[ true, false],
       [false,  true]]"
    `)
  })

  test('shows NaN and infinities among the others', () => {
    expect(printed([4], [Number.NaN, 1.5, -1 / 0, 1 / 0])).toMatchInlineSnapshot(`
      "Tensor(4) float32 cpu
      [      NaN,       1.5, -Infinity,  Infinity]"
    `)
    expect(printed([2], [Number.NaN, 2])).toMatchInlineSnapshot(`
      "Tensor(2) float32 cpu
      [NaN,   2]"
    `)
  })

  test('gives all numbers an exponent where decimals would hide some', () => {
    expect(printed([2], [1e-7, 12_345.678])).toMatchInlineSnapshot(`
      "Tensor(2) float32 cpu
      [1.0000e-7, 1.2346e+4]"
    `)
    expect(printed([2], [1e-5, 2e-5])).toMatchInlineSnapshot(`
      "Tensor(2) float32 cpu
      [1.0000e-5, 2.0000e-5]"
    `)
    expect(printed([2], [1.5e20, Number.NaN])).toMatchInlineSnapshot(`
      "Tensor(2) float32 cpu
      [1.5000e+20,        NaN]"
    `)
  })

  test('of large whole numbers has no decimals', () => {
    expect(printed([2], [1e15, 3])).toMatchInlineSnapshot(`
      "Tensor(2) float32 cpu
      [1000000000000000,                3]"
    `)
    expect(printed([2], [1e30, 3])).toMatchInlineSnapshot(`
      "Tensor(2) float32 cpu
      [1.0000e+30,  3.0000e+0]"
    `)
  })

  test('without numbers is its first line', () => {
    expect(printed([2, 3], undefined, { device: 'meta' })).toMatchInlineSnapshot(
      `"Tensor(2, 3) float32 meta"`,
    )
  })

  test('separates the matrices of a stack by a blank line', () => {
    expect(printed([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])).toMatchInlineSnapshot(`
      "Tensor(2, 2, 2) float32 cpu
      [[[1, 2],
        [3, 4]],

       [[5, 6],
        [7, 8]]]"
    `)
  })

  test('breaks rows that are longer than a line', () => {
    expect(
      printed(
        [40],
        Array.from({ length: 40 }, (_, i) => i / 8),
      ),
    ).toMatchInlineSnapshot(`
      "Tensor(40) float32 cpu
      [0.000, 0.125, 0.250, 0.375, 0.500, 0.625, 0.750, 0.875, 1.000, 1.125, 1.250, 1.375, 1.500, 1.625,
       1.750, 1.875, 2.000, 2.125, 2.250, 2.375, 2.500, 2.625, 2.750, 2.875, 3.000, 3.125, 3.250, 3.375,
       3.500, 3.625, 3.750, 3.875, 4.000, 4.125, 4.250, 4.375, 4.500, 4.625, 4.750, 4.875]"
    `)
  })

  test('of many numbers shows the ends of its long axes', () => {
    const kept = [0, 1, 2, 97, 98, 99]
    expect(keptPlaces([100, 2, 100])).toEqual([kept, [0, 1], kept])
    const values = kept.flatMap((i) => kept.map((j) => i * 100 + j))
    expect(printed([100, 100], values)).toMatchInlineSnapshot(`
      "Tensor(100, 100) float32 cpu
      [[   0,    1,    2, …,   97,   98,   99],
       [ 100,  101,  102, …,  197,  198,  199],
       [ 200,  201,  202, …,  297,  298,  299],
       …,
       [9700, 9701, 9702, …, 9797, 9798, 9799],
       [9800, 9801, 9802, …, 9897, 9898, 9899],
       [9900, 9901, 9902, …, 9997, 9998, 9999]]"
    `)
  })

  test('of up to 1000 numbers shows all of them', () => {
    expect(keptPlaces([10, 100]).map((places) => places.length)).toEqual([10, 100])
  })
})
