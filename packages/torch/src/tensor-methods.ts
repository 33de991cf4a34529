import { methodNames } from './generated/names.js'
import { callByName } from './operators.js'

/**
 * Gives `prototype` the operators whose first argument is `self` (TensorMethods), but for those that it
 * has already. Needs no native code before one of them is called.
 */
export function installMethods(prototype: object): void {
  for (const name of methodNames) {
    if (name in prototype) continue
    const method = {
      [name](this: unknown, ...args: unknown[]) {
        args.unshift(this)
        return callByName('aten', name, args as never)
      },
    }
    const descriptor = Object.getOwnPropertyDescriptor(method, name)!
    Object.defineProperty(prototype, name, { ...descriptor, enumerable: false })
  }
}
