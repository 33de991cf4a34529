import { expect, test } from 'vitest'
import { checkMilliseconds } from './milliseconds.js'

test.each([
  [1, 1],
  [0.25, 1],
  [1000 / 3, 334],
  [2_147_483_647, 2_147_483_647],
])('a timer can wait %d ms, as %d', (given, expected) => {
  expect(checkMilliseconds('timeoutMs', given)).toBe(expected)
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5', 2_147_483_647.5, 2_147_483_648, 1e10])(
  'no timer waits %s ms',
  (given) => {
    expect(() => checkMilliseconds('timeoutMs', given)).toThrow(
      expect.objectContaining({ code: 'ERR_QUERL_ARGUMENT' }) as Error,
    )
  },
)
