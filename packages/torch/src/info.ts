import { availableParallelism } from 'node:os'
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
  /** Processors that this process may use: the default number of threads. */
  readonly threads: number
}

/**
 * What is loaded, for bug reports.
 *
 * @throws {QuerlError} ERR_QUERL_NATIVE_MISSING if the addon cannot be loaded
 */
export function info(): TorchInfo {
  const { version, libtorch, runtimeInfo } = native()
  return {
    version,
    libtorch,
    path: libtorchFolder(),
    isa: runtimeInfo().isa,
    threads: availableParallelism(),
  }
}
