import { createHash } from 'node:crypto'
import { checkNonNegativeInteger } from './checks.js'
import { argumentError } from './errors.js'

/**
 * A stream of random numbers that depends on a run's seed and on the stream's name alone.
 *
 * Naming streams instead of passing one generator along means that a run can be resumed without
 * saving any generator's state, and that a new consumer changes no other's draws:
 * `randomStream(seed, 'rl', 'questions', step)`.
 *
 * @param seed  of the run, an integer in [0, 2^53)
 * @param names what the numbers are for; `1` and `'1'` are different names
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if the seed is no such integer or a name is not finite
 */
export function randomStream(seed: number, ...names: (string | number)[]): RandomStream {
  checkNonNegativeInteger('seed', seed)
  for (const name of names) {
    if (typeof name !== 'string' && !Number.isFinite(name)) {
      throw argumentError('the name of a random stream', 'a string or a finite number', name)
    }
  }
  // JSON keeps ['a', 'b'] apart from ['ab']; the hash makes streams of near names unrelated.
  const key = createHash('sha256')
    .update(JSON.stringify([seed, ...names]))
    .digest()
  return new RandomStream([0, 4, 8, 12].map((at) => key.readUInt32LE(at)))
}

/**
 * xoshiro128** (Blackman and Vigna 2021, arXiv 1805.01407), period 2^128 - 1. Not for secrets.
 *
 * 32-bit arithmetic, since 64-bit integers in JavaScript are ten times slower.
 */
export class RandomStream {
  #s0: number
  #s1: number
  #s2: number
  #s3: number
  #spare: number | undefined

  /** @param state four integers in [0, 2^32), not all 0 */
  constructor(state: readonly number[]) {
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = state
    if (state.length !== 4 || (s0 | s1 | s2 | s3) === 0) {
      throw argumentError('state', 'four 32-bit integers, not all 0', state)
    }
    this.#s0 = s0 | 0
    this.#s1 = s1 | 0
    this.#s2 = s2 | 0
    this.#s3 = s3 | 0
  }

  /** An integer in [0, 2^32), each as likely as any other. */
  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#s1, 5), 7), 9) >>> 0
    const shifted = this.#s1 << 9
    this.#s2 ^= this.#s0
    this.#s3 ^= this.#s1
    this.#s1 ^= this.#s2
    this.#s0 ^= this.#s3
    this.#s2 ^= shifted
    this.#s3 = rotateLeft(this.#s3, 11)
    return result
  }

  /** An integer in [0, 2^53): the seed of a generator in native code. */
  seed(): number {
    const high = this.uint32() >>> 5 // 27 bits
    const low = this.uint32() >>> 6 // 26 bits
    return high * 2 ** 26 + low
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    return this.seed() / 2 ** 53
  }

  /**
   * An integer in [0, below), each exactly as likely as any other.
   *
   * @param below an integer in [1, 2^53)
   */
  integer(below: number): number {
    if (!(Number.isSafeInteger(below) && below > 0)) {
      throw argumentError('below', 'a positive integer', below)
    }
    const isSmall = below <= 2 ** 32
    const range = isSmall ? 2 ** 32 : 2 ** 53
    const unbiased = range - (range % below) // draws at or above it would favour small results
    for (;;) {
      const draw = isSmall ? this.uint32() : this.seed()
      if (draw < unbiased) return draw % below
    }
  }

  /** A number from the standard normal distribution: Marsaglia and Bray's polar method (1964). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    for (;;) {
      const x = 2 * this.uniform() - 1
      const y = 2 * this.uniform() - 1
      const square = x * x + y * y
      if (square >= 1 || square === 0) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      this.#spare = y * scale
      return x * scale
    }
  }

  /**
   * One of the items, each as likely as any other.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if there are none
   */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw argumentError('items', 'an array that is not empty', items)
    return items[this.integer(items.length)]!
  }

  /** Puts the items into a random order, each order as likely as any other, and returns them. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1)
      const item = items[last]!
      items[last] = items[other]!
      items[other] = item
    }
    return items
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits))
}
