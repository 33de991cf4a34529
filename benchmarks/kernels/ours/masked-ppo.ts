import { maskedPpo, type PpoMetrics, type PpoOptions, Tensor } from '@querl/torch'
import { flags, normal } from '../inputs.js'
import type { Results } from '../side.js'
import type { OurCase } from './index.js'

const clip = { low: 0.2, high: 0.28, dual: 3 }
/** As veRL's, which cuts a token's divergence at 10. */
const kl = { coefficient: 0.001, limit: 10 }

interface Inputs {
  readonly logprobs: Float32Array<ArrayBuffer>
  readonly oldLogprobs: Float32Array<ArrayBuffer>
  readonly advantages: Float32Array<ArrayBuffer>
  readonly mask: Uint8Array<ArrayBuffer>
  readonly referenceLogprobs?: Float32Array<ArrayBuffer>
}

/** Tensors and a backward pass; with `arrays` typed arrays in, loss and gradient out. */
export function prepareMaskedPpo(sizes: { readonly [name: string]: unknown }): OurCase {
  const count = Number(sizes['tokens'])
  const oldLogprobs = normal(1, count, -1.5, 0.6)
  const noisy = (seed: number) => {
    const noise = normal(seed, count, 0, 0.25)
    return oldLogprobs.map((each, i) => each + noise[i]!)
  }
  const inputs: Inputs = {
    ...{ oldLogprobs, logprobs: noisy(2), advantages: normal(3, count, 0, 1) },
    mask: flags(4, count, 0.6),
    ...(sizes['reference'] ? { referenceLogprobs: noisy(5) } : {}),
  }
  const options: PpoOptions = { clip, ...(sizes['reference'] ? { kl } : {}) }
  return sizes['arrays'] ? onArrays(inputs, options) : onTensors(inputs, options)
}

function onArrays(inputs: Inputs, options: PpoOptions): OurCase {
  let last: ReturnType<typeof run> | undefined
  const run = () => maskedPpo(inputs, options)
  return {
    forget: () => {
      last = undefined
    },
    run: () => {
      last = run()
    },
    results: () => resultsOf(last!.loss, last!.metrics, last!.gradients.logprobs),
    [Symbol.dispose]: () => {
      last = undefined
    },
  }
}

function onTensors(inputs: Inputs, options: PpoOptions): OurCase {
  const tensor = (data: Float32Array | Uint8Array) => Tensor.fromTypedArray(data)
  const tokens = {
    logprobs: tensor(inputs.logprobs).requiresGrad_(true),
    oldLogprobs: tensor(inputs.oldLogprobs),
    advantages: tensor(inputs.advantages),
    mask: tensor(inputs.mask),
    ...(inputs.referenceLogprobs && { referenceLogprobs: tensor(inputs.referenceLogprobs) }),
  }
  let last: { readonly loss: number; readonly metrics: PpoMetrics } | undefined
  return {
    forget: () => tokens.logprobs.zeroGrad(),
    run: () => {
      tokens.logprobs.zeroGrad()
      const { loss, metrics } = maskedPpo(tokens, options)
      loss.backward()
      last = { loss: loss.item(), metrics }
      loss.dispose()
    },
    results: () => {
      using gradient = tokens.logprobs.grad
      return resultsOf(last!.loss, last!.metrics, gradient!.data() as Float32Array)
    },
    [Symbol.dispose]: () => {
      for (const each of Object.values(tokens)) each.dispose()
    },
  }
}

function resultsOf(loss: number, metrics: PpoMetrics, gradient: Float32Array): Results {
  const { kl, clipFraction } = metrics
  return {
    loss: [loss],
    kl: [kl.k1],
    // The peer counts a token whether or not the dual bound has its gradient.
    'clip share': [clipFraction.low + clipFraction.high],
    'dual clip share': [clipFraction.dual],
    gradient: Array.from(gradient.subarray(0, 4096)),
  }
}
