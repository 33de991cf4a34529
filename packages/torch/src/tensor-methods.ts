import { methodNames } from './generated/names.js'
import type { OperatorArgument } from './operator-call.js'
import { operatorOf } from './operators.js'
import type { CallArguments } from './overload-resolution.js'

/**
 * Gives `prototype` the operators whose first argument is `self` (TensorMethods), but for those that it
 * has already. Needs no native code before one of them is called.
 */
export function installMethods(prototype: object): void {
  for (const name of methodNames) {
    if (name in prototype) continue
    const call = operatorOf('aten', name)
    const method = {
      [name](this: OperatorArgument, ...args: CallArguments) {
        return call([this, ...args])
      },
    }
    const descriptor = Object.getOwnPropertyDescriptor(method, name)!
    Object.defineProperty(prototype, name, { ...descriptor, enumerable: false })
  }
}
