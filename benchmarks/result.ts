// One form for every benchmark's figures, and what a suite is called with.

import { availableParallelism, cpus } from 'node:os'
import { median, type Spread, spreadOf } from './harness/spread.js'

/** A figure, or the samples whose median it is: the row then tells how far they lie apart. */
export type Figure = number | readonly number[]

export interface Measurement {
  /** What was measured, with its size: `decode, batch 64`. */
  readonly case: string
  /** For example `time per token`. */
  readonly metric: string
  /** For example `ms`, `tokens/s`, `EM`. */
  readonly unit: string
  /** Whether a lower or a higher figure is the better one. */
  readonly better: 'lower' | 'higher'
  readonly ours: Figure
  /** The peer's figure on the same input in the same run; null where there is none. */
  readonly peer: Figure | null
  /** Null where there is no peer. */
  readonly peerName: string | null
  readonly threads: number
  /** Of all that the figures depend on: `{ querl: '0.1.0', torch: '2.13.0' }`. */
  readonly versions: Readonly<Record<string, string>>
  /** Default: this machine's processor and its number of cores. */
  readonly device?: string
  /** Where the figure lies on a curve over a size. Default: on none. */
  readonly series?: Series
  /** In the unit: what is smaller than this cannot be told from nothing. Default 0. */
  readonly resolution?: number
  /** Tells about the machine rather than about us: a comparison shows it and never judges it. */
  readonly isContext?: boolean
  /** What is to be reached: the table says whether it was. Default: nothing. */
  readonly target?: Target
}

/** A claim that a figure is to hold. */
export type Target =
  | { readonly of: 'ratio' | 'ours'; readonly atLeast: number }
  | { readonly of: 'ours'; readonly atMost: number }

/** A plot is drawn of the rows that share a series. */
export interface Series {
  /** The plot: `maskedPpo`. */
  readonly name: string
  /** What the size counts: `tokens`. */
  readonly axis: string
  readonly size: number
}

export interface Row
  extends Omit<
    Measurement,
    'ours' | 'peer' | 'series' | 'device' | 'resolution' | 'isContext' | 'target'
  > {
  readonly suite: string
  readonly ours: number
  readonly peer: number | null
  /** Null where the figure is not one of several samples. */
  readonly oursSpread: Spread | null
  readonly peerSpread: Spread | null
  /** Above 1 where ours is better; null where there is no peer. */
  readonly ratio: number | null
  readonly device: string
  readonly series: Series | null
  readonly resolution: number
  readonly isContext: boolean
  /** Null where there is none. */
  readonly target: Target | null
  /** Of the repository, with `-dirty` where the sources were changed since; or a release, `v0.1.0`. */
  readonly commit: string
  /** Of the measurement, ISO 8601 in UTC. */
  readonly date: string
}

/** What a suite's `run` is called with: `export async function run(bench: Bench): Promise<void>`. */
export interface Bench {
  readonly suite: string
  /** Whether `--only` leaves this case in: its name contains the text. Always true without `--only`. */
  wants(name: string): boolean
  /** Writes a figure down and shows it. */
  record(measurement: Measurement): void
  /** Says how far a case is, on standard error. */
  progress(text: string): void
  /** Says once what a reader of the figures must know: `peer: not installed …`. */
  note(text: string): void
  /** Called between rounds: lets a Ctrl-C be heard, and rejects once there was one. */
  pause(): Promise<void>
  /** Fires at Ctrl-C, for what takes a signal. */
  readonly signal: AbortSignal
  /** What came behind the suite's name and is the suite's own. */
  readonly args: readonly string[]
}

/** What `cases.ts` of a suite exports for `--list`. It imports nothing that is heavy. */
export interface SuiteDescription {
  /** One line. */
  readonly summary: string
  readonly cases: readonly CaseDescription[]
}

export interface CaseDescription {
  /** As in its rows, or a part of it that `--only` finds. */
  readonly name: string
  /** One line. */
  readonly summary: string
}

export function rowOf(suite: string, commit: string, measurement: Measurement): Row {
  const { better, peer, resolution = 0 } = measurement
  const oursFigure = figureOf(measurement.ours)
  const peerFigure = peer === null ? null : figureOf(peer)
  return {
    suite,
    case: measurement.case,
    metric: measurement.metric,
    unit: measurement.unit,
    better,
    ours: oursFigure,
    peer: peerFigure,
    peerName: measurement.peerName,
    ratio: ratioOf(better, resolution, oursFigure, peerFigure),
    threads: measurement.threads,
    device: measurement.device ?? deviceName(),
    oursSpread: spreadOrNull(measurement.ours),
    peerSpread: peer === null ? null : spreadOrNull(peer),
    series: measurement.series ?? null,
    resolution,
    isContext: measurement.isContext ?? false,
    target: measurement.target ?? null,
    versions: measurement.versions,
    commit,
    date: new Date().toISOString(),
  }
}

/** `AMD EPYC 9B14, 2 cores`: names no host. */
export function deviceName(): string {
  const model = cpus()[0]?.model.replace(/\s+/g, ' ').trim() ?? 'unknown processor'
  return `${model}, ${availableParallelism()} cores`
}

function ratioOf(
  better: 'lower' | 'higher',
  resolution: number,
  ours: number,
  peer: number | null,
): number | null {
  if (peer === null) return null
  const [mine, theirs] = [Math.max(ours, resolution), Math.max(peer, resolution)]
  const ratio = better === 'lower' ? theirs / mine : mine / theirs
  return Number.isFinite(ratio) ? ratio : null
}

function figureOf(figure: Figure): number {
  return typeof figure === 'number' ? figure : median(figure)
}

function spreadOrNull(figure: Figure): Spread | null {
  return typeof figure === 'number' ? null : spreadOf(figure)
}
