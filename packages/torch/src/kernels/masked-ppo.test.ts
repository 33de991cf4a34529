import { describe, expect, test } from 'vitest'
import { settledMemory } from '../garbage.fixture.js'
import { memory } from '../memory.js'
import { run } from '../run.js'
import { Tensor } from '../tensor.js'
import golden from './fixtures/published-ppo-losses.json' with { type: 'json' }
import { grpoRollouts } from './grpo-rollouts.js'
import { maskedPpo, type PpoArrays } from './masked-ppo.js'
import { addPpoSums, ppoMetrics } from './ppo-metrics.js'
import type { PpoOptions } from './ppo-options.js'

/** Of a sum of some tens of terms of size 1, each a product of some float32 numbers. */
const fp32 = 1e-6

type NumberInput = keyof typeof golden.numbers

describe('the losses that others publish', () => {
  test.each(golden.cases)('$name', ({ options, inputs, advantages, ...expected }) => {
    const numbers = (name: NumberInput) => Float32Array.from(golden.numbers[name])
    const { loss, gradients, metrics } = maskedPpo(
      {
        logprobs: numbers('logprobs'),
        oldLogprobs: numbers('oldLogprobs'),
        advantages:
          advantages === 'perRow'
            ? Float32Array.from(golden.advantagesPerRow)
            : numbers('advantages'),
        mask: Uint8Array.from(golden.mask),
        offsets: Array.from({ length: golden.rows + 1 }, (_, row) => row * golden.columns),
        microBatches: golden.microBatches,
        ...Object.fromEntries(inputs.map((name) => [name, numbers(name as NumberInput)])),
      },
      options as PpoOptions,
    )
    expect(Math.abs(loss - expected.loss)).toBeLessThan(fp32)
    for (const [name, gradient] of Object.entries(expected.gradients))
      expectClose(gradients[name as 'logprobs']!, gradient)
    const { clipFraction, kl, value } = metrics
    const ours = {
      clipped: clipFraction.low + clipFraction.high,
      clippedLow: clipFraction.low,
      clippedHigh: clipFraction.high,
      clippedDual: clipFraction.dual,
      k1: kl.k1,
      valueClipped: value.clipFraction,
    }
    for (const [name, number] of Object.entries(expected.metrics))
      expect(ours[name as 'k1'], name).toBeCloseTo(number, 6)
  })
})

describe('maskedPpo', () => {
  // One token unclipped, one clipped high, one masked, one clipped low.
  const tokens = {
    logprobs: Float32Array.of(-1, -0.5, Number.NaN, -2),
    oldLogprobs: Float32Array.of(-1, -1, Number.NaN, -1),
    advantages: Float32Array.of(2, 1, Number.NaN, -1),
    mask: Uint8Array.of(1, 1, 0, 1),
  }

  test('gives the loss, its gradients and the metrics of arrays', () => {
    const { loss, gradients, metrics } = maskedPpo(tokens)
    expect(loss).toBeCloseTo((-2 - 1.2 + 0.8) / 3, 6)
    expect(gradients).toEqual({ logprobs: Float32Array.of(-2 / 3, 0, 0, 0) })
    const { kl, ratio, clipFraction } = metrics
    expect(metrics.tokens).toBe(3)
    expect(kl.k1).toBeCloseTo(0.5 / 3, 6)
    expect(kl.k2).toBeCloseTo((0.125 + 0.5) / 3, 6)
    expect(kl.k3).toBeCloseTo((Math.exp(0.5) - 1.5 + Math.exp(-1)) / 3, 6)
    expect(ratio.mean).toBeCloseTo((1 + Math.exp(0.5) + Math.exp(-1)) / 3, 6)
    expect(ratio.max).toBeCloseTo(Math.exp(0.5), 6)
    expect(ratio.min).toBeCloseTo(Math.exp(-1), 6)
    expect(clipFraction).toEqual({ low: 1 / 3, high: 1 / 3, dual: 0 })
    expect(metrics.importance).toEqual({ mean: 1, max: 1, cutFraction: 0 })
  })

  test('writes gradients to arrays that it is given', () => {
    const into = { logprobs: new Float32Array(4).fill(7) }
    const { gradients } = maskedPpo(tokens, {}, into)
    expect(gradients.logprobs).toBe(into.logprobs)
    expect(gradients).toEqual(maskedPpo(tokens).gradients)
    expect(() => maskedPpo(tokens, {}, { logprobs: new Float32Array(3) })).toThrow(
      'Expected into.logprobs to be a Float32Array of length 4',
    )
  })

  test('measures entropy, values and the reference', () => {
    const { loss, gradients, metrics } = maskedPpo(
      {
        ...tokens,
        referenceLogprobs: Float32Array.of(-1, -1, 0, -1),
        entropies: Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 3),
        values: Float32Array.of(1, 2, Number.NaN, 4),
        returns: Float32Array.of(1, 3, Number.NaN, 5),
      },
      { entropyCoefficient: 0.5, value: { coefficient: 0.25 } },
    )
    // Surrogate 2, 1.2, 0.8; entropy 0.5, 1, 1.5; value 0, 1/8, 1/8.
    expect(loss).toBeCloseTo((-2.4 - 3 + 0.25) / 3, 6)
    expect(metrics.entropyShare).toBeCloseTo(3 / (4 + 3 + 0.25), 6)
    expect(metrics.entropy).toBe(2)
    expect(gradients.entropies).toEqual(Float32Array.of(-0.5 / 3, -0.5 / 3, 0, -0.5 / 3))
    expect(gradients.values![1]).toBeCloseTo(-0.25 / 3, 6)
    // Returns 1, 3, 5: variance 8/3. Errors 0, 1, 1: variance 2/9.
    expect(metrics.value.explainedVariance).toBeCloseTo(1 - 2 / 9 / (8 / 3), 6)
    expect(metrics.referenceKl.k1).toBeCloseTo((0.5 - 1) / 3, 6)
    expect(metrics.klLoss).toBe(0)
  })

  test('is 0, not 0 / 0, without a token that the policy wrote', () => {
    for (const length of [0, 5]) {
      const nothing = new Float32Array(length).fill(Number.NaN)
      const { loss, gradients, metrics } = maskedPpo(
        {
          logprobs: nothing,
          oldLogprobs: nothing,
          advantages: nothing,
          values: nothing,
          returns: nothing,
          mask: new Uint8Array(length),
          offsets: [0, length],
        },
        { aggregate: 'sequences' },
      )
      expect(loss).toBe(0)
      expect(gradients.logprobs).toEqual(new Float32Array(length))
      expect(Object.values(flat(metrics)).every((value) => value === 0)).toBe(true)
    }
  })

  test('the sums of parts give the metrics of the whole', () => {
    const part = (begin: number, end: number) =>
      maskedPpo(
        {
          logprobs: tokens.logprobs.slice(begin, end),
          oldLogprobs: tokens.oldLogprobs.slice(begin, end),
          advantages: tokens.advantages.slice(begin, end),
          mask: tokens.mask.slice(begin, end),
        },
        { aggregate: { over: 'tokens', denominator: 3 } },
      ).sums
    expect(ppoMetrics(addPpoSums(part(0, 2), part(2, 4)))).toEqual(maskedPpo(tokens).metrics)
  })

  test('of tensors has a loss with a history, and frees what it made', async () => {
    const before = (await settledMemory()).tensors
    {
      using logprobs = Tensor.fromTypedArray(tokens.logprobs).requiresGrad_()
      using oldLogprobs = Tensor.fromTypedArray(tokens.oldLogprobs)
      using advantages = Tensor.fromTypedArray(tokens.advantages)
      using mask = Tensor.fromTypedArray(tokens.mask)
      const inputs = { logprobs, oldLogprobs, advantages, mask }
      using result = maskedPpo(inputs)
      expect(result.metrics).toEqual(maskedPpo(tokens).metrics)
      result.loss.backward()
      using gradient = logprobs.grad!
      expect(gradient.data()).toEqual(maskedPpo(tokens).gradients.logprobs)
      using later = await run(() => maskedPpo(inputs))
      expect(later.metrics).toEqual(result.metrics)
      expect(later.loss.item()).toBe(result.loss.item())
    }
    expect(memory().tensors).toBe(before)
  })
})

describe('wrong use', () => {
  const three = () => new Float32Array(3)
  const tokens: PpoArrays = {
    logprobs: three(),
    oldLogprobs: three(),
    advantages: three(),
    mask: Uint8Array.of(1, 1, 1),
  }
  test.each<[Partial<PpoArrays>, PpoOptions, string]>([
    [{ advantages: new Float32Array(2) }, {}, 'advantages to be of length 3, as logprobs'],
    [{ mask: three() as never }, {}, 'mask to be a Uint8Array'],
    [{}, { clip: -1 }, 'clip.low to be a number of at least 0, but got -1 (number)'],
    [{}, { clip: { dual: 1 } }, 'clip.dual to be above 1, but got 1 (number)'],
    [{}, { ratio: { limit: 100 } }, 'ratio.limit to be in (0, 80], but got 100 (number)'],
    [{}, { kl: { coefficient: 0.1 } }, 'referenceLogprobs to be given with kl'],
    [{}, { correction: {} }, 'samplerLogprobs to be given with correction'],
    [{}, { aggregate: 'sequences' }, 'offsets to be given with what is per sequence'],
    [{}, { aggregate: 'constant' }, 'aggregate.denominator to be given with "constant"'],
    [
      { offsets: [0, 2] },
      { aggregate: 'sequences' },
      'offsets to be the length of logprobs, 3, at last, but got 2',
    ],
    [{ values: three() }, {}, 'returns to be given with values'],
    [{}, { ratio: { level: 'turn' as never } }, 'ratio.level to be "token" or "sequence"'],
    [
      {},
      { correction: { floor: 3 } },
      'correction.cap to be above the floor, 3, but got 2 (number)',
    ],
  ])('%j with %j', (change, options, message) => {
    const call = () => maskedPpo({ ...tokens, ...change }, options)
    expect(call).toThrow(
      expect.objectContaining({
        code: 'ERR_QUERL_ARGUMENT',
        message: expect.stringContaining(message),
      }) as Error,
    )
  })
})

const rollouts = grpoRollouts()

describe.skipIf(rollouts === undefined)(
  'real GRPO rollouts (grpo-rollouts of the test data)',
  () => {
    const { tokens, offsets, ...columns } = rollouts ?? never()

    test('give the loss and metrics of a float64 computation', () => {
      const { loss, gradients, metrics } = maskedPpo(
        {
          ...columns,
          logprobs: columns.oldLogprobs,
          oldLogprobs: columns.samplerLogprobs,
          offsets,
        },
        { clip: { low: 0.2, high: 0.28 }, aggregate: 'sequences' },
      )
      let expected = 0
      let k1 = 0
      let k3 = 0
      let low = 0
      let high = 0
      let ratioMax = 0
      const slopes = new Float64Array(tokens)
      const lengths = offsets.slice(1).map((end, b) => count(columns.mask, offsets[b]!, end))
      const alive = lengths.filter((length) => length > 0).length
      offsets.slice(1).forEach((end, b) => {
        for (let t = offsets[b]!; t < end; t++) {
          if (columns.mask[t] === 0) continue
          const x = columns.oldLogprobs[t]! - columns.samplerLogprobs[t]!
          const ratio = Math.exp(x)
          const advantage = columns.advantages[t]!
          const kept = Math.min(Math.max(ratio, 1 - 0.2), 1 + 0.28)
          const weight = 1 / (lengths[b]! * alive)
          expected -= weight * Math.min(ratio * advantage, kept * advantage)
          const isLow = advantage < 0 && ratio < 0.8
          const isHigh = advantage > 0 && ratio > 1.28
          slopes[t] = isLow || isHigh ? 0 : -weight * ratio * advantage
          k1 -= x
          k3 += Math.expm1(x) - x
          low += Number(isLow)
          high += Number(isHigh)
          ratioMax = Math.max(ratioMax, ratio)
        }
      })
      const policyTokens = count(columns.mask, 0, tokens)
      expect(metrics.tokens).toBe(policyTokens)
      expect(policyTokens).toBeGreaterThan(1000)
      expect(Math.abs(loss - expected)).toBeLessThan(fp32)
      expectClose(gradients.logprobs, slopes)
      expect(metrics.kl.k1).toBeCloseTo(k1 / policyTokens, 6)
      expect(metrics.kl.k3).toBeCloseTo(k3 / policyTokens, 6)
      expect(metrics.clipFraction.low).toBe(low / policyTokens)
      expect(metrics.clipFraction.high).toBe(high / policyTokens)
      expect(metrics.ratio.max / ratioMax).toBeCloseTo(1, 6)
    })

    test('on the policy have the gradient of the plain policy gradient, corrected for the sampler', () => {
      const { gradients, metrics } = maskedPpo(
        { ...columns, logprobs: columns.oldLogprobs },
        { correction: { cap: 1.5 } },
      )
      expect(metrics.ratio).toEqual({ mean: 1, max: 1, min: 1 })
      expect(metrics.kl).toEqual({ k1: -0, k2: 0, k3: 0 })
      const policyTokens = count(columns.mask, 0, tokens)
      const slopes = columns.advantages.map((advantage, t) => {
        const weight = Math.exp(columns.oldLogprobs[t]! - columns.samplerLogprobs[t]!)
        return columns.mask[t] === 0 ? 0 : (-advantage * Math.min(weight, 1.5)) / policyTokens
      })
      expectClose(gradients.logprobs, slopes)
      expect(metrics.importance.max).toBeGreaterThan(1)
    })
  },
)

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  let worst = 0
  for (let i = 0; i < expected.length; i++)
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!))
  expect(worst).toBeLessThan(fp32)
}

function count(mask: Uint8Array, begin: number, end: number): number {
  return mask.subarray(begin, end).reduce((sum, bit) => sum + bit, 0)
}

function flat(metrics: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(metrics).flatMap(([name, value]) =>
      typeof value === 'object'
        ? Object.entries(flat(value as object)).map(([inner, number]) => [
            `${name}.${inner}`,
            number + 0,
          ])
        : [[name, (value as number) + 0]],
    ),
  ) as Record<string, number>
}

function never(): NonNullable<typeof rollouts> {
  return {} as NonNullable<typeof rollouts>
}
