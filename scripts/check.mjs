// `npm run check`: everything that can be said about the sources without running them.

import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bin, root, state } from './paths.mjs'
import { CommandError, runLogged, runMain, Step } from './progress.mjs'

const checks = [
  ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  [
    'types of the packages',
    bin('turbo'),
    ['run', 'types', '--continue'],
    { TURBO_TELEMETRY_DISABLED: '1' },
  ],
  ['types of tests and benchmarks', bin('tsc'), ['--noEmit', '--project', 'tsconfig.json']],
  ['dead exports and dependencies', bin('knip'), ['--no-progress']],
  ['dependency direction', bin('vitest'), ['run', 'tests/architecture.test.ts']],
]

await runMain(async () => {
  let failures = 0
  const format = await nativeFormat()
  for (const [title, command, args, env] of format ? [...checks, format] : checks) {
    const step = new Step(title)
    try {
      await runLogged(command, args, {
        log: join(state, 'check.log'),
        env: { ...env, NO_COLOR: '1' },
      })
      step.done()
    } catch (error) {
      step.failed()
      if (!(error instanceof CommandError)) throw error
      console.error(error.message)
      failures++
    }
  }
  return failures === 0 ? 0 : 1
})

/** Each version of clang-format lays some lines out differently; 14 is Debian 12's. */
async function nativeFormat() {
  const { stdout } = await promisify(execFile)('clang-format', ['--version']).catch(() => ({
    stdout: '',
  }))
  if (!/version 14\./.test(stdout)) {
    console.error(
      `- C++ format: not checked, clang-format 14 is not here${stdout && ` (${stdout.trim()})`}`,
    )
    return undefined
  }
  const files = readdirSync(join(root, 'native'), { recursive: true })
    .filter((name) => /\.(h|cc|inc|cuh?)$/.test(name) && !name.endsWith('word_ranges.inc')) // generated
    .map((name) => join('native', name))
  return ['C++ format', 'clang-format', ['--dry-run', '--Werror', ...files]]
}
