// Tensors that a case holds, and what of them is compared.

import { callOperator, Tensor } from '@querl/torch'

/** How many places of a large result are compared. */
const places = 4096

/** Frees all that it was given, at once. */
export class Held implements Disposable {
  readonly #tensors: Tensor[] = []

  add(tensor: Tensor): Tensor {
    this.#tensors.push(tensor)
    return tensor
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors) tensor.dispose()
  }
}

/** As `sampled()` of peer/logprobs.py: places spread over all of a large tensor, and its norm. */
export function sampled(tensor: Tensor): { places: readonly number[]; norm: readonly number[] } {
  using flat = callOperator<Tensor>('aten::reshape', tensor, [-1])
  const count = flat.shape[0]!
  const index = BigInt64Array.from({ length: places }, (_, i) => BigInt((i * 2654435761) % count))
  using at = Tensor.fromTypedArray(index)
  using chosen = callOperator<Tensor>('aten::index_select', flat, 0, at)
  using norm = callOperator<Tensor>('aten::linalg_vector_norm', flat, 2, null, false, 'float32')
  return { places: numbers(chosen), norm: [norm.item()] }
}

/** The first places of a result, as float64. */
export function head(tensor: Tensor): readonly number[] {
  using flat = callOperator<Tensor>('aten::reshape', tensor, [-1])
  using part = callOperator<Tensor>('aten::narrow', flat, 0, 0, Math.min(places, flat.shape[0]!))
  return numbers(part)
}

/** All numbers of a tensor, from whatever floating type. */
export function numbers(tensor: Tensor): readonly number[] {
  using wide = callOperator<Tensor>('aten::to.dtype', tensor, 'float64', false, true)
  return Array.from(wide.data() as Float64Array)
}
