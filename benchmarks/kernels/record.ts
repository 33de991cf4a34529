// What a measured case becomes in rows.

import { median } from '../harness/spread.js'
import type { Bench, Measurement } from '../result.js'
import type { KernelCase } from './cases.js'
import type { MeasuredCase, Samples } from './measure.js'
import type { Rooflines } from './rooflines.js'

type Versions = Readonly<Record<string, string>>

export function recordCase(
  bench: Bench,
  each: KernelCase,
  threads: number,
  measured: MeasuredCase,
  versions: Versions,
  rooflines: Rooflines,
): void {
  const shared = { case: each.name, threads, versions }
  const { ours, peers } = measured
  const record = (
    figures: Pick<Measurement, 'metric' | 'unit' | 'resolution'>,
    of: (samples: Samples) => readonly number[],
  ) => {
    if (of(ours).length === 0) return
    const beside = peers.filter((peer) => of(peer).length > 0)
    const rows = beside.length === 0 ? [undefined] : beside
    for (const peer of rows)
      bench.record({
        ...{ ...shared, ...figures, better: 'lower', series: each.series, ours: of(ours) },
        peer: peer ? of(peer) : null,
        peerName: peer?.label ?? null,
      })
  }
  record({ metric: 'time', unit: 'ms' }, ({ seconds }) => seconds.map((each) => each * 1000))
  // A page here and there is what a process takes by itself.
  record({ metric: 'peak extra memory', unit: 'MB', resolution: 1 }, ({ peakBytes }) =>
    peakBytes.map((each) => each / 1e6),
  )
  // As good as the roofline that it is a share of, which moves with the machine: time is judged.
  const share = (metric: string, shares: readonly number[]) =>
    bench.record({
      ...{ ...shared, metric, unit: '%', better: 'higher', peer: null, peerName: null },
      isContext: true,
      ours: shares.map((each) => each * 100),
    })
  const { leastBytes, flops } = each
  if (leastBytes !== undefined) {
    const rate = median(measured.copyRates)
    share(
      'share of the copy bandwidth',
      ours.seconds.map((seconds) => leastBytes / seconds / rate),
    )
    rooflines.recordCopy(each, threads, measured.copyRates)
  }
  if (flops !== undefined) {
    const rate = rooflines.gemmRate(
      each.sizes['dtype'] === 'bfloat16' ? 'bfloat16' : 'float32',
      threads,
    )
    share(
      'share of the GEMM rate',
      ours.seconds.map((seconds) => flops / seconds / rate),
    )
  }
}
