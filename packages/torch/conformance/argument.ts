// What the two sides agree on: an argument as JSON. Tensors are drawn by the peer, which stores them
// beside its results, so that both compute on the same numbers.

export type Fill =
  | 'normal'
  /** Uniform in (0.1, 0.9): what probabilities, logarithms and inverse functions take. */
  | 'unit'
  /** Integers in [0, 2), or [0, `below`). */
  | 'index'
  | 'bool'
  | 'ones'
  | 'zeros'
  /** Ascending along the last axis. */
  | 'sorted'
  /** A symmetric positive definite matrix. */
  | 'definite'

export interface TensorSpec {
  readonly kind: 'tensor'
  readonly shape: readonly number[]
  readonly dtype: string
  readonly fill: Fill
  readonly below?: number
  /** Whether the call only writes to it. */
  readonly written?: boolean
}

export type ArgumentSpec =
  | TensorSpec
  | { readonly kind: 'list'; readonly items: readonly ArgumentSpec[] }
  /** A number, boolean, string or a list of them, or null. */
  | { readonly kind: 'plain'; readonly value: PlainValue }
  | { readonly kind: 'dtype'; readonly value: string }
  | { readonly kind: 'generator' }
  | { readonly kind: 'default' }

export type PlainValue = null | number | boolean | string | readonly (number | boolean)[]

/** One overload and what may be given to it, in the order in which it is tried. */
export interface Case {
  /** `aten::sum` */
  readonly name: string
  /** `dim_IntList`, or empty. */
  readonly overload: string
  /** Of the arguments, in the schema's order. */
  readonly names: readonly string[]
  /** For each argument, whether it is given by name only. */
  readonly keywordOnly: readonly boolean[]
  readonly attempts: readonly (readonly ArgumentSpec[])[]
}

export function tensor(
  shape: readonly number[],
  fill: Fill = 'normal',
  dtype = { index: 'int64', bool: 'bool' }[fill as string] ?? 'float32',
): TensorSpec {
  return { kind: 'tensor', shape, dtype, fill }
}

export function plain(value: PlainValue): ArgumentSpec {
  return { kind: 'plain', value }
}

/** Arguments by their names. */
export type Given = Readonly<Record<string, ArgumentSpec>>

/** Integers in [0, below). */
export const classes = (shape: readonly number[], below: number): TensorSpec => ({
  ...tensor(shape, 'index'),
  below,
})

export const list = (...items: ArgumentSpec[]): ArgumentSpec => ({ kind: 'list', items })
