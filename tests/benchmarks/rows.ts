import { type Measurement, type Row, rowOf } from '../../benchmarks/result.js'

export const measured: Measurement = {
  case: 'decode, batch 64',
  metric: 'time per step',
  unit: 'ms',
  better: 'lower',
  ours: 1.5,
  peer: 3,
  peerName: 'PyTorch eager',
  threads: 1,
  versions: { torch: '2.13.0' },
}

/** A row as a run writes it, on a made-up device. */
export function rowWith(changes: Partial<Measurement>, date = '2026-11-21T06:00:00.000Z'): Row {
  return { ...rowOf('decode', 'abc', { ...measured, device: 'A, 2 cores', ...changes }), date }
}
