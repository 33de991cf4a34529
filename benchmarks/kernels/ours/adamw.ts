import { adamw, adamwState, globalNorm, Tensor } from '@querl/torch'
import { normal } from '../inputs.js'
import type { OurCase } from './index.js'
import { Held, head } from './tensors.js'

/** Elements a tensor, but for the last. */
const size = 2 ** 20

/** As `tensors()` of peer/adamw.py. */
function tensors(seed: number, count: number, deviation: number, held: Held): Tensor[] {
  const parts = Array.from({ length: Math.ceil(count / size) }, (_, i) =>
    normal(seed + i, Math.min(size, count - i * size), 0, deviation),
  )
  return parts.map((each) => held.add(Tensor.fromTypedArray(each)))
}

export function prepareAdamW(sizes: { readonly [name: string]: unknown }): OurCase {
  const count = Number(sizes['parameters'])
  const held = new Held()
  const weights = tensors(61, count, 1, held)
  const gradients = tensors(1061, count, 1e-2, held)
  const state = adamwState(weights)
  return {
    run: () => adamw(weights, gradients, state, { lr: 1e-3 }),
    forget: () => {},
    results: () => ({ steps: [state.step], parameters: head(weights.at(-1)!) }),
    [Symbol.dispose]: () => {
      for (const each of [...state.firstMoments, ...state.secondMoments]) each.dispose()
      held[Symbol.dispose]()
    },
  }
}

export function prepareGlobalNorm(sizes: { readonly [name: string]: unknown }): OurCase {
  const held = new Held()
  const gradients = tensors(1061, Number(sizes['parameters']), 1e-2, held)
  let norm = Number.NaN
  return {
    run: () => {
      norm = globalNorm(gradients)
    },
    forget: () => {},
    results: () => ({ norm: [norm] }),
    [Symbol.dispose]: () => held[Symbol.dispose](),
  }
}
