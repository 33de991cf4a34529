import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { grad } from '../autograd.js'
import { run, setThreads } from '../run.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { varlenAttention } from './varlen-attention.js'

const [heads, kvHeads, size] = [4, 2, 6]
const stream = randomStream(3, 'attention')
const normal = (...shape: number[]) =>
  Tensor.fromTypedArray(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => stream.normal()),
    shape,
  )
const fp32 = 5 // digits: sums of some ten terms of magnitude 1

/** By the definition, in float64. Shape (T, heads, size), as nested loops over plain numbers. */
function expected(
  [q, k, v]: readonly [Tensor, Tensor, Tensor],
  offsets: readonly number[],
  keyOffsets: readonly number[],
  window = Number.POSITIVE_INFINITY,
): number[] {
  const [Q, K, V] = [q, k, v].map((each) => each.data() as Float32Array) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  const out: number[] = []
  for (let s = 0; s + 1 < offsets.length; s++) {
    const past = keyOffsets[s + 1]! - keyOffsets[s]! - (offsets[s + 1]! - offsets[s]!)
    for (let t = offsets[s]!; t < offsets[s + 1]!; t++)
      for (let h = 0; h < heads; h++) {
        const position = past + t - offsets[s]!
        const at = (key: number, d: number) =>
          ((keyOffsets[s]! + key) * kvHeads + Math.floor((h * kvHeads) / heads)) * size + d
        const weights: [number, number][] = []
        for (let key = Math.max(0, position - window + 1); key <= position; key++) {
          let score = 0
          for (let d = 0; d < size; d++) score += Q[(t * heads + h) * size + d]! * K[at(key, d)]!
          weights.push([key, Math.exp(score / Math.sqrt(size))])
        }
        const total = weights.reduce((sum, [, weight]) => sum + weight, 0)
        for (let d = 0; d < size; d++)
          out.push(weights.reduce((sum, [key, w]) => sum + (w / total) * V[at(key, d)]!, 0))
      }
  }
  return out
}

function expectClose(actual: Tensor, numbers: readonly number[]): void {
  const values = actual.data() as Float32Array
  expect(values.length).toBe(numbers.length)
  for (let i = 0; i < values.length; i++) expect(values[i], `[${i}]`).toBeCloseTo(numbers[i]!, fp32)
}

describe('varlenAttention', () => {
  test('is the softmax of the scores over the keys before, in each sequence for itself', () => {
    tidy(() => {
      const inputs = [normal(9, heads, size), normal(9, kvHeads, size), normal(9, kvHeads, size)]
      const offsets = [0, 5, 5, 6, 9]
      const [q, k, v] = inputs as [Tensor, Tensor, Tensor]
      expectClose(varlenAttention(q, k, v, offsets), expected([q, k, v], offsets, offsets))
      expectClose(
        varlenAttention(q, k, v, Int32Array.from(offsets), { window: 2 }),
        expected([q, k, v], offsets, offsets, 2),
      )
    })
  })

  test('takes more keys than queries: those of a prompt before them', () => {
    tidy(() => {
      const [q, k, v] = [
        normal(4, heads, size),
        normal(11, kvHeads, size),
        normal(11, kvHeads, size),
      ]
      const [offsets, keyOffsets] = [
        [0, 3, 4],
        [0, 7, 11],
      ]
      expectClose(
        varlenAttention(q, k, v, offsets, { keyOffsets }),
        expected([q, k, v], offsets, keyOffsets),
      )
    })
  })

  test('has the gradient of central differences', () => {
    tidy(() => {
      const leaves = [normal(5, heads, size), normal(5, kvHeads, size), normal(5, kvHeads, size)]
      const slope = normal(5, heads, size).data() as Float32Array
      const offsets = [0, 2, 5]
      const loss = (inputs: readonly Tensor[]) =>
        expected(inputs as [Tensor, Tensor, Tensor], offsets, offsets).reduce(
          (sum, value, i) => sum + value * slope[i]!,
          0,
        )
      const [q, k, v] = leaves.map((leaf) =>
        Tensor.fromTypedArray(leaf.data() as Float32Array<ArrayBuffer>, leaf.shape, {
          requiresGrad: true,
        }),
      ) as [Tensor, Tensor, Tensor]
      const out = varlenAttention(q, k, v, offsets)
      const gradients = grad([out], [q, k, v], {
        gradients: [Tensor.fromTypedArray(slope as Float32Array<ArrayBuffer>, out.shape)],
      })
      const step = 2 ** -7 // exact in float32; the third derivative's share is 1e-4 of it squared
      leaves.forEach((leaf, which) => {
        const values = leaf.data() as Float32Array<ArrayBuffer>
        const actual = gradients[which]!.data() as Float32Array
        for (let i = 0; i < values.length; i += 5) {
          const at = (by: number) => {
            const moved = values.slice()
            moved[i]! += by
            const nudged = Tensor.fromTypedArray(moved, leaf.shape)
            return loss(leaves.map((each, j) => (j === which ? nudged : each)))
          }
          expect(actual[i], `${which}[${i}]`).toBeCloseTo((at(step) - at(-step)) / (2 * step), 3)
        }
      })
    })
  })

  test('gives the same bits on any number of threads', async () => {
    const offsets = [0, 300, 301, 420]
    const inputs = [
      normal(420, heads, size),
      normal(420, kvHeads, size),
      normal(420, kvHeads, size),
    ]
    const [q, k, v] = inputs as [Tensor, Tensor, Tensor]
    const results = []
    for (const threads of [1, 2]) {
      setThreads(threads)
      results.push((await run(() => varlenAttention(q, k, v, offsets))).data())
    }
    expect(results[1]).toEqual(results[0])
  })

  test('says what does not fit', () => {
    tidy(() => {
      const [q, k] = [normal(3, heads, size), normal(3, kvHeads, size)]
      expect(() => varlenAttention(q, k, k, [0, 2])).toThrow(
        'Expected query_offsets to be the number of rows, 3, at last, but got 2.',
      )
      expect(() => varlenAttention(q, k, k, [0, 3], { window: -1 })).toThrow('Expected window')
      expect(() => varlenAttention(q, k, k, [0, 3], { scale: 0 })).toThrow('Expected scale')
      expect(() => varlenAttention(q, k, normal(2, kvHeads, size), [0, 3])).toThrow('Expected v')
      expect(() => varlenAttention(q, k, k, undefined as never)).toThrow('Expected offsets')
    })
  })
})
