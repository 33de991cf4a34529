// Arguments for an operator that nobody has described: by the types and the names that its schema has.
// Names mean much the same all over ATen, so that a few rules reach most of it; what they draw is tried
// in the order of `worlds`, until PyTorch accepts it.

import type { Schema, SchemaArgument } from '../src/operator-schema.js'
import { type ArgumentSpec, type Fill, plain, type TensorSpec, tensor } from './argument.js'
import { described } from './described.js'

/** What an overload's tensors look like, where their names say nothing else. */
interface World {
  readonly shape: readonly number[]
  readonly fill: Fill
  readonly dtype?: string
}

const worlds: readonly World[] = [
  { shape: [2, 3], fill: 'normal' },
  { shape: [3, 3], fill: 'normal' },
  { shape: [2, 3], fill: 'unit' },
  { shape: [3, 3], fill: 'definite' },
  { shape: [3, 3, 3], fill: 'normal' },
  { shape: [2, 3, 6, 6], fill: 'normal' },
  { shape: [2, 3, 5, 5, 5], fill: 'normal' },
  { shape: [2, 4, 6], fill: 'normal' },
  { shape: [3], fill: 'normal' },
  { shape: [], fill: 'unit' },
  { shape: [2, 3], fill: 'index' },
  { shape: [3], fill: 'index' },
  { shape: [2, 3], fill: 'bool' },
  { shape: [2, 3], fill: 'normal', dtype: 'complex64' },
  { shape: [3, 3], fill: 'normal', dtype: 'complex64' },
  { shape: [2, 3], fill: 'unit', dtype: 'bfloat16' },
  { shape: [2, 3], fill: 'normal', dtype: 'float64' },
]

/** What the rules leave open within a world. */
interface Variant {
  readonly index: 'row' | 'same'
  readonly target: 'same' | 'classes'
  readonly written: readonly string[]
  readonly optional: 'none' | 'drawn'
}

/** Those that ended PyTorch's process, or another operator's later in it, on arguments that do not fit. */
const unchecked =
  /::(_convert_indices_from|_cum(max|min)_helper|_fused_(adagrad|sgd|adam)|_sobol_engine|(native_)?batch_norm_backward)/

/** Argument lists to try, or why there are none. */
export function draw(schema: Schema): readonly (readonly ArgumentSpec[])[] | string {
  if (unchecked.test(schema.name))
    return 'an internal that reads or writes wherever its arguments say'
  const own = described(schema)
  if (own) return own
  const strange = schema.arguments.find(
    ({ type, fallback }) => type.base === 'other' && fallback === undefined && !type.optional,
  )
  if (strange) return `an argument of type ${strange.type.text}`
  return worlds.flatMap((world) =>
    variantsOf(schema, world).map((variant) =>
      schema.arguments.map((argument, i) => drawArgument(argument, i, world, variant, schema)),
    ),
  )
}

function variantsOf(schema: Schema, world: World): Variant[] {
  const has = (pattern: RegExp) => schema.arguments.some(({ name }) => pattern.test(name))
  const main = dtypeOf(world)
  const writes = schema.arguments.some((argument, i) => isOut(argument, i))
  const writtenChoices = writes
    ? [
        [main],
        ['int64'],
        [main, 'int64'],
        ['bool'],
        ['float32'],
        [main, main, 'int64'],
        [main, 'int32', 'int32'],
        ['complex64'],
        [main, 'bool'],
        ['int32'],
      ]
    : [[main]]
  const optionals = schema.arguments.some(
    ({ type, fallback }) => type.optional && fallback === undefined,
  )
  const variants: Variant[] = []
  for (const index of has(/^ind(ex|ices)$/) ? (['row', 'same'] as const) : (['row'] as const))
    for (const target of has(/^target/) ? (['same', 'classes'] as const) : (['same'] as const))
      for (const written of writtenChoices)
        for (const optional of optionals ? (['none', 'drawn'] as const) : (['none'] as const))
          variants.push({ index, target, written, optional })
  return variants
}

function drawArgument(
  argument: SchemaArgument,
  position: number,
  world: World,
  variant: Variant,
  schema: Schema,
): ArgumentSpec {
  const { name, type, fallback } = argument
  if (isOut(argument, position)) return drawOut(schema, position, variant)
  if (fallback !== undefined) return { kind: 'default' }
  if (type.base === 'Generator')
    return type.optional ? { kind: 'generator' } : { kind: 'generator' }
  if (type.optional && variant.optional === 'none') return plain(null)
  if (type.base === 'Tensor' && type.list) {
    const items = [0, 1].map(() => drawTensor(name, world, variant))
    return { kind: 'list', items }
  }
  switch (type.base) {
    case 'Tensor':
      return drawTensor(name, world, variant)
    case 'int':
      return plain(type.list ? drawIntegers(name, type.size, world, schema) : (integers[name] ?? 1))
    case 'float':
      return plain(type.list ? [2, 2].slice(0, type.size ?? 2) : (floats[name] ?? 0.5))
    case 'Scalar':
      return plain(type.list ? [2, 3] : (scalars[name] ?? 2))
    case 'bool':
      return plain(type.list ? new Array<boolean>(type.size ?? 3).fill(true) : truths.has(name))
    case 'str':
      return plain(texts[name] ?? 'sum')
    case 'Device':
      return plain('cpu')
    case 'ScalarType':
      return { kind: 'dtype', value: 'float32' }
    default:
      return type.optional ? plain(null) : { kind: 'default' }
  }
}

/** Whether it is there to be written to, rather than to be changed. */
function isOut({ type, keywordOnly }: SchemaArgument, position: number): boolean {
  return type.written !== undefined && (keywordOnly || position > 0)
}

function drawOut(schema: Schema, position: number, { written }: Variant): ArgumentSpec {
  const before = schema.arguments.filter((argument, i) => i < position && isOut(argument, i)).length
  const { type, name } = schema.arguments[position]!
  const byName = /indices|^index|pivots|^info/.test(name) && written.length === 1
  const dtype = byName ? 'int64' : written[Math.min(before, written.length - 1)]!
  const one: TensorSpec = { kind: 'tensor', shape: [0], dtype, fill: 'zeros', written: true }
  return type.list ? { kind: 'list', items: [one, one] } : one
}

function dtypeOf({ fill, dtype }: World): string {
  return dtype ?? { index: 'int64', bool: 'bool' }[fill as string] ?? 'float32'
}

function drawTensor(name: string, world: World, variant: Variant): TensorSpec {
  const { shape, fill } = world
  const dtype = dtypeOf(world)
  const last = shape.at(-1) ?? 1
  const channels = shape.length > 1 ? shape[1]! : last
  if (/^ind(ex|ices)$/.test(name))
    return tensor(variant.index === 'row' ? [shape[0] ?? 1] : shape, 'index')
  if (/mask$|^condition$/.test(name)) return tensor(shape, 'bool')
  if (/^target/.test(name) && variant.target === 'classes')
    return tensor(shape.slice(0, 1), 'index')
  if (/^(running_mean|bias|mean|save_mean|rstd)$/.test(name)) return tensor([channels], fill, dtype)
  if (/^(running_var|invstd|save_invstd|var)$/.test(name)) return tensor([channels], 'unit', dtype)
  if (/^(vec|vec1|vec2|vec\d)$/.test(name)) return tensor([last], fill, dtype)
  if (/^batch[12]$/.test(name)) return tensor([3, 3, 3], fill, dtype)
  if (/^(boundaries|sorted_sequence)$/.test(name)) return tensor([4], 'sorted')
  if (/^repeats$/.test(name)) return tensor([shape[0] ?? 1], 'index')
  if (/^(lr|step|found_inf|grad_scale|scale|inv_scale)$/.test(name)) return tensor([], 'unit')
  if (/^state_steps$/.test(name)) return tensor([], 'ones')
  if (/^(lengths|input_lengths|target_lengths)$/.test(name)) return tensor([2], 'ones', 'int64')
  return { kind: 'tensor', shape, dtype, fill, ...(fill === 'index' && { below: 4 }) }
}

const integers: Readonly<Record<string, number>> = {
  ...{
    dim: 0,
    axis: 0,
    dim0: 0,
    dim1: 1,
    axis0: 0,
    axis1: 1,
    start_dim: 0,
    end_dim: 1,
    dimension: 0,
  },
  ...{
    n: 2,
    N: 3,
    k: 1,
    end: 2,
    start: 0,
    low: 0,
    high: 5,
    steps: 3,
    chunks: 2,
    sections: 1,
    bins: 4,
  },
  ...{ offset: 0, diagonal: 0, index: 0, blank: 0, mode: 0, reduction: 1, ignore_index: -100 },
  ...{ window_length: 4, n_fft: 4, num_samples: 2, num_classes: 5, size: 2, padding_idx: -1 },
  ...{ interpolation_mode: 0, padding_mode: 0, level: 0, num_weights: 4, degree: 2, dim2: 1 },
}

const floats: Readonly<Record<string, number>> = {
  ...{
    eps: 1e-5,
    epsilon: 1e-5,
    dropout: 0,
    dropout_p: 0,
    lr: 0.1,
    momentum: 0.1,
    mean: 0,
    std: 1,
  },
  ...{
    rtol: 1e-5,
    atol: 1e-8,
    beta1: 0.9,
    beta2: 0.99,
    weight_decay: 0.01,
    lr_decay: 0,
    from: 0,
    to: 1,
  },
}

const scalars: Readonly<Record<string, number>> = {
  ...{ value: 0.5, min: -0.5, max: 0.5, fill_value: 1.5, start: 0, end: 5, step: 1, x: 0.5, p: 2 },
  ...{
    threshold: 0.1,
    lambd: 0.5,
    alpha: 1,
    beta: 1,
    negative_slope: 0.1,
    min_val: -1,
    max_val: 1,
  },
  ...{ lower: 0.1, upper: 0.3, margin: 1, scale: 1.5, input_scale: 1 },
}

const truths = new Set([
  'train',
  'training',
  'self',
  'value',
  'keepdim',
  'compute_uv',
  'has_biases',
])

const texts: Readonly<Record<string, string>> = {
  ...{
    rounding_mode: 'trunc',
    UPLO: 'L',
    indexing: 'ij',
    ord: 'fro',
    mode: 'constant',
    padding: 'same',
  },
  ...{ equation: 'ij,ij->i', approximate: 'tanh', pad_mode: 'reflect', norm: 'ortho' },
}

function drawIntegers(
  name: string,
  size: number | undefined,
  { shape }: World,
  { name: operator }: Schema,
): readonly number[] {
  const times = (value: number, count = size ?? Math.max(1, shape.length - 2)) =>
    new Array<number>(count).fill(value)
  switch (name) {
    case 'size':
    case 'new_shape':
      return shape
    case 'dims':
      if (operator.includes('permute')) return shape.map((_, i) => shape.length - 1 - i)
      return /tile|repeat/.test(operator) ? shape.map(() => 2) : [0, 1].slice(0, shape.length)
    case 'repeats':
      return shape.map(() => 2)
    case 'dim':
    case 'shifts':
    case 'source':
    case 'dims_other':
      return [0]
    case 'destination':
    case 'dims_self':
      return [Math.max(0, shape.length - 1)]
    case 'normalized_shape':
      return shape.slice(-1)
    case 'split_sizes':
      return [1, (shape[0] ?? 1) - 1]
    case 'indices':
      return [1]
    case 'sizes':
      return [shape[0] ?? 1, 1]
    case 'pad':
      return times(1, 2)
    case 'padding':
      return times(operator.includes('pad') ? 1 : 0)
    case 'output_padding':
    case 'storage_offset':
      return times(0)
    case 'kernel_size':
      return times(2)
    case 'output_size':
      return times(3)
    case 'stride':
      return operator.includes('stride') ? stridesOf(shape) : times(1)
    default:
      return times(1)
  }
}

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, i) => shape.slice(i + 1).reduce((product, size) => product * size, 1))
}
