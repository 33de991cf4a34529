import type { NativeBinding } from './binding.js'
import { load } from './load.js'

let loaded: ReturnType<typeof load> | undefined

/** The addon, loaded at the first call: importing a package must not need a native binary. */
export function native(): NativeBinding {
  return (loaded ?? loadOnce()).binding
}

/** The folder of the LibTorch that is loaded. */
export function libtorchFolder(): string {
  return (loaded ?? loadOnce()).libtorchFolder
}

function loadOnce(): ReturnType<typeof load> {
  loaded = load()
  sweepAfterCollections(loaded.binding)
  return loaded
}

/**
 * Native code looks for forgotten tensors when new ones come in. A program that has stopped making
 * any is told by the collector instead, through an object that exists to be collected.
 */
function sweepAfterCollections(binding: NativeBinding): void {
  const registry = new FinalizationRegistry(() => {
    binding.sweepObjects()
    registry.register({}, undefined)
  })
  registry.register({}, undefined)
}
