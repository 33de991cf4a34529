import type { NativeBinding } from './binding.js'
import { load } from './load.js'

let loaded: ReturnType<typeof load> | undefined

/** The addon, loaded at the first call: importing a package must not need a native binary. */
export function native(): NativeBinding {
  return (loaded ??= load()).binding
}

/** The folder of the LibTorch that is loaded. */
export function libtorchFolder(): string {
  return (loaded ??= load()).libtorchFolder
}
