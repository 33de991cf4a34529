import { memory } from '@querl/torch'
import { expect, test } from 'vitest'
import { fitLine } from '../../examples/linear-regression.js'

test('examples/linear-regression finds the line and frees its tensors', () => {
  const before = memory()
  const { losses, weights, bias } = fitLine(100)
  expect(memory()).toEqual(before)
  // Noise of 0.01 over 100 points leaves about 0.001 of doubt in each.
  const far = 0.005
  expect(Math.abs(weights[0]! - 3)).toBeLessThan(far)
  expect(Math.abs(weights[1]! + 2)).toBeLessThan(far)
  expect(Math.abs(bias - 0.5)).toBeLessThan(far)
  expect(losses.at(-1)).toBeLessThan(2e-4) // the noise's variance is 1e-4
})
