import { grad, Tensor, tidy, varlenAttention } from '@querl/torch'
import { normal } from '../inputs.js'
import type { OurCase } from './index.js'
import { Held, sampled } from './tensors.js'

/** Forward, then the gradients of queries, keys and values, of a packed batch. */
export function prepareVarlenAttention(sizes: { readonly [name: string]: unknown }): OurCase {
  const lengths = String(sizes['lengths']).split(',').map(Number)
  const offsets = [0]
  for (const length of lengths) offsets.push(offsets.at(-1)! + length)
  const [heads, kvHeads] = [Number(sizes['heads']), Number(sizes['kvHeads'])]
  const shape = (count: number) => [offsets.at(-1)!, count, Number(sizes['headDim'])]
  const dtype = sizes['dtype'] === 'bfloat16' ? 'bfloat16' : 'float32'
  const held = new Held()
  const made = (seed: number, count: number) => {
    const size = shape(count).reduce((product, each) => product * each)
    const data = normal(seed, size, 0, 1)
    return held.add(tidy(() => Tensor.fromTypedArray(data, shape(count)).to(dtype)))
  }
  const [q, k, v] = [made(41, heads), made(42, kvHeads), made(43, kvHeads)].map((each) =>
    each.requiresGrad_(true),
  ) as [Tensor, Tensor, Tensor]
  const slope = made(44, heads)
  let last: readonly Tensor[] = []
  const forget = () => {
    for (const each of last) each.dispose()
    last = []
  }
  return {
    forget,
    run: () => {
      forget()
      last = tidy(() => {
        const out = varlenAttention(q, k, v, offsets)
        return [out, ...grad([out], [q, k, v], { gradients: [slope] })]
      }) as readonly Tensor[]
    },
    results: () => {
      const results: Record<string, readonly number[]> = {}
      for (const [i, name] of ['output', 'd_q', 'd_k', 'd_v'].entries()) {
        const { places, norm } = sampled(last[i]!)
        results[name] = places
        results[`norm of ${name}`] = norm
      }
      return results
    },
    [Symbol.dispose]: () => {
      forget()
      held[Symbol.dispose]()
    },
  }
}
