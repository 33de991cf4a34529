// A stage of the set-up is skipped while its inputs are what they were when it last succeeded.

import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { root, state } from './paths.mjs'

const skipped = new Set(['node_modules', 'dist', 'build', '.turbo', '.git'])

/**
 * @param {string} name of the stage
 * @param {{ inputs: string[], facts?: unknown, outputs: string[] }} stage files and folders, from
 *   the repository's root; `facts` is whatever else the result depends on
 */
export function stamp(name, { inputs, facts = null, outputs }) {
  const file = join(state, 'stamps', name)
  const now = fingerprint(inputs, facts)
  return {
    isFresh: () =>
      outputs.every((output) => existsSync(join(root, output))) &&
      existsSync(file) &&
      readFileSync(file, 'utf8') === now,
    clear: () => rmSync(file, { force: true }),
    /** Writes down the inputs as they were before the stage ran, or `afresh` where it changes them. */
    set: ({ afresh = false } = {}) => {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, afresh ? fingerprint(inputs, facts) : now)
    },
  }
}

/** Of names and contents, since npm and git touch files that they do not change. */
function fingerprint(inputs, facts) {
  const hash = createHash('sha256').update(JSON.stringify(facts))
  for (const input of inputs) add(input)
  return hash.digest('hex')

  function add(path) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false })
    if (!stat) return
    if (stat.isDirectory()) {
      for (const entry of readdirSync(join(root, path)).sort()) {
        if (!skipped.has(entry)) add(join(path, entry))
      }
    } else {
      // What is large was built here: reading it would take longer than it saves.
      const isLarge = stat.size > 1 << 20
      hash.update(`${path} ${stat.size} ${isLarge ? stat.mtimeMs : ''}\n`)
      if (!isLarge) hash.update(readFileSync(join(root, path)))
    }
  }
}
