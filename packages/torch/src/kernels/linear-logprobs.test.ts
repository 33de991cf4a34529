import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { grad } from '../autograd.js'
import { toBfloat16 } from '../half.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { linearLogprobs } from './linear-logprobs.js'
import { logitsLogprobs } from './logits-logprobs.js'

const [tokens, width, vocab] = [11, 24, 70]
const stream = randomStream(2, 'hidden')
const normal = (count: number, scale: number) =>
  Float32Array.from({ length: count }, () => scale * stream.normal())
const hidden = normal(tokens * width, 1)
const head = normal(vocab * width, 0.4)
const targets = Int32Array.from({ length: tokens }, (_, t) => (t % 5 === 4 ? -1 : (t * 13) % vocab))
const fp32 = 4 // digits: sums of 24 and of 70 terms of magnitude 1

/** hidden head^T in float64, rounded once. */
const logits = Float32Array.from({ length: tokens * vocab }, (_, i) => {
  const [t, v] = [Math.floor(i / vocab), i % vocab]
  let sum = 0
  for (let d = 0; d < width; d++) sum += hidden[t * width + d]! * head[v * width + d]!
  return sum
})

describe('linearLogprobs', () => {
  test('scores as logitsLogprobs does after a product', () => {
    const ours = linearLogprobs(hidden, head, targets, { temperature: 0.7 })
    const expected = logitsLogprobs(logits, targets, { temperature: 0.7 })
    for (let t = 0; t < tokens; t++) {
      expect(ours.logprobs[t]).toBeCloseTo(expected.logprobs[t]!, fp32)
      expect(ours.entropies[t]).toBeCloseTo(expected.entropies[t]!, fp32)
    }
    expect(ours.logprobs[4]).toBe(0)
  })

  test('takes bfloat16 as bits', () => {
    const { logprobs } = linearLogprobs(toBfloat16(hidden), toBfloat16(head), targets)
    const expected = logitsLogprobs(logits, targets).logprobs
    // Both factors keep 8 bits: 24 products of magnitude 0.4 are off by 0.01 or so.
    for (let t = 0; t < tokens; t++) expect(logprobs[t]).toBeCloseTo(expected[t]!, 1)
  })

  test('no tokens are no results', () => {
    expect(linearLogprobs(new Float32Array(), head, []).logprobs).toEqual(new Float32Array())
  })

  test('its gradients equal those through the logits', () => {
    tidy(() => {
      const ids = Tensor.fromTypedArray(targets)
      const gradientsOf = (
        score: (h: Tensor, w: Tensor) => { logprobs: Tensor; entropies: Tensor },
      ) => {
        const h = Tensor.fromTypedArray(hidden, [tokens, width], { requiresGrad: true })
        const w = Tensor.fromTypedArray(head, [vocab, width], { requiresGrad: true })
        const { logprobs, entropies } = score(h, w)
        const loss = logprobs.sum().add(entropies.mul(0.3).sum())
        return grad([loss], [h, w]).map((each) => each!.data() as Float32Array)
      }
      const ours = gradientsOf((h, w) => linearLogprobs(h, w, ids))
      const theirs = gradientsOf((h, w) => logitsLogprobs(h.matmul(w.t()), ids))
      for (const which of [0, 1])
        for (let i = 0; i < ours[which]!.length; i++)
          expect(ours[which]![i]).toBeCloseTo(theirs[which]![i]!, fp32)
    })
  })

  test('says what does not fit', () => {
    expect(() => linearLogprobs(hidden, head.subarray(1), targets)).toThrow(
      'Expected head to be of a whole number of rows of 24, but got 1679 (number).',
    )
    expect(() => linearLogprobs(hidden, toBfloat16(head), targets)).toThrow(
      'Expected head to be Float as hidden, but got BFloat16.',
    )
    expect(() => linearLogprobs(hidden, head, targets, { temperature: Number.NaN })).toThrow(
      'Expected temperature to be a positive number, but got NaN (number).',
    )
    expect(() => linearLogprobs(hidden, head, new Int32Array(tokens).fill(99))).toThrow(
      'Expected targets to be below 70, but got 99 at 0.',
    )
    using tensor = Tensor.fromTypedArray(hidden, [tokens, width])
    expect(() => linearLogprobs(tensor, head as never, targets)).toThrow(
      'Expected head to be a Tensor, as the others',
    )
  })
})
