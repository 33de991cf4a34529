// A line through points: gradient descent with the gradients that LibTorch's autograd finds.
//
//   npx jiti examples/linear-regression.ts

import { fileURLToPath } from 'node:url'
import { Generator, grad, noGrad, randn, tensor, tidy, zeros } from '@querl/torch'

/** Fits y = x · weights + bias to 100 noisy points of y = 3 x₁ - 2 x₂ + 0.5. */
export function fitLine(steps: number) {
  using generator = new Generator(0)
  using x = randn([100, 2], { generator })
  using y = tidy(() =>
    x
      .matmul(tensor([3, -2]))
      .add(0.5)
      .add(randn([100], { generator }).mul(0.01)),
  )
  using weights = zeros([2], { requiresGrad: true })
  using bias = zeros([], { requiresGrad: true })

  const losses: number[] = []
  for (let step = 0; step < steps; step++) {
    tidy(() => {
      const loss = x.matmul(weights).add(bias).sub(y).square().mean()
      const [ofWeights, ofBias] = grad(loss, [weights, bias])
      noGrad(() => {
        weights.sub_(ofWeights!.mul(0.1))
        bias.sub_(ofBias!.mul(0.1))
      })
      losses.push(loss.item())
    })
  }
  return { losses, weights: [...weights.data()].map(Number), bias: bias.item() }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { losses, weights, bias } = fitLine(100)
  console.log(`loss ${losses[0]!.toFixed(4)} → ${losses.at(-1)!.toFixed(6)}`)
  console.log(
    `y = ${weights[0]!.toFixed(3)} x₁ + ${weights[1]!.toFixed(3)} x₂ + ${bias.toFixed(3)}`,
  )
}
