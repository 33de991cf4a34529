// `npm run sanitize -- address|thread [doctest's arguments]`: the C++ tests that need no LibTorch, with
// the sanitizer compiled in. `address` includes undefined behaviour and leaks.

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { root, SetupError, state } from './paths.mjs'
import { runHere, runLogged, runMain, Step } from './progress.mjs'
import { checkTools } from './tools.mjs'

await runMain(async () => {
  const [kind, ...args] = process.argv.slice(2)
  if (kind !== 'address' && kind !== 'thread') {
    throw new SetupError('Usage: npm run sanitize -- address|thread [arguments of doctest]')
  }
  await checkTools({ tests: true })
  const build = join(root, `build-${kind}`)
  const log = join(state, `sanitize-${kind}.log`)
  const step = new Step(`Building the C++ tests with -fsanitize=${kind}`)
  try {
    const options = ['-DQUERL_TORCH=OFF', `-DQUERL_SANITIZE=${kind}`, '-DCMAKE_BUILD_TYPE=Debug']
    await runLogged('cmake', ['-S', root, '-B', build, ...options], { log, step })
    const jobs = ['--parallel', String(availableParallelism())]
    await runLogged('cmake', ['--build', build, ...jobs, '--target', 'querl_native_tests'], {
      log,
      step,
    })
    step.done()
  } catch (error) {
    step.failed()
    throw error
  }
  return runHere(join(build, 'querl_native_tests'), args)
})
