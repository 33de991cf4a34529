// Where things are, for the scripts. They run before `npm install`, so they import nothing of npm's.

import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Logs and stamps; goes away with node_modules. */
export const state = join(root, 'node_modules', '.cache', 'querl')

/** What outlives a clone: the LibTorch that was fetched. */
export const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'querl')

/** @param {string} name of a command that npm installed */
export const bin = (name) => join(root, 'node_modules', '.bin', name)

/** Something is missing on this machine; exit code 3, as the command line has for the environment. */
export class SetupError extends Error {
  name = 'SetupError'
  exitCode = 3
}
