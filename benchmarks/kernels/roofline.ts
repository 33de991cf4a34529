// What the machine can do: the rate of a copy, and of a matrix product, by LibTorch.

import { callOperator, setThreads, Tensor } from '@querl/torch'
import { median } from '../harness/spread.js'
import { normal } from './inputs.js'

/** Beyond every cache. */
export const largeCopyBytes = 2 ** 29

/** Copies between two buffers that together hold `bytes`. */
export class Copy implements Disposable {
  readonly bytes: number
  readonly #from: Tensor
  readonly #to: Tensor

  /** @param bytes at least 8; more than 512 MiB count as that */
  constructor(bytes: number) {
    const count = Math.max(1, Math.floor(Math.min(bytes, largeCopyBytes) / 8))
    this.bytes = count * 8
    this.#from = Tensor.fromTypedArray(new Float32Array(count).fill(1))
    this.#to = Tensor.fromTypedArray(new Float32Array(count))
    this.run()
  }

  /** Reads half of the bytes and writes the other half. */
  run(): void {
    callOperator('aten::copy_', this.#to, this.#from, false)
  }

  /** Bytes read and written in a second. */
  rate(threads: number, repeats: number): number {
    setThreads(threads)
    const start = performance.now()
    for (let i = 0; i < repeats; i++) this.run()
    return (this.bytes * repeats) / ((performance.now() - start) / 1000)
  }

  [Symbol.dispose](): void {
    this.#from.dispose()
    this.#to.dispose()
  }
}

/** Sizes m, k, n of products that stand for the machine's best: a cube, and the head of a model. */
const products = [
  [2048, 2048, 2048],
  [1024, 896, 8192],
] as const

/** Floating-point operations in a second, of each of `rounds` products of the faster shape. */
export function gemmRates(
  dtype: 'float32' | 'bfloat16',
  threads: number,
  rounds: number,
): readonly number[] {
  setThreads(threads)
  const measured = products.map(([m, k, n]) => {
    using a = filled(dtype, [m, k])
    using b = filled(dtype, [k, n])
    using out = filled(dtype, [m, n])
    const multiply = () => callOperator<Tensor>('aten::mm.out', a, b, out)
    multiply()
    return Array.from({ length: rounds }, () => {
      const start = performance.now()
      multiply()
      return (2 * m * k * n) / ((performance.now() - start) / 1000)
    })
  })
  const best = measured.sort((one, other) => median(other) - median(one))
  return best[0]!
}

/** Numbers of every bit: how fast a processor runs depends on them, a little. */
function filled(dtype: 'float32' | 'bfloat16', shape: readonly [number, number]): Tensor {
  using wide = Tensor.fromTypedArray(normal(71, shape[0] * shape[1], 0, 1), shape)
  return callOperator('aten::to.dtype', wide, dtype, false, true)
}
