import { synchronous } from './grad-mode.js'
import { enterScope, NativeObject } from './native-object.js'

const scopes: Set<NativeObject>[] = []

/**
 * Calls `callback`, then frees every tensor that was made in it, but for those that it returns: as
 * they are, or in arrays, objects, maps and sets, however deep. What a graph needs for a later
 * backward() stays, too.
 *
 * A scope may lie in another, which then owns what the inner one returned.
 *
 * @param callback synchronous: what others make between two awaits would be freed, too
 * @returns what it returns
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if it returns a promise
 * @throws what it throws; all that was made in it is then freed
 */
export function tidy<T>(callback: () => T): T {
  const made = new Set<NativeObject>()
  const outer = enterScope(made)
  scopes.push(made)
  try {
    const result = synchronous('tidy', callback())
    for (const object of nativeObjectsIn(result)) if (made.delete(object)) outer?.add(object)
    return result
  } finally {
    scopes.pop()
    enterScope(outer)
    for (const object of made) object.dispose()
  }
}

/** Takes a tensor out of the scopes of tidy() that it was made in: it stays until it is disposed. */
export function keep<T extends NativeObject>(object: T): T {
  for (const scope of scopes) scope.delete(object)
  return object
}

/** Each once; own enumerable properties are looked at, of whatever class. */
function* nativeObjectsIn(value: unknown, seen = new Set<unknown>()): Generator<NativeObject> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  if (ArrayBuffer.isView(value)) return
  seen.add(value)
  if (value instanceof NativeObject) yield value
  else if (value instanceof Map)
    for (const [key, item] of value) {
      yield* nativeObjectsIn(key, seen)
      yield* nativeObjectsIn(item, seen)
    }
  else if (value instanceof Set) for (const item of value) yield* nativeObjectsIn(item, seen)
  else for (const item of Object.values(value)) yield* nativeObjectsIn(item, seen)
}
