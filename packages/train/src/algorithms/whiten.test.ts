import { expect, test } from 'vitest'
import { whiten } from './whiten.js'

const rows = [Float32Array.of(1, 99, 2), Float32Array.of(3, 4)]
const masks = [Uint8Array.of(1, 0, 1), Uint8Array.of(1, 1)]

test('masked-in entries of the whole batch get mean 0 and unbiased variance 1', () => {
  const entries = whiten(rows, masks).flatMap((row, index) =>
    [...row].filter((_, t) => masks[index]![t] === 1),
  )
  expect(entries.reduce((sum, each) => sum + each, 0)).toBeCloseTo(0, 6)
  expect(entries.reduce((sum, each) => sum + each * each, 0) / 3).toBeCloseTo(1, 6)
})

test('a retrieved token stays 0 and its value, even NaN, is not counted', () => {
  const spoiled = [Float32Array.of(1, Number.NaN, 2), rows[1]!]
  expect(whiten(spoiled, masks)).toEqual(whiten(rows, masks))
  expect(whiten(rows, masks)[0]![1]).toBe(0)
})

test('equal advantages, and a single one, become 0 and not infinite', () => {
  expect([...whiten([Float32Array.of(2, 2)], [Uint8Array.of(1, 1)])[0]!]).toEqual([0, 0])
  expect([...whiten([Float32Array.of(2)], [Uint8Array.of(1)])[0]!]).toEqual([0])
})
