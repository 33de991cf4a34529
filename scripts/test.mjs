// `npm test`: the set-up, all TypeScript tests, all C++ tests, and one line that adds them up.
// With arguments (`npm test -- packages/base`) only vitest runs, with these arguments.

import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { bin, root, state } from './paths.mjs'
import { CommandError, runHere, runLogged, runMain, Step } from './progress.mjs'
import { setUp, torchBuild } from './setup.mjs'

await runMain(async () => {
  const filters = process.argv.slice(2)
  await setUp({ tests: filters.length === 0 })
  if (filters.length > 0) return runHere(bin('vitest'), ['run', ...filters])

  const total = { passed: 0, failed: 0, skipped: 0 }
  add(total, await typescriptTests())
  const problem = await buildNativeTests()
  if (problem) {
    console.error(problem)
    total.failed++
  } else {
    for (const suite of nativeSuites()) add(total, await nativeTests(suite))
  }
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
  console.log(`\n${total.passed} passed, ${total.failed} failed${skipped}`)
  return total.failed === 0 ? 0 : 1
})

function add(total, counts) {
  for (const key of Object.keys(total)) total[key] += counts[key]
}

async function typescriptTests() {
  const report = join(state, 'vitest.json')
  rmSync(report, { force: true })
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const code = await runHere(bin('vitest'), ['run', ...reporters])
  const counts = { passed: 0, failed: 0, skipped: 0 }
  if (existsSync(report)) {
    const { testResults, ...result } = JSON.parse(readFileSync(report, 'utf8'))
    counts.passed = result.numPassedTests
    counts.failed = result.numFailedTests
    counts.skipped = result.numPendingTests + result.numTodoTests
    // A file that could not be loaded has no failed test to show for it.
    for (const { status, assertionResults } of testResults) {
      const hasFailure = assertionResults.some((test) => test.status === 'failed')
      if (status === 'failed' && !hasFailure) counts.failed++
    }
  }
  // Died, or failed outside of any test: never let that pass for green.
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

function nativeSuites() {
  const needsTorch = readdirSync(join(root, 'native', 'tests')).some((name) =>
    name.endsWith('_torch_test.cc'),
  )
  return ['querl_native_tests', ...(needsTorch ? ['querl_torch_tests'] : [])]
}

async function buildNativeTests() {
  const step = new Step('Building the C++ tests')
  try {
    await runLogged(
      'cmake',
      [
        '--build',
        torchBuild,
        '--parallel',
        String(availableParallelism()),
        '--target',
        'querl_tests',
      ],
      { log: join(state, 'build-tests.log'), step },
    )
    step.done()
    return undefined
  } catch (error) {
    step.failed()
    if (!(error instanceof CommandError)) throw error
    return error.message
  }
}

/** Runs a doctest binary and reads its summary; one that dies without it counts as one failure. */
async function nativeTests(suite) {
  console.log(`\n${suite}`)
  const child = spawn(join(torchBuild, suite), [], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
    process.stdout.write(chunk)
  })
  const end = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  const summary = /test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed \|\s*(\d+) skipped/.exec(
    output,
  )
  if (!summary) {
    console.error(`${suite} ended with ${end} and no summary`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
  const [passed, failed, skipped] = summary.slice(2).map(Number)
  return { passed, failed: end !== 0 && failed === 0 ? 1 : failed, skipped }
}
