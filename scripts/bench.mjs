// `npm run bench -- <suite> [--only case] [--json] [-- the suite's own arguments]`: runs
// benchmarks/<suite>/index.ts, whose `run(bench)` records its figures (benchmarks/result.ts).

import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { root, SetupError, state } from './paths.mjs'
import { runMain } from './progress.mjs'
import { setUp } from './setup.mjs'

await runMain(async () => {
  const { suite, only, json, args } = readArguments()
  await setUp()
  const { openBench } = await load('result', join(root, 'benchmarks', 'result.ts'))
  const { run } = await load(suite, entryOf(suite))
  const bench = openBench(suite, root, { only, json, args })
  await run(bench)
  bench.finish()
})

function readArguments() {
  const split = process.argv.indexOf('--', 2)
  const [own, args] =
    split < 0
      ? [process.argv.slice(2), []]
      : [process.argv.slice(2, split), process.argv.slice(split + 1)]
  const usage = `npm run bench -- <suite> [--only case] [--json]\nSuites: ${suites().join(', ') || 'none yet'}`
  try {
    const { values, positionals } = parseArgs({
      args: own,
      allowPositionals: true,
      options: { only: { type: 'string' }, json: { type: 'boolean' } },
    })
    const [suite] = positionals
    if (positionals.length !== 1) throw new Error('Expected the name of one suite.')
    if (!suites().includes(suite)) throw new Error(`There is no suite ${suite}.`)
    return { suite, only: values.only, json: values.json ?? false, args }
  } catch (error) {
    const wrong = new SetupError(`${error.message}\n${usage}`)
    wrong.exitCode = 2
    throw wrong
  }
}

function suites() {
  return readdirSync(join(root, 'benchmarks')).filter((name) => entryOf(name) !== undefined)
}

function entryOf(suite) {
  const folder = join(root, 'benchmarks', suite)
  return ['index.ts', 'index.mjs']
    .map((name) => join(folder, name))
    .find((path) => existsSync(path))
}

/** Node 20 runs no TypeScript: a suite is bundled; packages stay outside and are the built ones. */
async function load(name, entry) {
  const { build } = await import('esbuild')
  const outfile = join(state, 'bench', `${name}.mjs`)
  mkdirSync(join(state, 'bench'), { recursive: true })
  await build({
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    outfile,
    logLevel: 'warning',
    // A suite finds its own files beside its source, not beside the bundle.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(entry).href) },
  })
  return import(pathToFileURL(outfile).href)
}
