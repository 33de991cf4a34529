// Tensors that are made of nothing. ATen's operators with the options that people expect of them; `ops`
// has them as ATen defines them, and all others.

import type { Device } from './device.js'
import type { Dtype } from './dtype.js'
import type { Generator } from './generator.js'
import { callOperator, type OperatorArgument } from './operator-call.js'
import type { Tensor } from './tensor.js'

export interface TensorOptions {
  /** Default: float32, unless said otherwise. */
  readonly dtype?: Dtype | undefined
  /** Default: cpu. */
  readonly device?: Device | undefined
  /** Whether operators on it are recorded for backward(). Default: false. */
  readonly requiresGrad?: boolean | undefined
}

export interface RandomOptions extends TensorOptions {
  /** Default: that of the process. */
  readonly generator?: Generator | undefined
}

/**
 * Zeros: `zeros([2, 3], { dtype: 'int64' })`. A size of [] makes a tensor of one number and no axes, in
 * this function and in those below.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for a size, a dtype or a device that is none;
 *   ERR_QUERL_OUT_OF_MEMORY
 */
export function zeros(size: readonly number[], options?: TensorOptions): Tensor {
  return made('aten::zeros', [size], options)
}

/** Ones. */
export function ones(size: readonly number[], options?: TensorOptions): Tensor {
  return made('aten::ones', [size], options)
}

/** Numbers that are whatever the memory held: to be written to. */
export function empty(size: readonly number[], options?: TensorOptions): Tensor {
  return made('aten::empty.memory_format', [size], options)
}

/** The same number everywhere. Default dtype: float32, int64 for a bigint, bool for a boolean. */
export function full(
  size: readonly number[],
  value: number | bigint | boolean,
  options?: TensorOptions,
): Tensor {
  const dtypes: Partial<Record<string, Dtype>> = { bigint: 'int64', boolean: 'bool' }
  const dtype = options?.dtype ?? dtypes[typeof value] ?? 'float32'
  return made('aten::full', [size, value], { ...options, dtype })
}

/**
 * `start`, `start + step`, … up to `end`, which is left out: `arange(3)`, `arange(1, 4)`. Default dtype:
 * int64 if all three are integers, as of what indexes; else float32.
 */
export function arange(
  ...args: readonly [
    ...range: readonly [end: number] | readonly [start: number, end: number, step?: number],
    options?: TensorOptions,
  ]
): Tensor {
  const last = args[args.length - 1]
  const options = typeof last === 'object' ? last : undefined
  const [first, second, step = 1] = args.filter((each) => typeof each === 'number')
  const range = second === undefined ? [0, first, step] : [first, second, step]
  return made('aten::arange.start_step', range, options)
}

/** `count` numbers from `start` to `end`, both among them, at equal distances. */
export function linspace(
  start: number,
  end: number,
  count: number,
  options?: TensorOptions,
): Tensor {
  return made('aten::linspace', [start, end, count], options)
}

/** The identity matrix, or the upper left part of one. */
export function eye(rows: number, columns: number = rows, options?: TensorOptions): Tensor {
  return made('aten::eye.m', [rows, columns], options)
}

/** Uniform in [0, 1). */
export function rand(size: readonly number[], options?: RandomOptions): Tensor {
  return drawn('aten::rand', [size], options)
}

/** Standard normal. */
export function randn(size: readonly number[], options?: RandomOptions): Tensor {
  return drawn('aten::randn', [size], options)
}

/** Integers of [low, high), equally likely. Default dtype: int64. */
export function randint(
  low: number,
  high: number,
  size: readonly number[],
  options?: RandomOptions,
): Tensor {
  return drawn('aten::randint.low', [low, high, size], options)
}

/** The integers below `count` in a random order. Default dtype: int64. */
export function randperm(count: number, options?: RandomOptions): Tensor {
  return drawn('aten::randperm', [count], options)
}

function drawn(
  name: string,
  args: readonly OperatorArgument[],
  options: RandomOptions | undefined,
): Tensor {
  const { generator } = options ?? {}
  if (generator === undefined) return made(name, args, options)
  const overload = name.includes('.') ? `${name}_generator` : `${name}.generator`
  return made(overload, [...args, generator], options)
}

function made(
  name: string,
  args: readonly OperatorArgument[],
  { dtype, device, requiresGrad = false }: TensorOptions = {},
): Tensor {
  // In the schemas' order: dtype, layout, device.
  const tensor = callOperator<Tensor>(name, ...args, dtype, undefined, device)
  return requiresGrad ? tensor.requiresGrad_() : tensor
}
