import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { toBfloat16 } from '../half.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { type SampleOptions, sample } from './sample.js'

const stream = randomStream(1, 'sample')
const vocabSize = 40
const logits = Float32Array.from({ length: 30 * vocabSize }, () => 2 * stream.normal())

/** log softmax of one row at a temperature, in float64. */
function logprobsOf(row: Float32Array, temperature = 1): number[] {
  const scaled = [...row].map((x) => x / temperature)
  const top = Math.max(...scaled)
  const total = scaled.reduce((sum, x) => sum + Math.exp(x - top), 0)
  return scaled.map((x) => x - top - Math.log(total))
}

const rowOf = (b: number) => logits.subarray(b * vocabSize, (b + 1) * vocabSize)

describe('sample', () => {
  test('temperature 0 takes the most likely token of each row and scores it at 1', () => {
    const { ids, logprobs } = sample(logits, { vocabSize, temperature: 0 })
    for (let b = 0; b < 30; b++) {
      const expected = logprobsOf(rowOf(b))
      const best = expected.indexOf(Math.max(...expected))
      expect(ids[b]).toBe(best)
      expect(logprobs[b]).toBeCloseTo(expected[best]!, 5)
    }
  })

  test('scores a draw under all tokens, or under what the filters left', () => {
    const options: SampleOptions = { vocabSize, temperature: 0.7, topK: 3, seed: 5 }
    const full = sample(logits, options)
    const truncated = sample(logits, { ...options, logprobsOf: 'truncated' })
    expect(truncated.ids).toEqual(full.ids)
    for (let b = 0; b < 30; b++) {
      const all = logprobsOf(rowOf(b), 0.7)
      const kept = [...all].sort((x, y) => y - x).slice(0, 3)
      const left = Math.log(kept.reduce((sum, x) => sum + Math.exp(x), 0))
      expect(full.logprobs[b]).toBeCloseTo(all[full.ids[b]!]!, 5)
      expect(truncated.logprobs[b]).toBeCloseTo(all[full.ids[b]!]! - left, 5)
    }
  })

  test('draws nothing that top-k, top-p, min-p or a ban leaves out, and all that is left', () => {
    // Probabilities 0.4 0.3 0.2 0.1, at the ids 2 0 3 1.
    const row = Float32Array.of(Math.log(0.3), Math.log(0.1), Math.log(0.4), Math.log(0.2))
    const drawn = (options: SampleOptions) => {
      const many = new Float32Array(4 * 400).map((_, i) => row[i % 4]!)
      return [...new Set(sample(many, { vocabSize: 4, ...options }).ids)].sort()
    }
    expect(drawn({})).toEqual([0, 1, 2, 3])
    expect(drawn({ topK: 2 })).toEqual([0, 2])
    expect(drawn({ topP: 0.65 })).toEqual([0, 2])
    expect(drawn({ topP: 0.75 })).toEqual([0, 2, 3])
    expect(drawn({ minP: 0.45 })).toEqual([0, 2, 3])
    expect(drawn({ bannedIds: [2, 1] })).toEqual([0, 3])
    // Of 0.4 0.3 0.2, which top-k leaves, the first two hold 0.78.
    expect(drawn({ topK: 3, topP: 0.77 })).toEqual([0, 2])
    expect(drawn({ topK: 3, topP: 0.79 })).toEqual([0, 2, 3])
  })

  test('a draw depends on (seed, session, position) alone: permuted rows draw the same', () => {
    const order = stream.shuffle([...Array(30).keys()])
    const sessions = order.map((b) => b + 1000)
    const permuted = Float32Array.from(order.flatMap((b) => [...rowOf(b)]))
    const options = { vocabSize, seed: 3, topP: 0.9 }
    const straight = sample(logits, {
      ...options,
      sessions: Int32Array.from({ length: 30 }, (_, b) => b + 1000),
    })
    const shuffled = sample(permuted, { ...options, sessions })
    expect([...shuffled.ids]).toEqual(order.map((b) => straight.ids[b]))
    expect(sample(logits, { ...options, seed: 4 }).ids).not.toEqual(sample(logits, options).ids)
    const positions = new Int32Array(30).fill(1)
    expect(sample(logits, { ...options, positions }).ids).not.toEqual(sample(logits, options).ids)
  })

  test('tensors, of any strides, and bfloat16 draw what their numbers draw', () => {
    const options = { seed: 9, topP: 0.8 }
    const packed = sample(logits, { vocabSize, ...options })
    const half = toBfloat16(logits)
    const ofHalf = sample(half, { vocabSize, ...options })
    tidy(() => {
      const rows = Tensor.fromTypedArray(logits, [30, vocabSize])
      for (const tensor of [rows, rows.t().contiguous().t()]) {
        const { ids, logprobs } = sample(tensor, options)
        expect(ids.dtype).toBe('int32')
        expect(ids.data()).toEqual(packed.ids)
        expect(logprobs.data()).toEqual(packed.logprobs)
      }
      const cube = sample(rows.reshape([5, 6, vocabSize]).to('bfloat16'), options)
      expect(cube.ids.shape).toEqual([5, 6])
      expect(cube.ids.data()).toEqual(ofHalf.ids)
      expect(cube.logprobs.data()).toEqual(ofHalf.logprobs)
    })
  })

  test('a row with a NaN, or with every token banned, has no draw', () => {
    const { ids, logprobs } = sample(Float32Array.of(1, Number.NaN, 2, 3), { vocabSize: 2 })
    expect(ids[0]).toBe(-1)
    expect(logprobs[0]).toBeNaN()
    expect(ids[1]).toBeGreaterThanOrEqual(0)
    expect(sample(Float32Array.of(1, 2), { bannedIds: [0, 1] }).ids).toEqual(Int32Array.of(-1))
  })

  test('says what is wrong with its arguments', () => {
    const wrong: SampleOptions[] = [
      { temperature: 1e-5 },
      { temperature: -1 },
      { topK: -1 },
      { topP: 0 },
      { minP: 1.5 },
      { seed: 0.5 },
      { vocabSize: 7 },
      { bannedIds: [40] },
      { sessions: [1, 2] },
      { logprobsOf: 'all' as never },
    ]
    const messages = wrong.map((options) => {
      try {
        return sample(logits, { vocabSize, ...options }).ids
      } catch (error) {
        return (error as Error).message
      }
    })
    expect(messages).toMatchInlineSnapshot(`
      [
        "Expected temperature to be 0 or at least 0.0001, but got 0.00001 (number).",
        "Expected temperature to be 0 or at least 0.0001, but got -1 (number).",
        "Expected topK to be a non-negative integer, but got -1 (number).",
        "Expected topP to be in (0, 1], but got 0 (number).",
        "Expected minP to be in [0, 1], but got 1.5 (number).",
        "Expected seed to be a non-negative integer, but got 0.5 (number).",
        "Expected vocabSize to be a divisor of 1200, the number of logits, but got 7 (number).",
        "Expected banned to be ids below 40, but got 40.",
        "Expected sessions to be of shape (30), as the rows of logits, but got (2).",
        "Expected logprobsOf to be "full" or "truncated", but got "all" (string).",
      ]
    `)
    expect(() => sample(new Float64Array(2) as never)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected logits to be a Float32Array, a Uint16Array (bfloat16) or a Tensor, but got Float64Array(2) [ 0, 0 ] (object).]`,
    )
    expect(() => sample(new Float32Array())).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected vocabSize to be a positive integer, but got 0 (number).]`,
    )
  })
})
