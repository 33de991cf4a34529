// What a measured case becomes in rows.

import { median } from '../harness/spread.js'
import type { Bench, Measurement } from '../result.js'
import type { KernelCase } from './cases.js'
import type { MeasuredCase, Samples } from './measure.js'
import { CopyRoofline, largeCopyBytes } from './roofline.js'

/** Writes rows; what the machine can do is written once for each size and number of threads. */
export class Recorder {
  readonly #bench: Bench
  readonly #versions: Readonly<Record<string, string>>
  readonly #written = new Set<string>()

  constructor(bench: Bench, versions: Readonly<Record<string, string>>) {
    this.#bench = bench
    this.#versions = versions
  }

  record(each: KernelCase, threads: number, measured: MeasuredCase): void {
    const shared = { case: each.name, threads, series: each.series } as const
    this.#beside(
      { ...shared, metric: 'time', unit: 'ms', better: 'lower' },
      measured,
      ({ seconds }) => seconds.map((one) => one * 1000),
    )
    // A page here and there is what a process takes by itself: less than 1 MB is none.
    this.#beside(
      { ...shared, metric: 'peak extra memory', unit: 'MB', better: 'lower', resolution: 1 },
      measured,
      ({ peakBytes }) => peakBytes.map((one) => one / 1e6),
    )
    this.#share(each, threads, measured)
    this.#rooflines(each, threads, measured.rooflineRates)
  }

  /** A row for each peer that has the figure, or one of ours alone. */
  #beside(
    figure: Omit<Measurement, 'ours' | 'peer' | 'peerName' | 'versions'>,
    { ours, peers }: MeasuredCase,
    of: (samples: Samples) => readonly number[],
  ): void {
    if (of(ours).length === 0) return
    const beside = peers.filter((peer) => of(peer).length > 0)
    for (const peer of beside.length === 0 ? [undefined] : beside)
      this.#bench.record({
        ...{ ...figure, ours: of(ours), versions: this.#versions },
        peer: peer ? of(peer) : null,
        peerName: peer?.label ?? null,
      })
  }

  /** How near the case comes to what bounds it. */
  #share(
    { name, work, bound }: KernelCase,
    threads: number,
    { ours, rooflineRates }: MeasuredCase,
  ): void {
    const rate = median(rooflineRates)
    this.#context({
      ...{ case: name, threads, unit: '%' },
      metric: bound === 'copy' ? 'share of the copy bandwidth' : 'share of the GEMM rate',
      ours: ours.seconds.map((seconds) => (work / seconds / rate) * 100),
    })
  }

  #rooflines(each: KernelCase, threads: number, rates: readonly number[]): void {
    if (each.bound === 'gemm') {
      const dtype = String(each.sizes['dtype'])
      this.#roofline(`GEMM, ${dtype}`, threads, 'GFLOP/s', () => rates)
      return
    }
    const megabytes = (bytes: number) => `copy, ${Number((bytes / 1e6).toPrecision(3))} MB`
    this.#roofline(megabytes(largeCopyBytes), threads, 'GB/s', () => largeCopyRates(threads))
    const bytes = each.workingSet ?? 0
    if (bytes < largeCopyBytes) this.#roofline(megabytes(bytes), threads, 'GB/s', () => rates)
  }

  #roofline(name: string, threads: number, unit: string, rates: () => readonly number[]): void {
    const key = `${name} ${threads}`
    if (this.#written.has(key)) return
    this.#written.add(key)
    this.#context({
      ...{ case: `roofline: ${name}`, metric: 'LibTorch', unit, threads },
      ours: rates().map((rate) => rate / 1e9),
    })
  }

  /** As good as the machine is at the moment: shown, not judged. */
  #context(figure: Pick<Measurement, 'case' | 'metric' | 'unit' | 'threads' | 'ours'>): void {
    this.#bench.record({
      ...{ ...figure, better: 'higher', peer: null, peerName: null, isContext: true },
      versions: this.#versions,
    })
  }
}

function largeCopyRates(threads: number): readonly number[] {
  using copy = new CopyRoofline(largeCopyBytes)
  return Array.from({ length: 7 }, () => copy.rate(threads))
}
