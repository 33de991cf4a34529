import { describe, expect, test } from 'vitest'
import { RandomStream, randomStream } from './index.js'

const draws = 200_000

function chiSquared(counts: readonly number[], expected: number): number {
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

describe('RandomStream', () => {
  test('gives the published first numbers of xoshiro128** for the state 1, 2, 3, 4', () => {
    // Recorded by the Rust crate rand_xoshiro from the authors' C code, version 1.1.
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597,
      4258142804,
    ]
    const stream = new RandomStream([1, 2, 3, 4])
    expect(published.map(() => stream.uint32())).toEqual(published)
  })

  test('a seed is made of the high 27 and 26 bits of two numbers', () => {
    const stream = new RandomStream([1, 2, 3, 4])
    const twin = new RandomStream([1, 2, 3, 4])
    for (let i = 0; i < 100; i++) {
      const expected = (BigInt(twin.uint32() >>> 5) << 26n) | BigInt(twin.uint32() >>> 6)
      expect(BigInt(stream.seed())).toBe(expected)
    }
  })

  test('refuses the state in which it would stand still', () => {
    expect(() => new RandomStream([0, 0, 0, 0])).toThrow('not all 0')
    expect(() => new RandomStream([1, 2, 3])).toThrow('four 32-bit integers')
  })

  test('uniform numbers fill [0, 1) evenly and neighbours are not correlated', () => {
    const stream = randomStream(1, 'uniform')
    const cells = new Array<number>(100).fill(0) // pairs on a 10 x 10 grid
    for (let i = 0; i < draws; i++) {
      const [x, y] = [stream.uniform(), stream.uniform()]
      cells[Math.floor(10 * x) * 10 + Math.floor(10 * y)]! += 1 // outside of [0, 1): NaN or a 101st
    }
    expect(cells).toHaveLength(100)
    // 99 degrees of freedom: 149 is exceeded with probability 0.001, for one fixed seed once.
    expect(chiSquared(cells, draws / 100)).toBeLessThan(149)
  })

  test('integers below a number that divides no power of two are equally likely', () => {
    const stream = randomStream(2, 'integer')
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < draws; i++) counts[stream.integer(7)]! += 1
    expect(chiSquared(counts, draws / 7)).toBeLessThan(22.5) // 6 degrees of freedom, p = 0.001
  })

  test('integers below 3 * 2^30 show no bias from the remainder', () => {
    // Without rejection the lowest third of the range would be drawn half of the time.
    const stream = randomStream(3, 'bias')
    let low = 0
    for (let i = 0; i < draws; i++) if (stream.integer(3 * 2 ** 30) < 2 ** 30) low++
    expect(Math.abs(low / draws - 1 / 3)).toBeLessThan(4 * Math.sqrt(2 / 9 / draws)) // 4 sigma
  })

  test('integers may be larger than 2^32', () => {
    const stream = randomStream(4, 'large')
    const values = Array.from({ length: 1000 }, () => stream.integer(2 ** 53 - 1))
    expect(values.every((value) => Number.isSafeInteger(value) && value >= 0)).toBe(true)
    expect(Math.max(...values)).toBeGreaterThan(2 ** 52)
  })

  test('normal numbers have the moments and the tails of the normal distribution', () => {
    const stream = randomStream(5, 'normal')
    const values = Array.from({ length: draws }, () => stream.normal())
    const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / draws
    // 4 standard errors each: Var(x) = 1, Var(x^2) = 2, Var(x^3) = 15, Var(x^4) = 96.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / draws))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / draws))
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / draws))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / draws))
    const beyondTwo = values.filter((x) => Math.abs(x) > 2).length / draws
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(4 * Math.sqrt((0.0455 * 0.9545) / draws))
  })

  test('a shuffle gives each order of three equally often and keeps the items', () => {
    const stream = randomStream(6, 'shuffle')
    const counts = new Map<string, number>()
    for (let i = 0; i < 60_000; i++) {
      const order = stream.shuffle(['a', 'b', 'c']).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba'])
    expect(chiSquared([...counts.values()], 10_000)).toBeLessThan(20.5) // 5 degrees, p = 0.001
  })

  test('a pick reaches every item, and none is an error', () => {
    const stream = randomStream(7, 'pick')
    expect(new Set(Array.from({ length: 200 }, () => stream.pick([1, 2, 3])))).toEqual(
      new Set([1, 2, 3]),
    )
    expect(() => stream.pick([])).toThrow('not empty')
    expect(() => stream.integer(0)).toThrow('Expected below to be a positive integer')
  })
})

describe('randomStream', () => {
  test('the same seed and names give the same numbers, whatever was drawn elsewhere', () => {
    const first = randomStream(7, 'rl', 'questions', 3)
    randomStream(7, 'rl', 'samples', 3).normal()
    const second = randomStream(7, 'rl', 'questions', 3)
    expect(second.seed()).toBe(first.seed())
  })

  test('stays what it is from version to version, or runs could not be repeated', () => {
    // From Python: hashlib.sha256(b'[7,"rl","questions",3]'), its first 16 bytes as '<4I', then the
    // authors' recurrence in integers of arbitrary size.
    const stream = randomStream(7, 'rl', 'questions', 3)
    expect([stream.uint32(), stream.uint32(), stream.uint32()]).toEqual([
      2919355831, 3440233597, 1402086266,
    ])
  })

  test('streams differ by seed, by name, by type of name and by the borders of names', () => {
    const streams = [
      randomStream(7),
      randomStream(8),
      randomStream(7, 'a'),
      randomStream(7, 'b'),
      randomStream(7, 1),
      randomStream(7, '1'),
      randomStream(7, 'ab'),
      randomStream(7, 'a', 'b'),
      randomStream(7, 'a","b'),
    ]
    expect(new Set(streams.map((stream) => stream.seed())).size).toBe(streams.length)
  })

  test.each([-1, 0.5, 2 ** 53, Number.NaN])('refuses the seed %s', (seed) => {
    expect(() => randomStream(seed)).toThrow('Expected seed to be a non-negative integer')
  })

  test('refuses a name that JSON would turn into null', () => {
    expect(() => randomStream(1, Number.NaN)).toThrow('a string or a finite number')
  })
})
