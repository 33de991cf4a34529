import { libtorchFolder, native } from './loaded.js'

export interface TorchInfo {
  /** Of the addon. */
  readonly version: string
  /** Version of LibTorch: the one that is loaded, which is the one the addon was built against. */
  readonly libtorch: string
  /** The folder that LibTorch was loaded from. */
  readonly path: string
  /** The instruction set of our own kernels: `portable`, `avx2` or `avx512`. */
  readonly isa: string
  /** Threads that one operator may use: setThreads(), by default the processors of this process. */
  readonly threads: number
}

/**
 * What is loaded, for bug reports.
 *
 * @throws {QuerlError} ERR_QUERL_NATIVE_MISSING if the addon cannot be loaded
 */
export function info(): TorchInfo {
  const { version, libtorch, runtimeInfo } = native()
  const { isa, torchThreads } = runtimeInfo()
  return {
    version,
    libtorch,
    path: libtorchFolder(),
    isa,
    threads: torchThreads,
  }
}
