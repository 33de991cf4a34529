// For tests that run a module of these sources as a process: Node 20 runs no TypeScript.

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { build } from 'esbuild'

/**
 * A module, of this package or by its whole path, bundled into one file that `node` runs, for one
 * test file.
 *
 * It lies in `packageFolder`, the package whose addon it uses, as deep as the sources, so that it finds the addon and package.json, but not among them:
 * turbo takes every file there for a source, and would build the package again while other tests run
 * what is built.
 */
export async function bundled(
  entry: string,
  external: readonly string[] = [],
  packageFolder = join(import.meta.dirname, '..'),
): Promise<{ script: string; remove: () => Promise<void> }> {
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['querl-source'],
    external: [...external],
  })
  const folder = join(packageFolder, 'build')
  await mkdir(folder, { recursive: true })
  const script = join(folder, `${basename(entry, '.ts')}-${process.pid}.mjs`)
  await writeFile(script, outputFiles[0]!.text)
  return { script, remove: () => rm(script, { force: true }) }
}
