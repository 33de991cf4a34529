import { grad, linearLogprobs, logitsLogprobs, ops, Tensor, tidy } from '@querl/torch'
import { integers, normal } from '../inputs.js'
import type { OurCase } from './index.js'
import { Held, numbers, sampled } from './tensors.js'

/** The slopes of the loss by log-probs and entropies, which is all that a loss gives back. */
function slopes(tokens: number, held: Held): Tensor[] {
  return [normal(11, tokens, 0, 1e-2), normal(12, tokens, 0, 1e-3)].map((each) =>
    held.add(Tensor.fromTypedArray(each)),
  )
}

/** Log-probs, entropies, and then the gradients. */
type Computed = readonly Tensor[]

/** Forward, then the gradient, which takes the place of the logits. */
export function prepareLogitsLogprobs(sizes: { readonly [name: string]: unknown }): OurCase {
  const [tokens, vocab] = [Number(sizes['tokens']), Number(sizes['vocab'])]
  const held = new Held()
  const given = held.add(
    Tensor.fromTypedArray(normal(21, tokens * vocab, 0, 3), [tokens, vocab], {
      requiresGrad: true,
    }),
  )
  const targets = held.add(Tensor.fromTypedArray(integers(22, tokens, vocab)))
  const gradients = slopes(tokens, held)
  // A model's result, as logits are: what is written over must not be a leaf.
  let logits: Tensor | undefined
  let last: Computed = []
  const forget = () => {
    for (const each of last) each.dispose()
    last = []
  }
  return {
    forget,
    refresh: () => {
      logits?.dispose()
      logits = ops.clone(given)
    },
    run: () => {
      forget()
      last = tidy(() => {
        const { logprobs, entropies } = logitsLogprobs(logits!, targets, { inPlace: true })
        return [logprobs, entropies, ...grad([logprobs, entropies], [logits!], { gradients })]
      })
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
      forget()
      logits?.dispose()
      held[Symbol.dispose]()
    },
  }
}

export function prepareLinearLogprobs(sizes: { readonly [name: string]: unknown }): OurCase {
  const [tokens, width] = [Number(sizes['tokens']), Number(sizes['width'])]
  const vocab = Number(sizes['vocab'])
  const dtype = sizes['dtype'] === 'bfloat16' ? 'bfloat16' : 'float32'
  const held = new Held()
  const leaf = (data: Float32Array<ArrayBuffer>, shape: readonly number[]) => {
    const tensor = tidy(() => Tensor.fromTypedArray(data, shape).to(dtype))
    return held.add(tensor.requiresGrad_(true))
  }
  const hidden = leaf(normal(31, tokens * width, 0, 1), [tokens, width])
  const head = leaf(normal(32, vocab * width, 0, 0.1), [vocab, width])
  const targets = held.add(Tensor.fromTypedArray(integers(33, tokens, vocab)))
  const gradients = slopes(tokens, held)
  let last: Computed = []
  const forget = () => {
    for (const each of last) each.dispose()
    last = []
  }
  return {
    forget,
    run: () => {
      forget()
      last = tidy(() => {
        const { logprobs, entropies } = linearLogprobs(hidden, head, targets)
        return [logprobs, entropies, ...grad([logprobs, entropies], [hidden, head], { gradients })]
      })
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
      forget()
      held[Symbol.dispose]()
    },
  }
}
