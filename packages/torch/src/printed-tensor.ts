import { QuerlError } from '@querl/base'
import { formatTensor, keptPlaces, type Printed } from './format.js'
import { noGrad } from './grad-mode.js'
import { callOperator } from './operator-call.js'
import type { Tensor } from './tensor.js'
import { tidy } from './tidy.js'

/** A tensor as text. Only the numbers that are shown are read. */
export function printed(tensor: Tensor): string {
  try {
    const { shape, dtype, device, requiresGrad } = tensor
    const values = device === 'meta' ? undefined : noGrad(() => tidy(() => shown(tensor, shape)))
    return formatTensor({ shape, dtype, device, requiresGrad, values })
  } catch (error) {
    // Printing is how people look for mistakes: it must not be one.
    const code = error instanceof QuerlError ? error.code : undefined
    if (code === 'ERR_QUERL_CLOSED') return 'Tensor (disposed)'
    if (code === 'ERR_QUERL_PENDING') return 'Tensor (pending)'
    throw error
  }
}

function shown(tensor: Tensor, shape: readonly number[]): Printed['values'] {
  const places = keptPlaces(shape)
  // All axes are cut before any of the parts are joined, which copies.
  const corners = (part: Tensor, axis: number): Tensor => {
    if (axis === shape.length) return part
    if (places[axis]!.length === shape[axis]) return corners(part, axis + 1)
    const half = places[axis]!.length / 2
    const ends = [[0, half] as const, [-half] as const].map((range) =>
      corners(callOperator<Tensor>('aten::slice.Tensor', part, axis, ...range), axis + 1),
    )
    return callOperator('aten::cat', ends, axis)
  }
  return valuesOf(corners(tensor, 0))
}

function valuesOf(tensor: Tensor): Printed['values'] {
  const { dtype } = tensor
  if (dtype === 'bool') return Array.from(tensor.data(), Boolean)
  if (dtype.startsWith('complex')) return complexTexts(tensor)
  if (!/^b?float(16|8)/.test(dtype)) return tensor.data()
  return callOperator<Tensor>('aten::_to_copy', tensor, 'float32').data()
}

function complexTexts(tensor: Tensor): string[] {
  const resolved = callOperator<Tensor>('aten::resolve_conj', tensor)
  const parts = callOperator<Tensor>('aten::view_as_real', resolved).data() as Float64Array
  const text = (value: number) => String(Number(value.toPrecision(5)))
  return Array.from({ length: parts.length / 2 }, (_, i) => {
    const [real, imaginary] = [parts[2 * i]!, parts[2 * i + 1]!]
    const sign = imaginary < 0 || Object.is(imaginary, -0) ? '-' : '+'
    return `${text(real)}${sign}${text(Math.abs(imaginary))}i`
  })
}
