import { sample, Tensor } from '@querl/torch'
import { integers, normal } from '../inputs.js'
import type { OurCase } from './index.js'
import { Held, numbers } from './tensors.js'

const temperature = 0.8
const topP = 0.95
/** Tokens a row that stand out. */
const likely = 32

export function prepareSample(sizes: { readonly [name: string]: unknown }): OurCase {
  const [rows, vocab] = [Number(sizes['rows']), Number(sizes['vocab'])]
  const held = new Held()
  const logits = held.add(Tensor.fromTypedArray(makeLogits(rows, vocab), [rows, vocab]))
  let seed = 0
  let last: ReturnType<typeof draw> | undefined
  const draw = () => sample(logits, { seed: seed++, temperature, topP })
  const forget = () => {
    last?.ids.dispose()
    last?.logprobs.dispose()
    last = undefined
  }
  return {
    run: () => {
      forget()
      last = draw()
    },
    forget,
    results: () => ({ ids: numbers(last!.ids), logprobs: numbers(last!.logprobs) }),
    [Symbol.dispose]: () => {
      forget()
      held[Symbol.dispose]()
    },
  }
}

/** From flat rows, whose nucleus is thousands of tokens, to peaked ones, where it is a few. */
function makeLogits(rows: number, vocab: number): Float32Array {
  const logits = normal(51, rows * vocab, 0, 2)
  const ids = integers(52, rows * likely, vocab)
  const raised = normal(53, rows * likely, 0, 2)
  for (let row = 0; row < rows; row++) {
    const height = Math.fround(6 + (14 * row) / Math.max(1, rows - 1))
    for (let i = row * likely; i < (row + 1) * likely; i++)
      logits[row * vocab + Number(ids[i])] = raised[i]! + height
  }
  return logits
}
