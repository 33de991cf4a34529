import { expect, test } from 'vitest'
import { linearSchedule } from './schedule.js'

test('rises over the warm-up, falls to its fraction, and stays there', () => {
  const rate = linearSchedule({ peak: 4, totalSteps: 10, warmupSteps: 2, finalFraction: 0.5 })
  expect([0, 1, 2, 6, 10, 50].map(rate)).toEqual([2, 4, 4, 3, 2, 2])
})

test('is constant behind the warm-up by default', () => {
  const rate = linearSchedule({ peak: 1, totalSteps: 8, warmupSteps: 4 })
  expect([0, 3, 4, 7].map(rate)).toEqual([0.25, 1, 1, 1])
})

test('refuses a warm-up longer than the whole', () => {
  expect(() =>
    linearSchedule({ peak: 1, totalSteps: 3, warmupSteps: 5 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[QuerlError: Expected warmupSteps to be at most totalSteps = 3, but got 5 (number).]`,
  )
})
