import { argumentError, QuerlError } from '@querl/base'
import { callOperator } from './operator-call.js'
import { Tensor } from './tensor.js'

export interface BackwardOptions {
  /**
   * Whether the graph is kept for another backward(); without it, what it had saved is freed while it
   * is walked. Default: `createGraph`.
   */
  readonly retainGraph?: boolean
  /** Whether the gradients can be differentiated again. Default: false. */
  readonly createGraph?: boolean
  /** Only these get a gradient. Default: every leaf that requires one. */
  readonly inputs?: readonly Tensor[]
}

/**
 * Adds the gradient of `tensor` to the `grad` of every leaf that it depends on.
 *
 * @param gradient of whatever follows, with respect to `tensor`; its shape. Default: 1, for a tensor
 *   of one number
 * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED, ERR_QUERL_NATIVE where LibTorch refuses,
 *   such as at a second time without `retainGraph`
 * @throws what a custom function's backward() throws
 * @see Tensor.backward
 */
export function backward(
  tensor: Tensor,
  gradient?: Tensor,
  { retainGraph, createGraph = false, inputs = [] }: BackwardOptions = {},
): void {
  callOperator(
    'querl::backward',
    [tensor],
    gradient ? [gradient] : [],
    retainGraph ?? null,
    createGraph,
    inputs,
  )
}

export interface GradOptions {
  /** One for each output, of its shape, or null for 1. Default: 1 for each, which has one number. */
  readonly gradients?: readonly (Tensor | null)[]
  /** As that of backward(). */
  readonly retainGraph?: boolean
  /** As that of backward(). */
  readonly createGraph?: boolean
  /** Whether an input that no output depends on has null, rather than being an error. Default: false. */
  readonly allowUnused?: boolean
}

/**
 * The gradients of the sum of `outputs` with respect to `inputs`. No tensor's `grad` changes.
 *
 * @returns one for each of `inputs`, in its shape; null only with `allowUnused`
 * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED, ERR_QUERL_NATIVE where LibTorch refuses
 * @throws what a custom function's backward() throws
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[]
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options?: GradOptions,
): Tensor[]
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  { gradients, retainGraph, createGraph = false, allowUnused = false }: GradOptions = {},
): (Tensor | null)[] {
  const from = outputs instanceof Tensor ? [outputs] : outputs
  // Natively, no gradients are as good as none given.
  if (gradients && gradients.length !== from.length)
    throw argumentError('gradients', `of length ${from.length}, as outputs`, gradients.length)
  const results = callOperator<(Tensor | null)[]>(
    'querl::grad',
    from,
    inputs,
    gradients ?? [],
    retainGraph ?? null,
    createGraph,
    true,
  )
  const unused = results.indexOf(null)
  if (unused >= 0 && !allowUnused) {
    for (const result of results) result?.dispose()
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `No output depends on inputs[${unused}], which therefore has no gradient.`,
      { remedy: 'Set allowUnused to have null in its place.' },
    )
  }
  return results
}
