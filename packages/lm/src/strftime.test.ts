import { expect, test } from 'vitest'
import { strftime } from './strftime.js'

test('dates do not depend on the locale, and midnight is 12 AM', () => {
  expect(strftime(new Date(2024, 11, 31, 0, 5), '%d %b %Y, %I:%M %p, day %j')).toBe(
    '31 Dec 2024, 12:05 AM, day 366',
  )
})

test('an unknown directive is an error rather than a wrong date', () => {
  expect(() => strftime(new Date(), '%Q')).toThrowErrorMatchingInlineSnapshot(
    `[Error: strftime_now() does not know %Q]`,
  )
})
