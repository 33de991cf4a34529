// `npm run build:cuda [-- --if-possible]`: compiles the CUDA kernels for sm_80 and sm_90, fetching nvcc
// where this machine has none; no GPU is needed. With a CUDA LibTorch (LIBTORCH, or python3's torch)
// also the operators, libquerl_ops.so; with a CPU one their wrappers are compiled and not linked.
//
// --if-possible: where nvcc can neither be found nor fetched, say so and succeed. A kernel that does
// not compile is a failure all the same.

import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { presentLibtorch } from './libtorch.mjs'
import { findNvcc } from './nvcc.mjs'
import { root, SetupError, state } from './paths.mjs'
import { runLogged, runMain, Step } from './progress.mjs'

await runMain(async () => {
  const isOptional = process.argv.includes('--if-possible')
  let compiler
  try {
    compiler = await findNvcc()
  } catch (error) {
    if (!isOptional || !(error instanceof SetupError)) throw error
    console.error(`· CUDA kernels: not compiled\n${error.message}`)
    return 0
  }
  const { nvcc, version, source } = compiler
  const step = new Step(`Compiling the CUDA kernels with nvcc ${version} (${source})`)
  try {
    const libtorch = presentLibtorch()
    const isNamed = libtorch?.source === 'LIBTORCH'
    await runLogged(
      'python3',
      [
        ...[join(root, 'gpu', 'build.py'), '--nvcc', nvcc, '--werror'],
        ...['--jobs', String(availableParallelism())],
        ...(libtorch ? [isNamed ? '--torch' : '--headers', libtorch.folder] : []),
      ],
      { log: join(state, 'build-cuda.log'), step },
    )
    step.done()
  } catch (error) {
    step.failed()
    throw error
  }
})
