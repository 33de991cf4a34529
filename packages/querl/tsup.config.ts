import { readdirSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'tsup'

const benchmarks = fileURLToPath(new URL('../../benchmarks', import.meta.url))

/** The benchmark suites, for `querl bench`: `bench/<suite>/{cases,index}` and the harness. */
function suites(): Record<string, string> {
  const names = readdirSync(benchmarks, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^[^/]+\/(cases|index)\.ts$|^harness\/run\.ts$/.test(name),
  )
  return Object.fromEntries(
    names.map((name) => [`bench/${name.replace(/\.ts$/, '')}`, join(benchmarks, name)]),
  )
}

/** An installed querl finds its recipes and its suites' scripts beside its code. */
async function copyFiles(): Promise<void> {
  await cp('../../recipes', 'dist/recipes', { recursive: true })
  for (const name of readdirSync(benchmarks, { recursive: true, encoding: 'utf8' }))
    if (name.endsWith('.py')) await cp(join(benchmarks, name), join('dist/bench', name))
}

export default defineConfig({
  entry: { index: 'src/index.ts', main: 'src/main.ts', ...suites() },
  format: 'esm',
  dts: { entry: 'src/index.ts' },
  clean: true,
  target: 'node20',
  sourcemap: true,
  external: ['querl'], // a suite that needs this package imports it by its name
  onSuccess: copyFiles,
})
