import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { grad } from '../autograd.js'
import { fromBfloat16, toBfloat16 } from '../half.js'
import { ops } from '../operators.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { logitsLogprobs } from './logits-logprobs.js'

const vocab = 37
const stream = randomStream(1, 'logits')
const logits = Float32Array.from({ length: 12 * vocab }, () => 3 * stream.normal())
const targets = Int32Array.from({ length: 12 }, (_, t) => (t % 4 === 3 ? -1 : (t * 7) % vocab))
const fp32 = 5 // digits: sums of 37 terms of magnitude 1

/** The formulas in float64. */
function expected(t: number, temperature: number, values: Float32Array = logits) {
  const row = [...values.subarray(t * vocab, (t + 1) * vocab)].map((x) => x / temperature)
  const top = Math.max(...row)
  const log = Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0))
  const logprobs = row.map((x) => x - top - log)
  const entropy = -logprobs.reduce((sum, x) => sum + Math.exp(x) * x, 0)
  return { logprob: logprobs[targets[t]!] ?? 0, entropy: targets[t]! < 0 ? 0 : entropy }
}

describe('logitsLogprobs', () => {
  test('gives log-probs and entropies of arrays, 0 where the target is negative', () => {
    const { logprobs, entropies } = logitsLogprobs(logits, targets, { temperature: 0.8 })
    expect(logprobs).toBeInstanceOf(Float32Array)
    for (let t = 0; t < 12; t++) {
      expect(logprobs[t]).toBeCloseTo(expected(t, 0.8).logprob, fp32)
      expect(entropies[t]).toBeCloseTo(expected(t, 0.8).entropy, fp32)
    }
  })

  test('takes bfloat16 as bits, and targets as plain numbers', () => {
    const halves = toBfloat16(logits)
    const rounded = fromBfloat16(halves)
    const { logprobs } = logitsLogprobs(halves, [...targets])
    for (let t = 0; t < 12; t++)
      expect(logprobs[t]).toBeCloseTo(expected(t, 1, rounded).logprob, fp32)
  })

  test('no tokens are no results', () => {
    expect(logitsLogprobs(new Float32Array(), [])).toEqual({
      logprobs: new Float32Array(),
      entropies: new Float32Array(),
    })
  })

  test.each([false, true])('its gradient equals that of log_softmax, in place: %s', (inPlace) => {
    tidy(() => {
      const gradientOf = (score: (x: Tensor) => readonly [Tensor, Tensor]) => {
        const leaf = Tensor.fromTypedArray(logits, [3, 4, vocab], { requiresGrad: true })
        const [logprobs, entropies] = score(ops.mul(leaf, 1))
        const loss = logprobs.sum().add(entropies.mul(0.3).sum())
        return grad([loss], [leaf])[0]!.data() as Float32Array
      }
      const ids = Tensor.fromTypedArray(targets, [3, 4])
      const ours = gradientOf((x) => {
        const { logprobs, entropies } = logitsLogprobs(x, ids, { inPlace })
        expect(logprobs.shape).toEqual([3, 4])
        return [logprobs, entropies]
      })
      const kept = ids.ge(0)
      const theirs = gradientOf((x) => {
        const all = ops.log_softmax(x, { dim: -1 })
        const index = ids.clamp({ min: 0 }).to('int64').unsqueeze({ dim: -1 })
        const chosen = all.gather({ dim: -1, index }).squeeze({ dim: -1 })
        const entropies = all
          .exp()
          .mul(all)
          .sum({ dim: [-1] })
          .neg()
        return [chosen.mul(kept), entropies.mul(kept)]
      })
      for (let i = 0; i < ours.length; i++) expect(ours[i]).toBeCloseTo(theirs[i]!, fp32)
    })
  })

  test('says what does not fit', () => {
    expect(() => logitsLogprobs(logits, targets, { temperature: 0 })).toThrow(
      'Expected temperature to be a positive number, but got 0 (number).',
    )
    expect(() => logitsLogprobs(logits, [1, 2, 3, 4, 5])).toThrow(
      'Expected logits to be of a whole number of rows',
    )
    expect(() => logitsLogprobs(logits, new Int32Array(12).fill(vocab))).toThrow(
      'Expected targets to be below 37, but got 37 at 0.',
    )
    using leaf = Tensor.fromTypedArray(logits, [12, vocab], { requiresGrad: true })
    expect(() => logitsLogprobs(leaf, targets, { inPlace: true })).toThrow(
      'but got a leaf that requires a gradient.',
    )
    expect(() => logitsLogprobs(new Float64Array(4) as never, [1])).toThrow(
      'Expected logits to be a Float32Array, a Uint16Array (bfloat16) or a Tensor',
    )
  })
})
