import { callOperator, grad, Tensor } from '@querl/torch'
import { integers, normal } from '../inputs.js'
import type { OurCase } from './index.js'
import { Held, numbers, sampled } from './tensors.js'

const temperature = 0.9

/** The slopes of the loss by log-probs and entropies, which is all that a loss gives back. */
function slopes(tokens: number, held: Held): Tensor[] {
  return [normal(11, tokens, 0, 1e-2), normal(12, tokens, 0, 1e-3)].map((each) =>
    held.add(Tensor.fromTypedArray(each)),
  )
}

/** Forward, then the gradient, which takes the place of the logits. */
export function prepareLogitsLogprobs(sizes: { readonly [name: string]: unknown }): OurCase {
  const [tokens, vocab] = [Number(sizes['tokens']), Number(sizes['vocab'])]
  const held = new Held()
  const fresh = normal(21, tokens * vocab, 0, 3)
  const logits = held.add(Tensor.fromTypedArray(fresh, [tokens, vocab], { requiresGrad: true }))
  const targets = held.add(Tensor.fromTypedArray(integers(22, tokens, vocab)))
  const gradients = slopes(tokens, held)
  let last: readonly Tensor[] = []
  return {
    run: () => {
      for (const each of last) each.dispose()
      const [logprobs, entropies] = callOperator<[Tensor, Tensor]>(
        ...(['querl::logits_logprobs', logits, targets, temperature] as const),
      )
      const [gradient] = grad([logprobs, entropies], [logits], { gradients })
      last = [logprobs, entropies, gradient!]
    },
    results: () => {
      const [logprobs, entropies, gradient] = last
      const { places, norm } = sampled(gradient!)
      return {
        logprobs: numbers(logprobs!),
        entropies: numbers(entropies!),
        gradient: places,
        'norm of the gradient': norm,
      }
    },
    [Symbol.dispose]: () => {
      for (const each of last) each.dispose()
      held[Symbol.dispose]()
    },
  }
}

export function prepareLinearLogprobs(sizes: { readonly [name: string]: unknown }): OurCase {
  const [tokens, width] = [Number(sizes['tokens']), Number(sizes['width'])]
  const vocab = Number(sizes['vocab'])
  const dtype = String(sizes['dtype'])
  const held = new Held()
  const leaf = (data: Float32Array, shape: readonly number[]) => {
    using wide = Tensor.fromTypedArray(data, shape)
    const tensor = callOperator<Tensor>('aten::to.dtype', wide, dtype, false, true)
    return held.add(tensor.requiresGrad_(true))
  }
  const hidden = leaf(normal(31, tokens * width, 0, 1), [tokens, width])
  const head = leaf(normal(32, vocab * width, 0, 0.1), [vocab, width])
  const targets = held.add(Tensor.fromTypedArray(integers(33, tokens, vocab)))
  const gradients = slopes(tokens, held)
  let last: readonly Tensor[] = []
  return {
    run: () => {
      for (const each of last) each.dispose()
      const [logprobs, entropies] = callOperator<[Tensor, Tensor]>(
        ...(['querl::linear_logprobs', hidden, head, targets, temperature] as const),
      )
      last = [logprobs, entropies, ...grad([logprobs, entropies], [hidden, head], { gradients })]
    },
    results: () => {
      const [logprobs, entropies, dHidden, dHead] = last
      const ofHidden = sampled(dHidden!)
      const ofHead = sampled(dHead!)
      return {
        logprobs: numbers(logprobs!),
        entropies: numbers(entropies!),
        'gradient of the hidden states': ofHidden.places,
        'norm of the gradient of the hidden states': ofHidden.norm,
        'gradient of the head': ofHead.places,
        'norm of the gradient of the head': ofHead.norm,
      }
    },
    [Symbol.dispose]: () => {
      for (const each of last) each.dispose()
      held[Symbol.dispose]()
    },
  }
}
