import { describe, expect, test } from 'vitest'
import {
  checkInRange,
  checkNonNegative,
  checkNonNegativeInteger,
  checkPositive,
  checkPositiveInteger,
  checkString,
} from './index.js'

const never = [Number.NaN, '1', null, undefined, {}, 1n, [1]]
const unit = (name: string, value: unknown) => checkInRange(name, value, 0, 1)

describe.each([
  {
    check: checkPositiveInteger,
    accepted: [1, 2 ** 53 - 1],
    refused: [0, -1, 1.5, 2 ** 53, Number.POSITIVE_INFINITY],
  },
  {
    check: checkNonNegativeInteger,
    accepted: [0, 1, 2 ** 53 - 1],
    refused: [-1, 0.5, Number.POSITIVE_INFINITY],
  },
  {
    check: checkPositive,
    accepted: [5e-324, 1, Number.MAX_VALUE],
    refused: [0, -1, Number.POSITIVE_INFINITY],
  },
  {
    check: checkNonNegative,
    accepted: [0, 5e-324, Number.MAX_VALUE],
    refused: [-5e-324, Number.POSITIVE_INFINITY],
  },
  { check: unit, accepted: [0, 0.5, 1], refused: [-1e-9, 1 + 1e-9, Number.POSITIVE_INFINITY] },
])('$check.name', ({ check, accepted, refused }) => {
  test.each(accepted)('returns %s', (value) => {
    expect(check('x', value)).toBe(value)
  })

  test.each([...refused, ...never])('refuses %s', (value) => {
    expect(() => check('x', value)).toThrow(
      expect.objectContaining({ code: 'ERR_QUERL_ARGUMENT' }) as Error,
    )
  })
})

describe('checks', () => {
  test('name the argument, what it has to be, and what it is', () => {
    const checks = [
      () => checkPositiveInteger('topK', -3),
      () => checkNonNegativeInteger('seed', 0.5),
      () => checkPositive('lr', '1e-4'),
      () => checkNonNegative('epsilon', -1),
      () => checkInRange('gamma', 2, 0, 1),
      () => checkString('path', ''),
      () => checkString('path', 7),
    ]
    const messages = checks.map((check) => {
      try {
        check()
        return 'accepted'
      } catch (error) {
        return (error as Error).message
      }
    })
    expect(messages).toMatchInlineSnapshot(`
      [
        "Expected topK to be a positive integer, but got -3 (number).",
        "Expected seed to be a non-negative integer, but got 0.5 (number).",
        "Expected lr to be a positive number, but got "1e-4" (string).",
        "Expected epsilon to be a number of at least 0, but got -1 (number).",
        "Expected gamma to be in [0, 1], but got 2 (number).",
        "Expected path to be a string that is not empty, but got "" (string).",
        "Expected path to be a string that is not empty, but got 7 (number).",
      ]
    `)
    expect(checkString('path', 'a')).toBe('a')
  })
})
