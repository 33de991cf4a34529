// Finds LibTorch, or fetches the pinned one: first come, first served.
//
//   1. LIBTORCH, a folder; if it is wrong, nothing else is tried
//   2. the copy that was fetched before
//   3. the pinned wheel by `pip download`, checksum verified
//   4. the `torch` that python3 imports
//
// PyTorch's own archive is not fetched: no checksum of it was at hand, and nothing unverified is used.
// A system's LibTorch (Debian has 1.13) is never taken by accident.

import { execFile } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fetchWheels, lastError } from './fetch-wheels.mjs'
import { cache, SetupError, state } from './paths.mjs'
import { CommandError, runLogged } from './progress.mjs'
import { libtorchVersion, sources } from './wheels.mjs'

const run = promisify(execFile)
const fetched = join(cache, `libtorch-${libtorchVersion}-linux-x64`)
const log = join(state, 'libtorch.log')
// The second is where older versions, which are refused by their number, have it.
const versionHeaders = [
  'include/torch/headeronly/version.h',
  'include/torch/csrc/api/include/torch/version.h',
]

/**
 * The folder of LibTorch where it is here already.
 *
 * @returns {{ folder: string, version: string, source: string } | undefined}
 * @throws {SetupError} if LIBTORCH is set and is no LibTorch that querl builds against
 */
export function presentLibtorch() {
  const named = process.env.LIBTORCH
  if (named) {
    const { version, problem } = inspect(named)
    if (problem)
      throw new SetupError(
        `LIBTORCH=${named} ${problem}. Unset it to have LibTorch ${libtorchVersion} fetched.`,
      )
    return { folder: realpathSync(named), version, source: 'LIBTORCH' }
  }
  const isWhole = existsSync(join(fetched, 'querl.json')) && !inspect(fetched).problem
  return isWhole
    ? { folder: fetched, version: libtorchVersion, source: 'fetched before' }
    : undefined
}

/** @returns {Promise<{ folder: string, version: string, source: string }>} */
export async function findLibtorch() {
  const present = presentLibtorch()
  if (present) return present
  const reasons = []
  if (process.platform === 'linux' && process.arch === 'x64') {
    for (const source of sources) {
      try {
        await fetchFrom(source)
        return { folder: fetched, version: libtorchVersion, source: source.label }
      } catch (error) {
        if (!(error instanceof CommandError)) throw error
        reasons.push(`${source.label}: ${lastError(error.message)}`)
      }
    }
  } else reasons.push(`no pinned wheel for ${process.platform}-${process.arch}`)
  const python = await pythonTorch()
  if (python.folder) return { ...python, source: "python3's torch" }
  throw new SetupError(
    [
      `Cannot build @querl/torch, since no LibTorch was found or fetched. Tried:`,
      ...[`LIBTORCH: not set`, `${fetched}: not there`, ...reasons, python.problem].map(
        (line, i) => `  ${i + 1}. ${line}`,
      ),
      `Install one (python3 -m pip install torch==${libtorchVersion}), or unpack PyTorch's libtorch archive`,
      `${libtorchVersion} (shared with dependencies, C++11 ABI, CPU) and set LIBTORCH to its folder. Log: ${log}`,
    ].join('\n'),
  )
}

/** What is wrong with a folder as a LibTorch, if anything is. */
function inspect(folder) {
  const parts = [versionHeaders[0], 'lib/libtorch_cpu.so', 'lib/libc10.so']
  const text = versionHeaders
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const missing =
    text === '' ? parts[0] : parts.slice(1).find((part) => !existsSync(join(folder, part)))
  if (missing) return { problem: `is no LibTorch: it has no ${missing}` }
  const [major, minor, patch] = ['MAJOR', 'MINOR', 'PATCH'].map((part) =>
    Number(new RegExp(`define TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1]),
  )
  const version = `${major}.${minor}.${patch}`
  if (major === 2 && minor >= 11 && minor <= 14) return { version }
  return { version, problem: `holds LibTorch ${version}; querl builds against 2.11 to 2.14` }
}

function fetchFrom(source) {
  const { label, wheels, index } = source
  return fetchWheels({
    ...{ label, wheels, index, log },
    folder: fetched,
    receipt: { libtorch: libtorchVersion },
    check: async (folder, step) => {
      step.update('loading it in another process')
      await checkThatItLoads(folder)
    },
  })
}

/** In a child process, since a library that is damaged may take the process that loads it along. */
async function checkThatItLoads(folder) {
  const names = [
    'libgomp.so.1',
    'libc10.so',
    'libcudart.so.13',
    'libcupti.so.13',
    'libtorch_cpu.so',
  ]
  const paths = names.map((name) => join(folder, 'lib', name)).filter((path) => existsSync(path))
  const code = 'import ctypes, sys\nfor path in sys.argv[1:]: ctypes.CDLL(path)'
  await runLogged('python3', ['-c', code, ...paths], { log })
}

async function pythonTorch() {
  const code =
    'import importlib.util as u\ns = u.find_spec("torch")\nprint(list(s.submodule_search_locations)[0] if s else "")'
  try {
    const { stdout } = await run('python3', ['-c', code])
    const folder = stdout.trim()
    if (!folder) return { problem: "python3's torch: not installed" }
    const { version, problem } = inspect(folder)
    return problem ? { problem: `python3's torch: ${folder} ${problem}` } : { folder, version }
  } catch (error) {
    return { problem: `python3's torch: ${error.message.split('\n')[0]}` }
  }
}
