// What the tests of gradients stand on.

import { grad } from './autograd.js'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'
import { tidy } from './tidy.js'

/**
 * The largest difference between autograd's gradient of the sum of `f(...inputs)`, weighted by 1, 2, 3…,
 * and central differences of it, relative to the largest gradient or 1.
 *
 * @param inputs float64, which leaves about 1e-9 of the differences' error
 */
export function gradientError(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly { readonly data: readonly number[]; readonly shape: readonly number[] }[],
): number {
  return tidy(() => {
    const tensors = inputs.map(({ data, shape }) =>
      Tensor.fromTypedArray(Float64Array.from(data), shape, { requiresGrad: true }),
    )
    const loss = (given: readonly Tensor[]) => {
      const output = f(...given)
      const count = output.shape.reduce((product, size) => product * size, 1)
      const weights = Tensor.fromTypedArray(
        Float64Array.from({ length: count }, (_, i) => i + 1),
        output.shape,
      )
      return callOperator<Tensor>(
        'aten::sum',
        callOperator<Tensor>('aten::mul.Tensor', output, weights),
      )
    }
    const gradients = grad(loss(tensors), tensors).map(
      (gradient) => gradient.data() as Float64Array,
    )
    const h = 1e-6
    let worst = 0
    inputs.forEach(({ data, shape }, which) => {
      const scale = Math.max(1, ...gradients[which]!.map(Math.abs))
      data.forEach((value, i) => {
        const valueAt = (x: number) =>
          tidy(() => {
            const nudged = Float64Array.from(data)
            nudged[i] = x
            const given = tensors.map((tensor) => tensor.detach())
            given[which] = Tensor.fromTypedArray(nudged, shape)
            return loss(given).item()
          })
        const slope = (valueAt(value + h) - valueAt(value - h)) / (2 * h)
        worst = Math.max(worst, Math.abs(slope - gradients[which]![i]!) / scale)
      })
    })
    return worst
  })
}
