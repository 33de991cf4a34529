import type { ParsedArguments } from './arguments.js'

/** What `querl bench` and `npm run bench` are asked for. */
export interface BenchRequest {
  readonly suite: string
  /** Say what there is, and run nothing. */
  readonly list: boolean
  /** Print rows as JSON lines instead of tables. */
  readonly json: boolean
  /** Only the cases whose names contain it. */
  readonly only: string | undefined
  /** A file with the rows of an older run. */
  readonly compare: string | undefined
  /** A file with rows that stand in for a run: nothing is measured. */
  readonly from: string | undefined
  /** Where the rows go instead of the results folder, with plots beside them: `.json` or `.jsonl`. */
  readonly out: string | undefined
  /** The suite's own arguments. */
  readonly args: readonly string[]
}

/** Where a harness finds its suites, and where it leaves what they say. */
export interface BenchPlace {
  readonly suites: readonly string[]
  /** Loads `cases` (light, for a list) or `index` (what runs) of a suite. */
  load(suite: string, module: 'cases' | 'index'): Promise<unknown>
  /** Called once before a suite's `index` is loaded. */
  prepare(): Promise<void>
  /** The folder for `<suite>.jsonl` and `plots/`. */
  readonly results: string
  /** Of what is measured: a commit, or a release. */
  readonly commit: string
  readonly version: string
}

/** What `benchmarks/harness/run.ts` exports, wherever it is bundled to. */
export interface BenchHarness {
  /** @returns the exit code */
  runBench(request: BenchRequest, place: BenchPlace): Promise<number>
}

/** The suite that runs where none is named. */
const defaultSuite = 'kernels'

export function benchRequest({ positionals, values }: ParsedArguments): BenchRequest {
  const [suite = defaultSuite, ...args] = positionals
  const text = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    ...{ suite, args, list: values['list'] === true, json: values['json'] === true },
    ...{ only: text('only'), compare: text('compare'), from: text('from'), out: text('out') },
  }
}
