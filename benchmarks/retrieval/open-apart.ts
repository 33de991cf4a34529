// An index opened in a process of its own, with its files in the page cache or on disk alone.

import { execFile } from 'node:child_process'
import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const times = 5

/** Five times: from the call of open() to the first hits, in milliseconds. */
export async function openApart(
  folder: string,
  question: string,
  { isCold = false }: { readonly isCold?: boolean } = {},
): Promise<number[]> {
  const script = fileURLToPath(new URL('open-index.mjs', import.meta.url))
  const milliseconds: number[] = []
  for (let time = 0; time < times; time++) {
    if (isCold) await evict(folder)
    const { stdout } = await run(process.execPath, [script, folder, question])
    milliseconds.push(Number(stdout))
  }
  return milliseconds
}

/** Asks the system to forget what it holds in memory of a folder's files; GNU dd can say so. */
async function evict(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const file = await open(path, 'r+')
    await file.datasync().finally(() => file.close()) // what is not written yet stays
    await run('dd', [`if=${path}`, 'iflag=nocache', 'count=0'])
  }
}
