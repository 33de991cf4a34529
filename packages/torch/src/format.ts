// How a tensor looks when it is printed. Text is made of values that were read already, so that
// which of them are read, and how, stays with the tensor.

/** What is printed of a tensor. */
export interface Printed {
  readonly shape: readonly number[]
  readonly dtype: string
  readonly device: string
  readonly requiresGrad: boolean
  /** Row-major, of those places that keptPlaces() names; undefined: there are none to be read. */
  readonly values: ArrayLike<number | bigint | boolean | string> | undefined
}

const mostPrinted = 1000 // numbers; a tensor with more shows the ends of its long axes
const edge = 3
const widestLine = 100 // characters

/**
 * Which places of each axis are printed: all of a tensor of up to 1000 numbers, and 3 at both ends
 * of each axis of a larger one.
 */
export function keptPlaces(shape: readonly number[]): number[][] {
  const isLarge = shape.reduce((product, size) => product * size, 1) > mostPrinted
  return shape.map((size) =>
    isLarge && size > 2 * edge
      ? [0, 1, 2, size - 3, size - 2, size - 1]
      : Array.from({ length: size }, (_, place) => place),
  )
}

/**
 * A tensor as text: a line with its shape, dtype, device and whether it requires a gradient, then its
 * rows, aligned. Fractions have as many digits as they need and at most four; where the sizes of the
 * numbers differ by more than that shows, all have an exponent.
 */
export function formatTensor({ shape, dtype, device, requiresGrad, values }: Printed): string {
  const head = `Tensor(${shape.join(', ')}) ${dtype} ${device}${requiresGrad ? ' requiresGrad' : ''}`
  if (values === undefined) return head
  if (shape.includes(0)) return `${head} []`
  const places = keptPlaces(shape)
  const texts = aligned(values)
  if (shape.length === 0) return `${head} ${texts[0]}`
  return `${head}\n${rows(texts, shape, places, 0, 0)}`
}

/** The text of axis `axis` and those in it, whose first value is `start`. */
function rows(
  texts: readonly string[],
  shape: readonly number[],
  places: readonly (readonly number[])[],
  axis: number,
  start: number,
): string {
  const kept = places[axis]!
  const indent = ' '.repeat(axis + 1)
  const isElided = kept.length < shape[axis]!
  if (axis === shape.length - 1) {
    const row = texts.slice(start, start + kept.length)
    if (isElided) row.splice(edge, 0, '…')
    return `[${wrapped(row, indent)}]`
  }
  const step = places.slice(axis + 1).reduce((product, inner) => product * inner.length, 1)
  const parts = kept.map((_, i) => rows(texts, shape, places, axis + 1, start + i * step))
  if (isElided) parts.splice(edge, 0, '…')
  // A blank line between matrices, two between stacks of them.
  return `[${parts.join(`,${'\n'.repeat(shape.length - axis - 1)}${indent}`)}]`
}

function wrapped(row: readonly string[], indent: string): string {
  const perLine = Math.max(1, Math.floor((widestLine - indent.length) / (row[0]!.length + 2)))
  const lines: string[] = []
  for (let i = 0; i < row.length; i += perLine) lines.push(row.slice(i, i + perLine).join(', '))
  return lines.join(`,\n${indent}`)
}

/** The values' texts, padded on the left to one width. */
function aligned(values: NonNullable<Printed['values']>): string[] {
  const all = Array.from(values)
  const write = numberFormat(all.filter((value) => typeof value === 'number'))
  const texts = all.map((value) => (typeof value === 'number' ? write(value) : String(value)))
  const width = Math.max(...texts.map((text) => text.length))
  return texts.map((text) => text.padStart(width))
}

const mostDigits = 4

function numberFormat(values: readonly number[]): (value: number) => string {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs)
  const largest = Math.max(...sizes)
  if (values.every((value) => Number.isInteger(value) || !Number.isFinite(value)))
    return largest >= 1e16 ? exponential : String
  // Beyond these, four decimals would hide a small number's digits or a large one's size.
  if (largest >= 1e8 || largest / Math.min(...sizes) > 1e3 * 10 ** mostDigits || largest < 1e-2)
    return exponential
  const decimals = Math.max(
    ...values.filter(Number.isFinite).map((value) => decimalsOf(value, mostDigits)),
  )
  return (value) => (Number.isFinite(value) ? value.toFixed(decimals) : String(value))
}

function exponential(value: number): string {
  return Number.isFinite(value) ? value.toExponential(mostDigits) : String(value)
}

/** Decimals of a number when it is rounded to `most` of them and its last zeros are left out. */
function decimalsOf(value: number, most: number): number {
  return (
    value
      .toFixed(most)
      .replace(/\.?0*$/, '')
      .split('.')[1]?.length ?? 0
  )
}
