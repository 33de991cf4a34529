import type { NativeBinding } from './binding.js'
import { load } from './load.js'

let loaded: ReturnType<typeof load> | undefined
let collections: FinalizationRegistry<undefined> | undefined // a forgotten one calls nobody

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
  collections = new FinalizationRegistry(() => {
    binding.sweepObjects()
    collections?.register({}, undefined)
  })
  collections.register({}, undefined)
}
