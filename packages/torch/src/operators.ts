import { nearest, QuerlError } from '@querl/base'
import { operatorNames } from './generated/names.js'
import type { Operators } from './generated/operators.js'
import { native } from './loaded.js'
import {
  callOverload,
  type OperatorArgument,
  type OperatorResult,
  type Overload,
  overloadsOf,
} from './operator-call.js'
import { type CallArguments, type NamedArguments, resolve } from './overload-resolution.js'

/** An operator of which nothing is known before it is called. */
export type UntypedOperator = (...args: (OperatorArgument | NamedArguments)[]) => OperatorResult

/**
 * Every operator of ATen, by its own name and with the names of its own arguments, so that PyTorch's
 * documentation applies: `ops.softmax(x, { dim: -1 })`, `ops.sum(x, [0], true)`.
 *
 * Leading arguments may stand by position; a last plain object gives others by name. Several results
 * are an array. Which overload is meant follows from the arguments' number, types and names. Operators
 * with a leading underscore are LibTorch's internals: they can be called and have no types.
 *
 * `ops.querl` has querl's own, untyped: their typed functions are exports of this package.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name and for arguments that fit no schema,
 *   ERR_QUERL_NATIVE with what LibTorch says, ERR_QUERL_CLOSED for a tensor that was disposed,
 *   ERR_QUERL_PENDING for one that a run() is still to compute
 */
export const ops: Operators & { readonly querl: Readonly<Record<string, UntypedOperator>> } =
  Object.assign(operatorsOf('aten', operatorNames), { querl: operatorsOf('querl', []) }) as never

/** A function that calls the overload of `namespace::name` that its arguments fit. */
export function operatorOf(
  namespace: string,
  name: string,
): (args: CallArguments) => OperatorResult {
  let overloads: readonly Overload[] | undefined
  return (args) => {
    const { overload, args: ordered } = resolve(
      name,
      (overloads ??= knownOverloads(namespace, name)),
      args,
    )
    return callOverload(overload, ordered)
  }
}

function knownOverloads(namespace: string, name: string): readonly Overload[] {
  const overloads = overloadsOf(`${namespace}::${name}`)
  if (overloads.length === 0) throw unknown(namespace, name)
  return overloads
}

/**
 * Functions for the names, which need no native code until they are called. Other names reach the
 * prototype, which asks LibTorch.
 */
function operatorsOf(namespace: string, names: readonly string[]): Record<string, UntypedOperator> {
  const make = (name: string): UntypedOperator => {
    const call = operatorOf(namespace, name)
    return Object.defineProperty((...args: CallArguments) => call(args), 'name', { value: name })
  }
  const others = new Proxy<Record<string, UntypedOperator>>(Object.create(null), {
    get: (_, name) => {
      // What promises and printers of objects look for.
      if (typeof name === 'symbol' || name === 'then' || name === 'toJSON') return undefined
      knownOverloads(namespace, name)
      return (operators[name] = make(name))
    },
  })
  const operators: Record<string, UntypedOperator> = Object.create(others)
  for (const name of names) operators[name] = make(name)
  return operators
}

function unknown(namespace: string, name: string): QuerlError {
  const prefix = `${namespace}::`
  const names = native()
    .operatorNames()
    .filter((each) => each.startsWith(prefix))
    .map((each) => each.slice(prefix.length))
  const meant = nearest(name, names)
  return new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `${namespace === 'aten' ? 'LibTorch' : namespace} has no operator ${name}.` +
      (meant === undefined ? '' : ` Did you mean ${meant}?`),
  )
}
