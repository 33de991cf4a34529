// Our index built in a process of its own, so that its memory can be told from the benchmark's.

import { spawn } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BuildOptions } from '@querl/retrieval'

export interface Built {
  readonly seconds: number
  /** Of all files of the index. */
  readonly bytes: number
  /** The high-water mark of resident memory, mapped files included. */
  readonly peakBytes: number
}

export async function buildApart(
  corpus: string,
  folder: string,
  options: Pick<BuildOptions, 'analyzer' | 'lengths' | 'k1' | 'b' | 'threads' | 'keepDocuments'>,
  signal: AbortSignal,
): Promise<Built> {
  const script = fileURLToPath(new URL('build-index.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, corpus, folder, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    signal,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve)
  })
  if (code !== 0) throw new Error(`Building ${folder} ended with ${code}.`)
  return { ...(JSON.parse(output) as Omit<Built, 'bytes'>), bytes: await bytesBelow(folder) }
}

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
