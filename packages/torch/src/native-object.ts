import { native } from './loaded.js'

let idOf: (object: NativeObject) => number
let name: (object: NativeObject, id: number) => void

let scope: Set<NativeObject> | undefined

/** Makes `next` the set that objects enter as they are made; returns the one until now. */
export function enterScope(next: Set<NativeObject> | undefined): Set<NativeObject> | undefined {
  const before = scope
  scope = next
  return before
}

/**
 * A JavaScript object that stands for a native one: a tensor, or a generator of random numbers.
 *
 * Free it with `using` or dispose(); a forgotten one is freed some time after it was collected.
 */
export abstract class NativeObject {
  /** Index and generation in native code's table (native/addon/tensor_table.h). */
  #id: number

  static {
    idOf = (object) => object.#id
    name = (object, id) => {
      object.#id = id
    }
  }

  protected constructor(id: number) {
    this.#id = id
    scope?.add(this)
  }

  /** Frees it now. Every later use but this one throws ERR_QUERL_CLOSED. */
  dispose(): void {
    native().disposeObject(this.#id)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/** What native code calls it. */
export function nativeId(object: NativeObject): number {
  return idOf(object)
}

/** For an object that was made before the native one. */
export function setNativeId(object: NativeObject, id: number): void {
  name(object, id)
}
