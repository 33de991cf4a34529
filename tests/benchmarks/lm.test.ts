import { describe, expect, test } from 'vitest'
import { description } from '../../benchmarks/lm/cases.js'
import { randomIds } from '../../benchmarks/lm/checkpoints.js'

test('no two cases have one name', () => {
  const names = description.cases.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

describe('the ids that both sides are given', () => {
  test('are the same each time, and others for other seeds', () => {
    expect(randomIds(7, 100, 32_768)).toEqual(randomIds(7, 100, 32_768))
    expect(randomIds(7, 100, 32_768)).not.toEqual(randomIds(8, 100, 32_768))
  })

  test('are spread evenly over the vocabulary, seed 0 and neighbours included', () => {
    for (const seed of [0, 1, 2]) {
      const counts = new Array<number>(10).fill(0)
      for (const id of randomIds(seed, 20_000, 1000)) counts[Math.floor(id / 100)]!++
      // 2,000 each, with a standard deviation of 42: five of them.
      for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(212)
    }
  })
})
