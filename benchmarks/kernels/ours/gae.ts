import { callOperator, gae, Tensor } from '@querl/torch'
import { flags, normal } from '../inputs.js'
import type { OurCase } from './index.js'
import { Held, head } from './tensors.js'

/** `sequences` of `length` tokens each, padded as the peer's. */
export function prepareGae(sizes: { readonly [name: string]: unknown }): OurCase {
  const shape = [Number(sizes['sequences']), Number(sizes['length'])] as const
  const count = shape[0] * shape[1]
  const held = new Held()
  const rewards = held.add(Tensor.fromTypedArray(normal(41, count, 0, 0.1), shape))
  const values = held.add(Tensor.fromTypedArray(normal(42, count, 0, 1), shape))
  const mask = held.add(Tensor.fromTypedArray(flags(43, count, 0.6), shape))
  let estimate: ReturnType<typeof estimated> | undefined
  const estimated = () => gae(rewards, values, { gamma: 1, lambda: 0.95, mask })
  const forget = () => {
    estimate?.advantages.dispose()
    estimate?.returns.dispose()
    estimate = undefined
  }
  return {
    run: () => {
      forget()
      estimate = estimated()
    },
    forget,
    results: () => {
      const { advantages, returns } = estimate!
      using sum = callOperator<Tensor>('aten::sum', advantages, 'float64')
      return {
        advantages: head(advantages),
        returns: head(returns),
        'sum of the advantages': [sum.item()],
      }
    },
    [Symbol.dispose]: () => {
      forget()
      held[Symbol.dispose]()
    },
  }
}
