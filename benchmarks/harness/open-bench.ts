// The side of the harness that a suite sees.

import { setImmediate } from 'node:timers/promises'
import type { BenchPlace, BenchRequest } from '../../packages/querl/src/bench-request.js'
import { type Bench, type Row, rowOf } from '../result.js'
import type { RowsFile } from './rows-file.js'
import { figureText } from './table.js'

export interface OpenBench extends Bench, Disposable {
  /** Of this run, in the order in which they were measured. */
  readonly rows: readonly Row[]
}

/** The first Ctrl-C ends the suite at its next look at the signal, the second at once. */
export function openBench(
  { suite, only, json, args }: Pick<BenchRequest, 'suite' | 'only' | 'json' | 'args'>,
  { commit, version }: Pick<BenchPlace, 'commit' | 'version'>,
  file: RowsFile,
): OpenBench {
  const rows: Row[] = []
  const stop = new AbortController()
  const say = statusLine()
  const onInterrupt = () => {
    if (stop.signal.aborted) process.exit(130)
    say.line('Stopping after this round; Ctrl-C again stops at once.')
    stop.abort(new Error('interrupted'))
  }
  process.on('SIGINT', onInterrupt)
  process.on('SIGTERM', onInterrupt)
  return {
    suite,
    args,
    rows,
    signal: stop.signal,
    wants: (name) => only === undefined || name.includes(only),
    progress: say.status,
    note: say.line,
    pause: async () => {
      await setImmediate() // what is measured is often synchronous, and hears no signal
      stop.signal.throwIfAborted()
    },
    record: (measurement) => {
      const versions = { querl: version, node: process.versions.node, ...measurement.versions }
      const row = rowOf(suite, commit, { ...measurement, versions })
      rows.push(row)
      file.add(row)
      if (json) console.log(JSON.stringify(row))
      else say.line(summary(row))
    },
    [Symbol.dispose]: () => {
      say.clear()
      process.off('SIGINT', onInterrupt)
      process.off('SIGTERM', onInterrupt)
    },
  }
}

function summary(row: Row): string {
  const against = row.peer === null ? '' : `, ${row.peerName} ${figureText(row.peer)}`
  const ratio = row.ratio === null ? '' : `: ${row.ratio.toFixed(2)}x`
  const counted = `${row.threads} ${row.threads === 1 ? 'thread' : 'threads'}`
  return `  ${row.case}, ${counted}, ${row.metric}: ${figureText(row.ours)} ${row.unit}${against}${ratio}`
}

/** The least time between two lines of a log that say how far a case is. */
const logMs = 5000

/** One line that moves on a terminal; elsewhere, such as in a log, a line every few seconds. */
function statusLine() {
  const isTerminal = Boolean(process.stderr.isTTY)
  let shown = ''
  let shownAt = Number.NEGATIVE_INFINITY
  const clear = () => {
    if (isTerminal && shown !== '') process.stderr.write('\r\x1b[K')
    shown = ''
  }
  return {
    clear,
    line: (text: string) => {
      clear()
      console.error(text)
    },
    status: (text: string) => {
      if (text === shown) return
      if (isTerminal) {
        process.stderr.write(`\r\x1b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`)
      } else {
        if (performance.now() - shownAt < logMs) return
        console.error(`… ${text}`)
      }
      shown = text
      shownAt = performance.now()
    },
  }
}
