// Snowball's stemmers in C (libstemmer 2.0.0), which the retrieval addon is built with where they
// could be fetched. They come inside PyStemmer's source package, from pip's own index; only the C
// sources are kept, and nothing of Python is built.
//
//   node scripts/libstemmer.mjs           prints the folder, or nothing where it was not fetched
//   node scripts/libstemmer.mjs sources   prints the files to compile, from the current folder
//   … --copy                              of a copy in the current folder's build-libstemmer/: gyp puts
//                                         objects beside sources that lie outside of the project
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { cache, state } from './paths.mjs'
import { CommandError, runLogged, Step } from './progress.mjs'

const requirement = 'PyStemmer==2.0.1'
const sha256 = '9b81c35302f1d2a5ad9465b85986db246990db93d97d3e8f129269ed7102788e'
const folder = join(cache, 'libstemmer-2.0.0')
const log = join(state, 'libstemmer.log')

/** @returns {string | undefined} the folder with include/, src_c/, runtime/ and libstemmer/ */
export function presentLibstemmer() {
  return existsSync(join(folder, 'include', 'libstemmer.h')) ? folder : undefined
}

/**
 * Fetches libstemmer unless it is here. A machine that cannot goes on without: then only the
 * stemmers of Snowball's languages are missing.
 *
 * @returns {Promise<string | undefined>} as presentLibstemmer()
 */
export async function findLibstemmer() {
  if (presentLibstemmer()) return folder
  const step = new Step("Fetching Snowball's stemmers")
  const staging = `${folder}.${process.pid}.tmp`
  mkdirSync(staging, { recursive: true })
  try {
    await download(staging, step)
    rmSync(folder, { recursive: true, force: true })
    renameSync(join(staging, 'PyStemmer-2.0.1', 'libstemmer_c'), folder)
    step.done(folder)
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    step.skipped(
      `not to be had (see ${log}), so without the stemmers of Snowball's languages; the next ` +
        `npm run setup with a network tries again, or unpack libstemmer_c of ${requirement} to ${folder}`,
    )
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
  return presentLibstemmer()
}

async function download(staging, step) {
  const pip = ['-m', 'pip', 'download', requirement, '--no-deps', '--no-binary', 'PyStemmer']
  // Without a network this is tried at every set-up, so it gives up soon.
  const patience = ['--retries', '1', '--timeout', '15']
  const quiet = ['--no-cache-dir', '--progress-bar', 'off', '--disable-pip-version-check']
  await runLogged('python3', [...pip, '--dest', staging, ...patience, ...quiet], { log, step })
  const name = readdirSync(staging).find((name) => name.endsWith('.tar.gz')) ?? 'nothing'
  const archive = join(staging, name)
  const actual = existsSync(archive)
    ? createHash('sha256').update(readFileSync(archive)).digest('hex')
    : name
  if (actual !== sha256) {
    throw new CommandError(`Expected ${requirement} to have the checksum ${sha256}, got ${actual}.`)
  }
  await runLogged('python3', ['-m', 'tarfile', '-e', archive, staging], { log, step })
}

/** @returns {string} the folder to compile from */
function copied() {
  const copy = join(process.cwd(), 'build-libstemmer')
  cpSync(folder, copy, { recursive: true, preserveTimestamps: true })
  return copy
}

/**
 * The stemmers for UTF-8 and what they stand on.
 *
 * @param {string} folder
 */
function sources(folder) {
  const stemmers = readdirSync(join(folder, 'src_c')).filter((name) => /_UTF_8_.*\.c$/.test(name))
  return [
    ...stemmers.map((name) => join(folder, 'src_c', name)),
    join(folder, 'runtime', 'api.c'),
    join(folder, 'runtime', 'utilities.c'),
    join(folder, 'libstemmer', 'libstemmer_utf8.c'),
  ]
}

if (process.argv[1]?.endsWith('libstemmer.mjs') && presentLibstemmer()) {
  const from = process.argv.includes('--copy') ? copied() : folder
  const wanted = process.argv[2] === 'sources' ? sources(from) : [from]
  for (const path of wanted) console.log(relative(process.cwd(), path))
}
