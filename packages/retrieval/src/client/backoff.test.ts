import { describe, expect, test } from 'vitest'
import { Backoff } from './backoff.js'

describe('back-off', () => {
  test('draws from a range that doubles up to a limit, all of it', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 400, seed: 3 })
    for (const [failures, range] of [
      [1, 100],
      [2, 200],
      [3, 400],
      [9, 400],
    ] as const) {
      const waits = Array.from({ length: 1000 }, () => backoff.waitMs(failures))
      // 1000 uniform draws miss a tenth at either end with probability 2 * 0.9^1000.
      expect(Math.min(...waits)).toBeLessThan(range / 10)
      expect(Math.max(...waits)).toBeGreaterThan(range * 0.9)
      expect(Math.max(...waits)).toBeLessThan(range)
    }
  })

  test('is the same under the same seed, and another one under another', () => {
    const waits = (seed?: number) => {
      const backoff = new Backoff(seed === undefined ? {} : { seed })
      return [1, 2, 3].map((failures) => backoff.waitMs(failures))
    }
    expect(waits(5)).toEqual(waits(5))
    expect(waits(5)).not.toEqual(waits(6))
    expect(waits()).not.toEqual(waits())
  })

  test('comes on top of what the server asks for', () => {
    const wait = new Backoff({ baseMs: 10, seed: 1 }).waitMs(1, 2000)
    expect(wait).toBeGreaterThanOrEqual(2000)
    expect(wait).toBeLessThan(2010)
  })
})
