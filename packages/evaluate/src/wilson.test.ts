import { expect, test } from 'vitest'
import { wilson } from './wilson.js'

test('equals published intervals', () => {
  // Newcombe 1998, Statist. Med. 17, table I, method 3: 81/263, 15/148, 0/20, 1/29.
  for (const [successes, n, low, high] of [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ] as const) {
    const interval = wilson(successes, n)
    expect(Math.abs(interval.low - low)).toBeLessThan(5.1e-5) // the table's last digit
    expect(Math.abs(interval.high - high)).toBeLessThan(5.1e-5)
  }
})

test('all of n ends at 1 and holds its mean', () => {
  const { mean, low, high } = wilson(512, 512)
  expect([mean, high]).toEqual([1, 1])
  expect(low).toBeGreaterThan(0.99)
})

test('refuses more successes than trials', () => {
  expect(() => wilson(3, 2)).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected successes to be in [0, 2], but got 3 (number).]`,
  )
})
