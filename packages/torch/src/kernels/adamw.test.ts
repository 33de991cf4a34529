import { randomStream } from '@querl/base'
import { describe, expect, test } from 'vitest'
import { callOperator } from '../operator-call.js'
import { Tensor } from '../tensor.js'
import { tidy } from '../tidy.js'
import { adamw, adamwState, clipScale, globalNorm } from './adamw.js'

const stream = randomStream(1, 'adamw')
const random = (length: number) => Float32Array.from({ length }, () => stream.normal())
const sizes = [1, 0, 33, 1000]

describe('adamw', () => {
  test('takes the steps that LibTorch’s fused one takes', () => {
    const options = { lr: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1 }
    const parameters = sizes.map(random)
    const state = adamwState(parameters)
    tidy(() => {
      const tensors = (arrays: readonly Float32Array[]) =>
        arrays.map((array) => Tensor.fromTypedArray(array))
      const theirs = tensors(parameters)
      const first = tensors(state.firstMoments)
      const second = tensors(state.secondMoments)
      const steps = sizes.map(() => Tensor.fromTypedArray(Float32Array.of(0), []))
      for (let step = 1; step <= 4; step++) {
        const gradients = sizes.map(random)
        adamw(parameters, gradients, state, options)
        for (const each of steps) each.add_(1)
        callOperator(
          'aten::_fused_adamw_',
          theirs,
          tensors(gradients),
          first,
          second,
          [],
          steps,
          ...[options.lr, options.beta1, options.beta2, options.weightDecay, options.epsilon],
          false,
          false,
        )
      }
      expect(state.step).toBe(4)
      for (const [i, parameter] of parameters.entries())
        for (const [j, each] of (theirs[i]!.data() as Float32Array).entries())
          expect(Math.abs(parameter[j]! - each)).toBeLessThan(2e-6) // a rounding per step
    })
  })

  test('does to tensors, leaves that require gradients too, what it does to arrays', () => {
    const parameters = sizes.map(random)
    const gradients = sizes.map(random)
    tidy(() => {
      const own = parameters.map((array) => Tensor.fromTypedArray(array).requiresGrad_())
      const state = adamwState(own)
      const options = { lr: 0.1, gradientScale: 0.5 }
      adamw(
        own,
        gradients.map((array) => Tensor.fromTypedArray(array)),
        state,
        options,
      )
      const arrayState = adamwState(parameters)
      adamw(parameters, gradients, arrayState, options)
      expect(own.map((tensor) => tensor.data())).toEqual(parameters)
      expect(state.secondMoments.map((tensor) => tensor.data())).toEqual(arrayState.secondMoments)
    })
  })

  test('says what is wrong with its arguments, and writes nothing then', () => {
    const parameters = [Float32Array.of(1, 2), Float32Array.of(3)]
    const state = adamwState(parameters)
    const step = (gradients: unknown, options: object) => () =>
      adamw(parameters, gradients as Float32Array[], state, { lr: 0.1, ...options })
    const fine = [Float32Array.of(1, 1), Float32Array.of(1)]
    expect(step([fine[0]], {})).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gradients to be 2 tensors, as weights, but got 1.]`,
    )
    expect(step([fine[0], fine[0]], {})).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gradients to be of shape (1), as weights, but got (2).]`,
    )
    expect(step([fine[0], [1]], {})).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gradients[1] to be a Float32Array, but got [ 1 ] (object).]`,
    )
    expect(step(fine, { lr: -1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected lr to be a number of at least 0, but got -1 (number).]`,
    )
    expect(step(fine, { beta2: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected beta2 to be in [0, 1), but got 1 (number).]`,
    )
    expect(step(fine, { gradientScale: Number.NaN })).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected gradientScale to be a finite number, but got NaN (number).]`,
    )
    expect(parameters).toEqual([Float32Array.of(1, 2), Float32Array.of(3)])
    expect(state.step).toBe(0)
  })
})

describe('globalNorm', () => {
  test('is the root of the sum of all squares', () => {
    expect(globalNorm([Float32Array.of(3), new Float32Array(), Float32Array.of(0, -4)])).toBe(5)
    expect(globalNorm([])).toBe(0)
    const arrays = sizes.map(random)
    const squares = arrays.flatMap((array) => [...array]).reduce((sum, x) => sum + x * x, 0)
    expect(globalNorm(arrays)).toBeCloseTo(Math.sqrt(squares), 5)
    tidy(() => {
      const tensors = arrays.map((array) => Tensor.fromTypedArray(array))
      expect(globalNorm(tensors)).toBe(globalNorm(arrays))
    })
  })

  test('shows what is not finite', () => {
    expect(globalNorm([Float32Array.of(1), Float32Array.of(Number.NaN)])).toBeNaN()
  })

  test('gives the scale that clips to a norm', () => {
    expect([clipScale(4, 1), clipScale(0.5, 1), clipScale(1, 1)]).toEqual([0.25, 1, 1])
    expect(() => clipScale(1, 0)).toThrowErrorMatchingInlineSnapshot(
      `[QuerlError: Expected maxNorm to be a positive number, but got 0 (number).]`,
    )
  })
})
