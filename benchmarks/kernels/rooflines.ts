// The machine's own rates, each measured once a run and written down as rows.

import { median } from '../harness/spread.js'
import type { Bench } from '../result.js'
import type { KernelCase } from './cases.js'
import { Copy, gemmRates, largeCopyBytes } from './roofline.js'

const rounds = 7

export class Rooflines {
  readonly #bench: Bench
  readonly #versions: Readonly<Record<string, string>>
  readonly #gemm = new Map<string, number>()
  readonly #recorded = new Set<string>()

  constructor(bench: Bench, versions: Readonly<Record<string, string>>) {
    this.#bench = bench
    this.#versions = versions
  }

  /** Floating-point operations a second of LibTorch's matrix product. */
  gemmRate(dtype: 'float32' | 'bfloat16', threads: number): number {
    const key = `${dtype} ${threads}`
    const known = this.#gemm.get(key)
    if (known !== undefined) return known
    this.#bench.progress(`GEMM, ${dtype}, ${threads} threads`)
    const rates = gemmRates(dtype, threads, rounds)
    this.#record(`roofline: GEMM, ${dtype}`, threads, 'GFLOP/s', rates)
    const rate = median(rates)
    this.#gemm.set(key, rate)
    return rate
  }

  /** The bandwidth of a copy of a case's size, measured with it, and of one beyond every cache. */
  recordCopy({ workingSet = 0 }: KernelCase, threads: number, rates: readonly number[]): void {
    this.#recordLarge(threads)
    const bytes = Math.min(workingSet, largeCopyBytes)
    if (bytes < largeCopyBytes)
      this.#record(`roofline: copy, ${(bytes / 1e6).toPrecision(3)} MB`, threads, 'GB/s', rates)
  }

  #recordLarge(threads: number): void {
    const key = `copy ${threads}`
    if (this.#recorded.has(key)) return
    this.#recorded.add(key)
    using copy = new Copy(largeCopyBytes)
    const rates = Array.from({ length: rounds }, () => copy.rate(threads, 1))
    this.#record(`roofline: copy, ${(copy.bytes / 1e6).toFixed(0)} MB`, threads, 'GB/s', rates)
  }

  #record(name: string, threads: number, unit: string, rates: readonly number[]): void {
    this.#bench.record({
      ...{ case: name, metric: 'LibTorch', unit, better: 'higher', threads },
      ours: rates.map((rate) => rate / 1e9),
      ...{ peer: null, peerName: null, versions: this.#versions, isContext: true },
    })
  }
}
