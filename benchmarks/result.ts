// One form for every benchmark's figures: a JSON line in benchmarks/results/<suite>.jsonl, appended
// and never rewritten, and the same rows as a table.

import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'

export interface Measurement {
  /** What was measured, with its size: `decode, batch 64`. */
  readonly case: string
  /** For example `time per token`. */
  readonly metric: string
  /** For example `ms`, `tokens/s`, `EM`. */
  readonly unit: string
  /** Whether a lower or a higher figure is the better one. */
  readonly better: 'lower' | 'higher'
  readonly ours: number
  /** The peer's figure on the same input in the same run; null where there is none. */
  readonly peer: number | null
  /** Null where there is no peer. */
  readonly peerName: string | null
  readonly threads: number
  /** Of all that the figures depend on: `{ querl: '0.1.0', torch: '2.13.0' }`. */
  readonly versions: Readonly<Record<string, string>>
  /** Default: this machine's processor and its number of cores. */
  readonly device?: string
}

export interface Row extends Omit<Measurement, 'better'> {
  readonly suite: string
  /** Above 1 where ours is better; null where there is no peer. */
  readonly ratio: number | null
  readonly device: string
  /** Of the repository, with `-dirty` where the sources were changed since. */
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
  /** What came behind `--` and is the suite's own. */
  readonly args: readonly string[]
}

/**
 * @param only  a part of the names of the cases to run; default: all
 * @param json  print JSON lines instead of a table
 */
export function openBench(
  suite: string,
  root: string,
  {
    only,
    json = false,
    args = [],
  }: { only?: string | undefined; json?: boolean; args?: string[] } = {},
): Bench & { finish(): void } {
  const folder = join(root, 'benchmarks', 'results')
  const rows: Row[] = []
  return {
    suite,
    args,
    wants: (name) => only === undefined || name.includes(only),
    record: (measurement) => {
      const row = rowOf(suite, commitOf(root), measurement)
      rows.push(row)
      mkdirSync(folder, { recursive: true })
      appendFileSync(join(folder, `${suite}.jsonl`), `${JSON.stringify(row)}\n`)
      if (json) console.log(JSON.stringify(row))
      else console.error(`  ${row.case}, ${row.metric}: ${figure(row.ours)} ${row.unit}`)
    },
    finish: () => {
      if (!json) console.log(table(rows))
    },
  }
}

export function rowOf(suite: string, commit: string, measurement: Measurement): Row {
  const { better, ours, peer } = measurement
  const ratio = peer === null ? null : better === 'lower' ? peer / ours : ours / peer
  return {
    suite,
    case: measurement.case,
    metric: measurement.metric,
    unit: measurement.unit,
    ours,
    peer,
    peerName: measurement.peerName,
    ratio,
    threads: measurement.threads,
    device: measurement.device ?? deviceName(),
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

export function table(rows: readonly Row[]): string {
  const cells = [
    ['case', 'metric', 'ours', 'peer', 'unit', 'ratio', 'threads', 'against'],
    ...rows.map((row) => [
      row.case,
      row.metric,
      figure(row.ours),
      row.peer === null ? '–' : figure(row.peer),
      row.unit,
      row.ratio === null ? '–' : `${row.ratio.toFixed(2)}x`,
      String(row.threads),
      row.peerName ?? '–',
    ]),
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => row[column]!.length)))
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')
  return [
    line(cells[0]!),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...cells.slice(1).map(line),
  ]
    .map((text) => text.trimEnd())
    .join('\n')
}

/** Four digits are what a benchmark on a shared machine can claim. */
function figure(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)))
}

function commitOf(root: string): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
    // Results are written while a suite runs: they alone do not make the sources differ.
    const changes = git('status', '--porcelain', '--', '.', ':!benchmarks/results')
    return git('rev-parse', '--short=12', 'HEAD') + (changes === '' ? '' : '-dirty')
  } catch {
    return 'unknown'
  }
}
