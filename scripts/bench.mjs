// `npm run bench -- [suite] [--list | --only text] [--json] [--compare rows] [--out file]`: what
// `querl bench` does, with the suites as they are written in benchmarks/ (see its README).

import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root, SetupError, state } from './paths.mjs'
import { runMain } from './progress.mjs'
import { installPackages, setUp } from './setup.mjs'

const benchmarks = join(root, 'benchmarks')

await runMain(async () => {
  await installPackages() // esbuild, which all that follows needs
  const harness = await load('harness/run', { self: true })
  const { benchHelp, readRequest } = await load('harness/arguments', { self: true })
  const argv = process.argv.slice(2)
  if (argv.includes('--help') || argv.includes('-h')) {
    console.log(benchHelp())
    return 0
  }
  try {
    return await harness.runBench(readRequest(argv), {
      suites: readdirSync(benchmarks).filter((name) =>
        existsSync(join(benchmarks, name, 'cases.ts')),
      ),
      load: (suite, module) => load(`${suite}/${module}`, { self: module === 'cases' }),
      prepare: async () => {
        await setUp()
      },
      results: join(benchmarks, 'results'),
      commit: commit(),
      version: JSON.parse(readFileSync(join(root, 'packages/querl/package.json'), 'utf8')).version,
    })
  } catch (error) {
    throw error?.name === 'QuerlError' ? asSetupError(error) : error
  }
})

/**
 * Node 20 runs no TypeScript: a module is bundled.
 *
 * @param {string} name of the module in benchmarks/
 * @param {{ self: boolean }} options `self`: our own packages come out of their sources too, so that
 *   nothing must be built; else packages stay outside and are the built ones
 */
async function load(name, { self }) {
  const { build } = await import('esbuild')
  const outfile = join(state, 'bench', `${name}.mjs`)
  mkdirSync(join(state, 'bench'), { recursive: true })
  await build({
    entryPoints: [join(benchmarks, `${name}.ts`)],
    bundle: true,
    ...(self ? { conditions: ['querl-source'] } : { packages: 'external' }),
    platform: 'node',
    format: 'esm',
    target: 'node20',
    sourcemap: 'inline',
    outfile,
    logLevel: 'warning',
    plugins: [ownUrls()],
  })
  return import(pathToFileURL(outfile).href)
}

/** A module finds its own files beside its source, not beside the bundle. */
function ownUrls() {
  return {
    name: 'own urls',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const text = await readFile(path, 'utf8')
        const url = JSON.stringify(pathToFileURL(path).href)
        return { contents: text.replaceAll('import.meta.url', url), loader: 'ts' }
      })
    },
  }
}

/** With `-dirty` where the sources were changed since. */
function commit() {
  try {
    const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
    // Results are written while a suite runs: they alone do not make the sources differ.
    const changes = git('status', '--porcelain', '--', '.', ':!benchmarks/results')
    return git('rev-parse', '--short=12', 'HEAD') + (changes === '' ? '' : '-dirty')
  } catch {
    return 'unknown'
  }
}

function asSetupError({ message, code }) {
  const plain = new SetupError(message)
  plain.exitCode = code === 'ERR_QUERL_ARGUMENT' ? 2 : code === 'ERR_QUERL_NATIVE_MISSING' ? 3 : 1
  return plain
}
