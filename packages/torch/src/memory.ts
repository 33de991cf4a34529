import { native } from './loaded.js'

/** What the tensors of this thread's JavaScript hold. */
export interface MemoryInUse {
  /** Tensors that were neither disposed nor collected, views included. */
  readonly tensors: number
  /** Of their storages, each counted once however many views it has. */
  readonly bytes: number
}

/**
 * Counts the tensors that JavaScript holds, for tests of leaks: equal before and after means none.
 * What LibTorch itself keeps, for a backward pass for example, is not among them.
 */
export function memory(): MemoryInUse {
  return native().memory()
}
