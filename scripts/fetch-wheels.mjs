// How wheels become a folder in the cache.

import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cache, root } from './paths.mjs'
import { CommandError, runLogged, Step } from './progress.mjs'
import { downloadWheel } from './wheels.mjs'

/**
 * Downloads wheels and unpacks them to one folder, which appears whole or not at all.
 *
 * @param {{
 *   label: string,
 *   wheels: readonly { requirement: string, sha256: string, megabytes: number }[],
 *   index: string[],
 *   folder: string,
 *   layout?: 'libtorch' | 'toolkit',
 *   receipt: Record<string, string>,
 *   check: (folder: string, step: Step) => Promise<void>,
 *   log: string,
 * }} fetch `index`: arguments for pip; `receipt`: what querl.json says of the folder beside where it
 *   came from; `check` gets the folder while it is not in place yet, and may complete it
 * @throws {CommandError} if no index has them, if one is another file, or what `check` throws
 */
export async function fetchWheels({
  label,
  wheels,
  index,
  folder,
  layout = 'libtorch',
  receipt,
  check,
  log,
}) {
  const downloads = join(cache, 'downloads')
  const staging = `${folder}.${process.pid}.tmp`
  mkdirSync(downloads, { recursive: true })
  removeLeftovers()
  const step = new Step(`Fetching ${label}`)
  try {
    const paths = []
    for (const wheel of wheels) {
      paths.push(await downloadWheel(wheel, { folder: downloads, index, log, step }))
    }
    for (const path of paths) await unpack(path, { folder: staging, layout, log, step })
    await check(staging, step)
    writeFileSync(
      join(staging, 'querl.json'),
      `${JSON.stringify({ ...receipt, source: label, wheels }, null, 2)}\n`,
    )
    rmSync(folder, { recursive: true, force: true })
    renameSync(staging, folder)
    for (const path of paths) rmSync(path)
    step.done(folder)
  } catch (error) {
    // An index that lacks it is no failure yet: the next source is tried.
    if (error instanceof CommandError) step.skipped('not to be had')
    else step.failed()
    throw error
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** A killed run leaves its staging folder, of half a gigabyte, behind. */
function removeLeftovers() {
  for (const name of readdirSync(cache)) {
    const pid = Number(/\.(\d+)\.tmp$/.exec(name)?.[1])
    if (!pid || isAlive(pid)) continue
    rmSync(join(cache, name), { recursive: true, force: true })
  }
  for (const name of readdirSync(join(cache, 'downloads'))) {
    const pid = Number(/^incoming-(\d+)$/.exec(name)?.[1])
    if (pid && !isAlive(pid))
      rmSync(join(cache, 'downloads', name), { recursive: true, force: true })
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

async function unpack(wheel, { folder, layout, log, step }) {
  const progress = {
    update: (line) => {
      const [, done, total] = /^(\d+) of (\d+)$/.exec(line) ?? []
      if (total)
        step.update(`unpacking, ${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB`)
    },
  }
  await runLogged('python3', [join(root, 'scripts', 'unpack_wheel.py'), wheel, folder, layout], {
    log,
    step: progress,
  })
}

/** The line of pip's output that says what is wrong. */
export function lastError(message) {
  const lines = message.split('\n').map((line) => line.trim())
  return lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? message
}
