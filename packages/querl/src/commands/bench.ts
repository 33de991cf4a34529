import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { QuerlError } from '@querl/base'
import { type BenchHarness, benchRequest } from '../bench-request.js'
import type { Command } from '../command.js'
import { version } from '../version.js'

/** `querl bench`. The suites are benchmarks/ of the repository, bundled beside this file. */
export const bench: Command = {
  name: 'bench',
  summary: 'Measure speed and memory, beside the peers that are installed',
  usage: '[suite]',
  positionals: [0, Number.POSITIVE_INFINITY],
  options: {
    list: { type: 'boolean', description: 'The suites and their cases; nothing is run' },
    only: { type: 'string', value: '<text>', description: 'The cases whose names contain it' },
    compare: {
      type: 'string',
      value: '<rows>',
      description: 'Rows of an older run; exit code 1 if a figure is worse beyond the noise',
    },
    from: {
      type: 'string',
      value: '<rows>',
      description: 'Show or compare the rows of this file instead of measuring',
    },
    out: {
      type: 'string',
      value: '<file>',
      description: 'Where the rows go, .json or .jsonl; default: querl-bench/<suite>.jsonl',
    },
  },
  examples: [
    ['querl bench --list', 'what there is to measure'],
    [
      'querl bench kernels --only gae',
      'one kernel; QUERL_BENCH_PYTHON names a Python with PyTorch',
    ],
    ['querl bench kernels --compare before.json', 'did anything become slower?'],
  ],
  async run(context) {
    const folder = join(fileURLToPath(new URL('.', import.meta.url)), 'bench')
    const load = async (...path: string[]) => import(pathToFileURL(join(folder, ...path)).href)
    if (!existsSync(join(folder, 'harness', 'run.js')))
      throw new QuerlError('ERR_QUERL_NATIVE_MISSING', `There are no suites in ${folder}.`, {
        remedy: 'They come with the build: npm run build, or reinstall querl.',
      })
    const { runBench } = (await load('harness', 'run.js')) as BenchHarness
    return runBench(benchRequest(context), {
      suites: readdirSync(folder).filter((name) => existsSync(join(folder, name, 'cases.js'))),
      load: (suite, module) => load(suite, `${module}.js`),
      prepare: async () => {},
      results: resolve('querl-bench'),
      commit: `v${version}`,
      version,
    })
  },
}
