// Our side: the call that PyTorch accepted, on the tensors that it stored, and what differs.

import { dtypes } from '../src/dtype.js'
import { type Dtype, Generator, grad, manualSeed, Tensor, tidy } from '../src/index.js'
import {
  callOperator,
  callOverload,
  type OperatorArgument,
  type OperatorResult,
  overloadsOf,
} from '../src/operator-call.js'
import { resolve } from '../src/overload-resolution.js'
import type { ArgumentSpec, Case } from './argument.js'

/** What the peer says of a call that it accepted. */
export interface PeerResult {
  /** Index into the attempts of its case. */
  readonly attempt: number
  readonly withGrad: boolean
  /** Of each result its dtype, if it is a tensor, else its value. */
  readonly outputs: readonly { readonly dtype?: string; readonly value?: unknown }[]
  readonly gradients: readonly { readonly of: string; readonly none: boolean }[] | null
  readonly gradientError?: string
}

/**
 * How two results compare: all bits; up to rounding; shapes and dtypes of memory that nobody wrote to.
 * Anything else is what differs, in words.
 */
export type Agreement = 'equal' | 'close' | 'shape' | { readonly differs: string }

export interface Outcome {
  readonly forward: Agreement
  /** Absent where PyTorch has no gradient, either. */
  readonly gradient?: Agreement
  /** Which overload `ops` takes for the same arguments, or why none. */
  readonly meant: string
}

/** @param stored the tensors beside the peer's result: `i…` inputs, `o…` outputs, `g…` gradients */
export function execute(
  given: Case,
  peer: PeerResult,
  stored: Readonly<Record<string, Tensor>>,
): Outcome {
  const { name, overload, attempts } = given
  return tidy(() => {
    const found = overloadsOf(name).find(({ schema }) => schema.overload === overload)!
    const leaves = new Map<string, Tensor>()
    const args = attempts[peer.attempt]!.map((spec, i) =>
      argumentOf(spec, `${i}`, peer.withGrad, stored, leaves),
    )
    const meant = meantOverload(given, args)
    manualSeed(0)
    let outputs: OperatorResult[]
    try {
      outputs = flat(callOverload(found, args))
    } catch (error) {
      return { forward: { differs: firstLine(error) }, meant }
    }
    const forward = checked(() => compareOutputs(outputs, peer, stored, isUnwritten(name)))
    if (typeof forward === 'object' || !peer.gradients) return { forward, meant }
    const gradient = checked(() => compareGradients(outputs, peer, stored, leaves))
    return { forward, gradient, meant }
  })
}

/** As `ops` finds it: leading arguments by position, the others by name. */
function meantOverload(
  { name, names, keywordOnly }: Case,
  args: readonly OperatorArgument[],
): string {
  const gap = args.findIndex((arg, i) => arg === undefined || keywordOnly[i])
  const leading = gap < 0 ? args : args.slice(0, gap)
  const named = Object.fromEntries(
    args.map((arg, i) => [names[i]!, arg] as const).slice(leading.length),
  )
  try {
    return resolve(name, overloadsOf(name), [...leading, named]).overload.schema.overload
  } catch (error) {
    return firstLine(error)
  }
}

function checked(compareAll: () => Agreement): Agreement {
  try {
    return compareAll()
  } catch (error) {
    return { differs: firstLine(error) }
  }
}

/** Whose numbers are whatever the memory held. */
function isUnwritten(name: string): boolean {
  return (
    /::_?(new_|resize|.*empty|make_dep_token)/.test(name) && !/new_(zeros|ones|full)/.test(name)
  )
}

function argumentOf(
  spec: ArgumentSpec,
  key: string,
  withGrad: boolean,
  stored: Readonly<Record<string, Tensor>>,
  leaves: Map<string, Tensor>,
): OperatorArgument {
  switch (spec.kind) {
    case 'tensor': {
      const input = callOperator<Tensor>('aten::clone', stored[`i${key}`]!)
      if (!withGrad || spec.written || !/^b?float/.test(spec.dtype)) return input
      leaves.set(key, input.requiresGrad_())
      return callOperator<Tensor>('aten::clone', input)
    }
    case 'list':
      return spec.items.map((item, i) => argumentOf(item, `${key}.${i}`, withGrad, stored, leaves))
    case 'generator':
      return new Generator(7)
    case 'default':
      return undefined
    default:
      return spec.value
  }
}

function compareOutputs(
  outputs: readonly OperatorResult[],
  peer: PeerResult,
  stored: Readonly<Record<string, Tensor>>,
  shapeOnly: boolean,
): Agreement {
  if (outputs.length !== peer.outputs.length)
    return { differs: `${outputs.length} results, and PyTorch has ${peer.outputs.length}` }
  return worst(
    outputs.map((output, i) => {
      const { dtype, value } = peer.outputs[i]!
      if (output instanceof Tensor && dtype !== undefined) {
        if (output.dtype !== dtype)
          return { differs: `result ${i} is ${output.dtype}, not ${dtype}` }
        return compare(`result ${i}`, output, stored[`o${i}`]!, shapeOnly)
      }
      // What crosses JSON: NaN and infinities as Python prints them.
      if (typeof output === 'string' && typeof value === 'number')
        return dtypes[output as Dtype]?.code === value
          ? 'equal'
          : { differs: `result ${i} is ${output}` }
      const shown = typeof output === 'number' && !Number.isFinite(output) ? named(output) : output
      return Object.is(shown ?? null, value ?? null)
        ? 'equal'
        : { differs: `result ${i} is ${String(output)}, not ${String(value)}` }
    }),
  )
}

function named(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'
}

function compareGradients(
  outputs: readonly OperatorResult[],
  peer: PeerResult,
  stored: Readonly<Record<string, Tensor>>,
  leaves: ReadonlyMap<string, Tensor>,
): Agreement {
  const losses = outputs
    .filter((output): output is Tensor => output instanceof Tensor && output.requiresGrad)
    .map((output) => callOperator<Tensor>('aten::sum', asReal(output)))
  const loss = losses.reduce((total, each) => callOperator<Tensor>('aten::add.Tensor', total, each))
  const gradients = grad(loss, [...leaves.values()], { allowUnused: true })
  return worst(
    peer.gradients!.map(({ of, none }, i) => {
      const ours = gradients[i]!
      if (none || ours === null)
        return none === (ours === null)
          ? 'equal'
          : { differs: `argument ${of} has none on one side` }
      return compare(`the gradient of argument ${of}`, ours, stored[`g${of}`]!, false)
    }),
  )
}

/** Relative to 1 and the number: sums of few terms in another order, or by other vector widths. */
const tolerances: Readonly<Record<string, number>> = {
  float64: 1e-12,
  float32: 1e-5,
  float16: 2e-3,
  bfloat16: 2e-2,
}

function compare(what: string, ours: Tensor, theirs: Tensor, shapeOnly: boolean): Agreement {
  const [a, b] = [storedForm(ours), theirs]
  if (a.shape.join() !== b.shape.join())
    return { differs: `${what} has shape (${a.shape.join(', ')}), not (${b.shape.join(', ')})` }
  if (shapeOnly) return 'shape'
  if (a.shape.includes(0)) return 'equal'
  const exact = callOperator<boolean>('aten::equal', bits(a), bits(b))
  if (exact) return 'equal'
  const tolerance = tolerances[a.dtype] ?? 0
  if (callOperator<boolean>('aten::allclose', a, b, tolerance, tolerance, true)) return 'close'
  const difference = callOperator<Tensor>('aten::sub.Tensor', a.to('float64'), b.to('float64'))
  const largest = callOperator<Tensor>('aten::max', callOperator<Tensor>('aten::abs', difference))
  return { differs: `${what} differs by ${largest.item().toPrecision(3)}` }
}

function bits(tensor: Tensor): Tensor {
  const flatTensor = callOperator<Tensor>('aten::reshape', tensor, [-1])
  return callOperator('aten::view.dtype', flatTensor, 'uint8')
}

/** As the peer stores it: contiguous, complex128 as pairs. */
function storedForm(tensor: Tensor): Tensor {
  const resolved = callOperator<Tensor>(
    'aten::resolve_neg',
    callOperator<Tensor>('aten::resolve_conj', tensor.detach()),
  )
  const real = resolved.dtype === 'complex128' ? asReal(resolved) : resolved
  return callOperator('aten::contiguous', real)
}

function asReal(tensor: Tensor): Tensor {
  if (!tensor.dtype.startsWith('complex')) return tensor
  return callOperator('aten::view_as_real', callOperator<Tensor>('aten::resolve_conj', tensor))
}

function worst(agreements: readonly Agreement[]): Agreement {
  return (
    agreements.find((agreement) => typeof agreement === 'object') ??
    (['shape', 'close'] as const).find((each) => agreements.includes(each)) ??
    'equal'
  )
}

function flat(result: OperatorResult): OperatorResult[] {
  if (Array.isArray(result)) return result.flatMap(flat)
  return result === undefined ? [null] : [result]
}

function firstLine(error: unknown): string {
  return String(error).split('\n')[0]!.slice(0, 200)
}
