// What the machine can do: the rate of a copy, and of a matrix product, by LibTorch.

import { callOperator, setThreads, Tensor, tidy } from '@querl/torch'
import { normal } from './inputs.js'
import { Held } from './ours/tensors.js'

/** What bounds a case, measured in the rounds of the case. */
export interface Roofline extends Disposable {
  /** Bytes, or floating-point operations, in a second. */
  rate(threads: number): number
}

/** A copy of more than this counts as one of any size: it is beyond every cache. */
export const largeCopyBytes = 2 ** 29
/** Copies are repeated until they take about this long. */
const copySeconds = 0.02

/** A copy between two buffers that together hold `bytes`: half of them are read, half written. */
export class CopyRoofline implements Roofline {
  readonly #bytes: number
  readonly #held = new Held()
  readonly #from: Tensor
  readonly #to: Tensor
  #repeats = 1

  /** @param bytes at least 8; more than 512 MiB count as that */
  constructor(bytes: number) {
    const count = Math.max(1, Math.floor(Math.min(bytes, largeCopyBytes) / 8))
    this.#bytes = count * 8
    this.#from = this.#held.add(Tensor.fromTypedArray(new Float32Array(count).fill(1)))
    this.#to = this.#held.add(Tensor.fromTypedArray(new Float32Array(count)))
    for (let warm = 0; warm < 2; warm++) {
      const seconds = secondsOf(() => this.#copy())
      this.#repeats = Math.min(10_000, Math.max(1, Math.ceil(copySeconds / seconds)))
    }
  }

  #copy(): void {
    callOperator('aten::copy_', this.#to, this.#from, false)
  }

  rate(threads: number): number {
    setThreads(threads)
    const seconds = secondsOf(() => {
      for (let i = 0; i < this.#repeats; i++) this.#copy()
    })
    return (this.#bytes * this.#repeats) / seconds
  }

  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]()
  }
}

/** Sizes m, k, n of products that stand for the machine's best: a cube, and the head of a model. */
const products = [
  [2048, 2048, 2048],
  [1024, 896, 8192],
] as const

/** Matrix products; the faster of two shapes counts. */
export class GemmRoofline implements Roofline {
  readonly #held = new Held()
  readonly #products: readonly { readonly operations: number; multiply(): void }[]

  constructor(dtype: 'float32' | 'bfloat16') {
    // Numbers of every bit: how fast a processor runs depends on them, a little.
    const matrix = (rows: number, columns: number) =>
      this.#held.add(
        tidy(() =>
          Tensor.fromTypedArray(normal(71, rows * columns, 0, 1), [rows, columns]).to(dtype),
        ),
      )
    this.#products = products.map(([m, k, n]) => {
      const [a, b, out] = [matrix(m, k), matrix(k, n), matrix(m, n)]
      const multiply = () => void callOperator('aten::mm.out', a, b, out)
      multiply()
      return { operations: 2 * m * k * n, multiply }
    })
  }

  rate(threads: number): number {
    setThreads(threads)
    const rates = this.#products.map(({ operations, multiply }) => operations / secondsOf(multiply))
    return Math.max(...rates)
  }

  [Symbol.dispose](): void {
    this.#held[Symbol.dispose]()
  }
}

function secondsOf(work: () => void): number {
  const start = performance.now()
  work()
  return Math.max((performance.now() - start) / 1000, 1e-9)
}
