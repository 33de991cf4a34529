// Every overload of ATen against PyTorch, on inputs drawn from its schema:
//
//   npm run conformance [-- PATTERN | --record]
//
// Needs a Python with the same version of torch, and safetensors: QUERL_BENCH_PYTHON, else python3.
// Writes docs/conformance.md and docs/conformance.json. With a pattern of full names, prints what came
// of them; with --record, writes the sample that CI compares with.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { info } from '../src/index.js'
import { allCases } from './cases.js'
import type { Outcome } from './execute.js'
import { record } from './record.js'
import { type Row, report } from './report.js'
import { sample } from './sample.js'

const [option] = process.argv.slice(2)
const here = import.meta.dirname
const root = join(here, '../../..')
const python = process.env['QUERL_BENCH_PYTHON'] ?? 'python3'

const { rows, cases } = allCases((name) => {
  if (option === undefined) return true
  return option === '--record' ? sample.includes(name) : new RegExp(option).test(name)
})
console.log(`${rows.length} overloads, ${cases.length} of them drawn`)

const folder = mkdtempSync(join(tmpdir(), 'querl-conformance-'))
try {
  const casesFile = join(folder, 'cases.json')
  const given = cases.map((each) => each.given)
  writeFileSync(casesFile, JSON.stringify(given))
  survive(
    'PyTorch',
    (first) => [python, join(here, 'peer.py'), casesFile, folder, first],
    (row) => {
      row.notDrawn = 'the call ends the process, of PyTorch, too'
    },
  )
  if (option === '--record') {
    await record(given, folder, join(root, 'tests/golden/fixtures'))
  } else {
    const jiti = join(root, 'node_modules/.bin/jiti')
    survive(
      'querl',
      (first) => [jiti, join(here, 'worker.ts'), casesFile, folder, first],
      (row) => {
        row.forward = { differs: 'the process ended' }
      },
    )
    collect()
    tell()
  }
} finally {
  rmSync(folder, { recursive: true })
}

/** Starts a side again behind each operator that ends it. */
function survive(
  side: string,
  command: (first: string) => string[],
  onEnd: (row: Row) => void,
): void {
  for (let first = 0; first < cases.length; ) {
    const [program, ...args] = command(String(first))
    const { status, signal, error, stderr } = spawnSync(program!, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    })
    if (error) throw error
    if (status === 0) return
    const progress = join(folder, 'progress')
    if (!existsSync(progress)) throw new Error(`${side} did not start: ${stderr}`)
    const at = Number(readFileSync(progress, 'utf8'))
    if (at < first) throw new Error(`${side} ended before its first call: ${stderr}`)
    const { row } = cases[at]!
    console.log(`${side} ended with ${signal ?? status} at ${row.name}.${row.overload}`)
    onEnd(row)
    first = at + 1
  }
}

function collect(): void {
  for (const [number, { row }] of cases.entries()) {
    const file = join(folder, `${number}.json`)
    if (row.notDrawn || !existsSync(file)) continue
    const result = JSON.parse(readFileSync(file, 'utf8'))
    if (result.refused) row.notDrawn = mostFrequent(result.refused)
    if (result.gradientError) row.gradientError = result.gradientError
    row.attempt = result.attempt
  }
  const outcomes = join(folder, 'outcomes')
  if (!existsSync(outcomes)) return
  for (const line of readFileSync(outcomes, 'utf8').trim().split('\n')) {
    const { number, ...outcome } = JSON.parse(line) as Outcome & { number: number }
    Object.assign(cases[number]!.row, outcome)
  }
}

function tell(): void {
  const { text, json } = report(rows, info().libtorch)
  if (option) {
    for (const row of rows) console.log(JSON.stringify(row))
  } else {
    writeFileSync(join(root, 'docs/conformance.md'), text)
    writeFileSync(join(root, 'docs/conformance.json'), json)
  }
  console.log(text.split('\n## ')[1]!.split('\n\nPublic')[0])
}

function mostFrequent(messages: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const message of messages) counts.set(message, (counts.get(message) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]![0]
}
