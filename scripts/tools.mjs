// What must be on the machine before anything is built.

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { SetupError } from './paths.mjs'

const run = promisify(execFile)

/**
 * Checks all tools and names every one that is missing, at once.
 *
 * @param {{ tests?: boolean, pip?: boolean }} needs doctest for the C++ tests, pip to fetch LibTorch
 * @throws {SetupError}
 */
export async function checkTools({ tests = false, pip = false } = {}) {
  const checks = [
    node(),
    tool(
      'g++ 11 or newer',
      process.env.CXX ?? 'g++',
      ['-dumpfullversion', '-dumpversion'],
      [11, 0],
      'g++',
    ),
    tool('cmake 3.22 or newer', 'cmake', ['--version'], [3, 22], 'cmake'),
    tool('make', 'make', ['--version'], [3, 0], 'make'),
    tool('python3 3.8 or newer', 'python3', ['--version'], [3, 8], 'python3'),
    ...(pip ? [tool('pip', 'python3', ['-m', 'pip', '--version'], [19, 0], 'python3-pip')] : []),
    ...(tests ? [doctest()] : []),
  ]
  const missing = (await Promise.all(checks)).filter((problem) => problem !== undefined)
  if (missing.length === 0) return
  const packages = missing.map(({ debian }) => debian).filter(Boolean)
  throw new SetupError(
    [
      'Cannot build querl, since this machine lacks:',
      ...missing.map(({ text }) => `  - ${text}`),
      ...(packages.length > 0 ? [`Debian, Ubuntu: apt-get install ${packages.join(' ')}`] : []),
    ].join('\n'),
  )
}

async function node() {
  if (isAtLeast(process.versions.node, [20, 17])) return undefined
  return { text: `Node 20.17 or newer (this is ${process.versions.node})` }
}

async function tool(what, command, args, least, debian) {
  try {
    const { stdout } = await run(command, args)
    const version = /\d+(\.\d+)+|\d+/.exec(stdout)?.[0] ?? ''
    if (isAtLeast(version, least)) return undefined
    return { text: `${what} (${command} is ${version || 'of unknown version'})`, debian }
  } catch (error) {
    const reason = error.code === 'ENOENT' ? `${command}: not found` : error.message.split('\n')[0]
    return { text: `${what} (${reason})`, debian }
  }
}

async function doctest() {
  const places = ['/usr/include', '/usr/local/include', ...(process.env.CPATH ?? '').split(':')]
  if (places.some((place) => place && existsSync(`${place}/doctest/doctest.h`))) return undefined
  return {
    text: 'doctest, for the C++ tests (doctest/doctest.h: not found)',
    debian: 'doctest-dev',
  }
}

function isAtLeast(version, [major, minor]) {
  const [a = 0, b = 0] = version.split('.').map(Number)
  return a > major || (a === major && b >= minor)
}
