// Finds CUDA's compiler, or fetches the pinned one: first come, first served.
//
//   1. CUDA_HOME, a folder; if it is wrong, nothing else is tried
//   2. nvcc on PATH, or in /usr/local/cuda
//   3. the copy that was fetched before
//   4. the pinned wheels by `pip download`, checksums verified
//
// Kernels compile without a GPU and without a driver; running them needs both.

import { execFile } from 'node:child_process'
import { existsSync, realpathSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { fetchWheels, lastError } from './fetch-wheels.mjs'
import { cache, SetupError, state } from './paths.mjs'
import { CommandError } from './progress.mjs'
import { cudaVersion, cudaWheels } from './wheels.mjs'

const run = promisify(execFile)
const fetched = join(cache, `cuda-${cudaVersion}`)
// CUDA 12 is what LibTorch's older builds have; before 12.4 nvcc refuses some of g++ 12's headers.
const oldest = [12, 4]

/**
 * @returns {Promise<{ nvcc: string, version: string, source: string }>} the compiler's path
 * @throws {SetupError} if CUDA_HOME holds none, or if there is none and none can be fetched
 */
export async function findNvcc() {
  const named = process.env.CUDA_HOME
  if (named) {
    const found = await inspect(join(named, 'bin', 'nvcc'))
    if (found.problem)
      throw new SetupError(
        `CUDA_HOME=${named}: ${found.problem}. Unset it to have CUDA ${cudaVersion} fetched.`,
      )
    return { ...found, source: 'CUDA_HOME' }
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/cuda/bin']
  const reasons = []
  for (const nvcc of folders.filter(Boolean).map((folder) => join(folder, 'nvcc'))) {
    if (!existsSync(nvcc)) continue
    const found = await inspect(realpathSync(nvcc))
    if (!found.problem) return { ...found, source: nvcc }
    reasons.push(found.problem)
  }
  if (reasons.length === 0) reasons.push('nvcc: neither on PATH nor in /usr/local/cuda')
  if (existsSync(join(fetched, 'querl.json'))) {
    const found = await inspect(join(fetched, 'bin', 'nvcc'))
    if (!found.problem) return { ...found, source: 'fetched before' }
    reasons.push(found.problem)
  }
  try {
    await fetchToolkit()
    return { ...(await inspect(join(fetched, 'bin', 'nvcc'))), source: 'fetched' }
  } catch (error) {
    if (!(error instanceof CommandError) && !(error instanceof SetupError)) throw error
    reasons.push(lastError(error.message))
  }
  throw new SetupError(
    [
      'Cannot compile the CUDA kernels, since no nvcc was found or fetched. Tried:',
      ...reasons.map((line, i) => `  ${i + 1}. ${line}`),
      `Install CUDA ${oldest.join('.')} or newer and set CUDA_HOME to its folder.`,
    ].join('\n'),
  )
}

/** @returns {Promise<{ nvcc: string, version: string, problem?: string }>} */
async function inspect(nvcc) {
  try {
    const { stdout } = await run(nvcc, ['--version'])
    const [, version, major, minor] = /release ((\d+)\.(\d+))/.exec(stdout) ?? []
    const isNew = major > oldest[0] || (Number(major) === oldest[0] && minor >= oldest[1])
    return isNew
      ? { nvcc, version }
      : {
          nvcc,
          version,
          problem: `${nvcc} is of CUDA ${version}, and ${oldest.join('.')} is needed`,
        }
  } catch (error) {
    return { nvcc, version: '', problem: error.message.split('\n')[0] }
  }
}

async function fetchToolkit() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new SetupError(`no pinned wheels for ${process.platform}-${process.arch}`)
  await fetchWheels({
    label: `nvcc ${cudaVersion} from pip's own index (105 MB)`,
    wheels: cudaWheels,
    index: [],
    folder: fetched,
    layout: 'toolkit',
    receipt: { cuda: cudaVersion },
    log: join(state, 'nvcc.log'),
    check: async (folder) => {
      // The names under which nvcc and cmake look for libraries; a wheel can hold no link.
      symlinkSync('lib', join(folder, 'lib64'))
      symlinkSync('libcudart.so.13', join(folder, 'lib', 'libcudart.so'))
      const { problem } = await inspect(join(folder, 'bin', 'nvcc'))
      if (problem) throw new CommandError(problem)
    },
  })
}
