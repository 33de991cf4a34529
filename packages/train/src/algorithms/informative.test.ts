import { expect, test } from 'vitest'
import { informative } from './informative.js'

test('groups that always or never succeed say nothing', () => {
  expect(informative([1, 1, 0, 0, 1, 0], ['a', 'a', 'b', 'b', 'c', 'c'])).toEqual([
    false,
    false,
    false,
    false,
    true,
    true,
  ])
})

test('rows of one group may lie apart, and a group of one has nothing to differ from', () => {
  expect(informative([1, 0, 1, 0, 1], ['a', 'b', 'a', 'a', 'c'])).toEqual([
    true,
    false,
    true,
    true,
    false,
  ])
})
