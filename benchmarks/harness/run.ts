// What `npm run bench` and `querl bench` do: find the suite, run it, show and compare its rows.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { nearest, QuerlError } from '@querl/base'
import type { BenchPlace, BenchRequest } from '../../packages/querl/src/bench-request.js'
import type { Bench, Row, SuiteDescription } from '../result.js'
import { compareRows } from './compare.js'
import { comparisonTable } from './compare-table.js'
import { listText } from './list.js'
import { openBench } from './open-bench.js'
import { svgPlot } from './plot.js'
import { RowsFile, readRows } from './rows-file.js'
import { seriesPlots } from './series-plots.js'
import { resultTable } from './table.js'

const exit = { done: 0, regression: 1, interrupted: 130 } as const

/**
 * @returns 0; 1 where `--compare` found a regression; 130 after Ctrl-C, with the rows until then kept
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for a suite, a case or a file that does not exist
 */
export async function runBench(request: BenchRequest, place: BenchPlace): Promise<number> {
  if (request.list) return list(request, place)
  const before = request.compare === undefined ? undefined : readRows(request.compare)
  const { rows, interrupted, failure } =
    request.from === undefined
      ? await measure(request, place)
      : { rows: rowsOf(request, request.from), interrupted: false, failure: undefined }
  if (request.json) {
    // The rows of a run were printed as they came.
    if (request.from !== undefined) for (const row of rows) console.log(JSON.stringify(row))
  } else if (rows.length > 0) console.log(resultTable(rows))
  if (!interrupted)
    drawPlots(rows, request.out === undefined ? place.results : dirname(request.out))
  if (failure !== undefined) throw failure
  if (interrupted) return exit.interrupted
  return before ? compare(rows, before, request.json) : exit.done
}

async function list({ json }: BenchRequest, place: BenchPlace): Promise<number> {
  const suites = await Promise.all(
    place.suites.map(async (name) => ({ name, description: await describe(place, name) })),
  )
  console.log(json ? JSON.stringify(suites) : listText(suites))
  return exit.done
}

async function describe(place: BenchPlace, suite: string): Promise<SuiteDescription> {
  const { description } = (await place.load(suite, 'cases')) as { description: SuiteDescription }
  return description
}

function rowsOf({ only, suite, args }: BenchRequest, path: string): Row[] {
  if (args.length > 0) throw unknownArguments(args)
  const rows = readRows(path)
  const ofSuite = rows.filter((row) => row.suite === suite)
  return (ofSuite.length > 0 ? ofSuite : rows).filter(
    (row) => only === undefined || row.case.includes(only),
  )
}

function unknownArguments(args: readonly string[]): QuerlError {
  return new QuerlError('ERR_QUERL_ARGUMENT', `Nothing takes ${args.join(' ')}.`, {
    remedy: '--from measures nothing, so that the suite gets no arguments.',
  })
}

async function measure(
  request: BenchRequest,
  place: BenchPlace,
): Promise<{ rows: readonly Row[]; interrupted: boolean; failure: unknown }> {
  const { suite, only, out } = request
  if (!place.suites.includes(suite)) throw unknownSuite(suite, place.suites)
  const { cases } = await describe(place, suite)
  if (only !== undefined && !cases.some(({ name }) => name.includes(only)))
    throw unknownCase(
      suite,
      only,
      cases.map(({ name }) => name),
    )
  const file = new RowsFile(out ?? join(place.results, `${suite}.jsonl`))
  await place.prepare()
  const { run } = (await place.load(suite, 'index')) as { run(bench: Bench): Promise<void> }
  using bench = openBench(request, place, file)
  let failure: unknown
  try {
    await run(bench)
  } catch (error) {
    // What was measured until then is shown all the same.
    if (!bench.signal.aborted) failure = error
  }
  const interrupted = bench.signal.aborted
  if (interrupted) bench.note(`Stopped. ${bench.rows.length} rows are kept in ${file.path}.`)
  return { rows: bench.rows, interrupted, failure }
}

function unknownSuite(suite: string, suites: readonly string[]): QuerlError {
  const meant = nearest(suite, suites)
  return new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `There is no suite ${suite}.${meant ? ` Did you mean ${meant}?` : ''}`,
    { remedy: `Suites: ${suites.join(', ')}. --list shows their cases.` },
  )
}

function unknownCase(suite: string, only: string, names: readonly string[]): QuerlError {
  const meant = nearest(only, names)
  return new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `No case of ${suite} contains ${JSON.stringify(only)}.${meant ? ` Did you mean ${JSON.stringify(meant)}?` : ''}`,
    { remedy: '--list shows the cases.' },
  )
}

function drawPlots(rows: readonly Row[], results: string): void {
  const folder = join(results, 'plots')
  for (const { name, plot } of seriesPlots(rows)) {
    mkdirSync(folder, { recursive: true })
    const path = join(folder, `${rows[0]!.suite}-${name.replace(/[^\w.]+/g, '-')}.svg`)
    writeFileSync(path, svgPlot(plot))
    console.error(`plot: ${relative('', path)}`)
  }
}

function compare(rows: readonly Row[], before: readonly Row[], json: boolean): number {
  const comparisons = compareRows(rows, before)
  const isWorse = comparisons.some(({ verdict }) => verdict === 'regression')
  if (json) for (const comparison of comparisons) console.log(JSON.stringify({ comparison }))
  else console.log(`\n${comparisonTable(comparisons)}`)
  return isWorse ? exit.regression : exit.done
}
