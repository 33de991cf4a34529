import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { type Binary, type Candidate, loadAddon, QuerlError } from '@querl/base'
import type { NativeBinding } from './binding.js'

const require = createRequire(import.meta.url)
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const { version } = require('../package.json') as { version: string }
const buildFolder = join(packageFolder, 'build', 'Release')
const platformPackage = `@querl/torch-${process.platform}-${process.arch}-cpu`
const libtorchPackage = `@querl/libtorch-${process.platform}-${process.arch}-cpu`
const remedy = 'Build it from source in the repository: npm run setup (needs g++ 12, CMake 3.22).'

/** Where an addon file comes from, and the folder of the LibTorch that belongs to it. */
interface Found {
  readonly binding: NativeBinding
  /** Holds lib/libtorch_cpu.so. */
  readonly libtorchFolder: string
}

interface Stub extends Binary {
  open(path: string): void
}

/**
 * Loads LibTorch, then the addon. Nothing is searched for: LIBTORCH if it is set, else the folder
 * that the build recorded, else the sibling package. A distribution's LibTorch of another version
 * would bind without complaint and fail at the first use of a newer function.
 *
 * @throws {QuerlError} ERR_QUERL_NATIVE_MISSING with what was tried and what to do
 */
export function load(): Found {
  const libtorchFolder = findLibtorch()
  const candidates = addonCandidates()
  preload(libtorchFolder, candidates)
  const binding = loadAddon<NativeBinding>({
    name: '@querl/torch',
    version,
    candidates,
    remedy,
    from: import.meta.url,
  })
  compareVersions(binding, libtorchFolder)
  return { binding, libtorchFolder }
}

function addonCandidates(): Candidate[] {
  const explicit = process.env['QUERL_TORCH_ADDON']
  if (explicit) return [{ label: 'QUERL_TORCH_ADDON', path: explicit, only: true }]
  const built = { label: 'source build', path: join(buildFolder, 'torch.node') }
  const packaged = { label: platformPackage, path: `${platformPackage}/torch.node` }
  return process.env['QUERL_PREBUILT_ONLY'] === '1' ? [packaged] : [built, packaged]
}

function findLibtorch(): string {
  const explicit = process.env['LIBTORCH']
  if (explicit) return checkedFolder(explicit, `LIBTORCH=${explicit}`)
  const record = join(buildFolder, 'libtorch.json')
  if (process.env['QUERL_PREBUILT_ONLY'] !== '1' && existsSync(record)) {
    const { folder } = JSON.parse(readFileSync(record, 'utf8')) as { folder: string }
    return checkedFolder(folder, `The LibTorch of the source build, ${folder},`)
  }
  try {
    return dirname(require.resolve(`${libtorchPackage}/package.json`))
  } catch (cause) {
    throw new QuerlError(
      'ERR_QUERL_NATIVE_MISSING',
      `No LibTorch was found: LIBTORCH is not set, there is no source build in ${buildFolder}, and ` +
        `${libtorchPackage} is not installed.`,
      { remedy, cause },
    )
  }
}

function checkedFolder(folder: string, subject: string): string {
  if (existsSync(join(folder, 'lib', 'libtorch_cpu.so'))) return folder
  throw new QuerlError('ERR_QUERL_NATIVE_MISSING', `${subject} has no lib/libtorch_cpu.so.`, {
    remedy: 'Set LIBTORCH to a folder with LibTorch 2.13, or unset it and run npm run setup.',
  })
}

/**
 * Maps LibTorch by absolute path, each library behind those it needs: what is mapped satisfies later
 * needs by name, so that neither LD_LIBRARY_PATH nor the system's folders are asked.
 */
function preload(libtorchFolder: string, candidates: readonly Candidate[]): void {
  // LibTorch's threads spin while they wait, which starves a machine whose cores are all in use. Set
  // before the library is loaded, since it is read once. A worker's environment is a copy.
  if (isMainThread) process.env['OMP_WAIT_POLICY'] ??= 'passive'
  const stub = loadAddon<Stub>({
    name: "@querl/torch's stub",
    version,
    candidates: candidates.map((candidate) => ({
      ...candidate,
      path: candidate.path.replace(/[^/\\]*$/, 'stub.node'),
    })),
    remedy,
    from: import.meta.url,
  })
  const folder = join(libtorchFolder, 'lib')
  const files = readdirSync(folder)
  // PyPI's own wheel links its CPU library to two of CUDA's, which need no GPU.
  const first = files.filter((file) => /^lib(cudart|cupti|gomp)[-.].*so/.test(file)).sort()
  for (const file of [...first, 'libc10.so', 'libtorch_cpu.so']) {
    try {
      stub.open(join(folder, file))
    } catch (cause) {
      throw new QuerlError(
        'ERR_QUERL_NATIVE_MISSING',
        `${join(folder, file)} cannot be loaded: ${(cause as Error).message}.`,
        { remedy: 'Fetch LibTorch again: npm run setup.', cause },
      )
    }
  }
}

function compareVersions(binding: NativeBinding, libtorchFolder: string): void {
  const loaded = /TORCH_VERSION=([\d.]+)/.exec(binding.runtimeInfo().torchConfig)?.[1]
  if (loaded === binding.libtorch) return
  throw new QuerlError(
    'ERR_QUERL_NATIVE_MISSING',
    `${libtorchFolder} holds LibTorch ${loaded ?? 'of an unknown version'}; this binary was built ` +
      `against ${binding.libtorch}.`,
    { remedy: 'Unset LIBTORCH to use the one that was built with, or build again: npm run setup.' },
  )
}
