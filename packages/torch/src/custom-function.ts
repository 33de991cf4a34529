import { argumentError } from '@querl/base'
import { synchronous } from './grad-mode.js'
import { native } from './loaded.js'
import { fromNative } from './native-call.js'
import { nativeId, setNativeId } from './native-object.js'
import { blankTensor, Tensor } from './tensor.js'

/** What forward() is given before its inputs. */
export interface ForwardContext {
  /**
   * Keeps tensors for backward(): inputs, outputs, or others. They are freed with the graph, or after
   * the first backward() that does not retain it; disposing of them here does not matter.
   */
  save(...tensors: Tensor[]): void
}

/** What backward() is given before its gradients. */
export interface BackwardContext {
  /** What was saved, in its order. Valid until backward() returns. */
  readonly saved: readonly Tensor[]
  /** For each input whether its gradient is wanted; null may stand for one that is not. */
  readonly needsGradient: readonly boolean[]
}

export interface CustomFunctionOptions<Inputs extends readonly Tensor[], Output> {
  /** For errors. Default: `custom function`. */
  readonly name?: string
  /** Computes the outputs, unrecorded. Synchronous; must not change its inputs in place. */
  forward(context: ForwardContext, ...inputs: Inputs): Output
  /**
   * The gradients of the inputs, one for each: a tensor of its shape, or null for none. It is recorded
   * where `createGraph` asks for it, so that what is made of operators can be differentiated again.
   *
   * @param gradients one for each output, of its shape, zero where nothing came. Valid until
   *   backward() returns
   */
  backward(
    context: BackwardContext,
    ...gradients: Tensor[]
  ): Tensor | null | readonly (Tensor | null)[]
}

/**
 * An operator of your own: two callbacks, one of which knows the other's derivative.
 *
 * ```ts
 * const square = customFunction({
 *   forward(context, x: Tensor) {
 *     context.save(x)
 *     return torch.ops.mul(x, x)
 *   },
 *   backward({ saved: [x] }, gradient) {
 *     return torch.ops.mul(gradient, torch.ops.mul(x, 2))
 *   },
 * })
 * ```
 *
 * Autograd calls backward() on the thread of JavaScript, from within Tensor.backward() or grad(). In a
 * run() neither is possible, and ERR_QUERL_ARGUMENT says so.
 *
 * @returns a function of the inputs. It throws what forward() throws, and backward() of a tensor
 *   behind it throws what the callback throws
 */
export function customFunction<
  Inputs extends readonly Tensor[],
  Output extends Tensor | readonly Tensor[],
>({
  name = 'custom function',
  forward,
  backward,
}: CustomFunctionOptions<Inputs, Output>): (...inputs: Inputs) => Output {
  return (...inputs) => {
    for (const [i, input] of inputs.entries()) checkTensor(`input ${i} of ${name}`, input)
    let made: Output | undefined
    const ids = guarded(() =>
      native().applyCustomFunction(
        inputs.map(nativeId),
        () => {
          const saved: Tensor[] = []
          const context = { save: (...tensors: Tensor[]) => void saved.push(...tensors) }
          made = synchronous('forward', forward(context, ...inputs))
          for (const [i, tensor] of saved.entries())
            checkTensor(`saved tensor ${i} of ${name}`, tensor)
          return { outputs: listOf(made, name).map(nativeId), saved: saved.map(nativeId) }
        },
        (gradients, saved, needsGradient) => {
          const context = { saved: saved.map(lentTensor), needsGradient }
          const result = synchronous('backward', backward(context, ...gradients.map(lentTensor)))
          const results = Array.isArray(result) ? result : [result]
          return results.map((gradient, i) => {
            if (gradient === null) return null
            checkTensor(`gradient ${i} of ${name}`, gradient)
            return nativeId(gradient)
          })
        },
      ),
    )
    const outputs = listOf(made!, name).map((output, i) => {
      const id = ids[i]
      return typeof id === 'number' ? ownedTensor(id) : output
    })
    return (made instanceof Tensor ? outputs[0]! : outputs) as unknown as Output
  }
}

function listOf(outputs: Tensor | readonly Tensor[], name: string): readonly Tensor[] {
  const list = outputs instanceof Tensor ? [outputs] : outputs
  if (!Array.isArray(list))
    throw argumentError(`the output of ${name}`, 'a tensor or an array of them', outputs)
  for (const [i, output] of list.entries()) checkTensor(`output ${i} of ${name}`, output)
  return list
}

function checkTensor(name: string, value: unknown): void {
  if (!(value instanceof Tensor)) throw argumentError(name, 'a tensor', value)
}

/** Native code frees it when the call returns. */
function lentTensor(id: number): Tensor {
  const tensor = blankTensor()
  setNativeId(tensor, id)
  return tensor
}

function ownedTensor(id: number): Tensor {
  const tensor = lentTensor(id)
  native().attachObject(id, tensor)
  return tensor
}

function guarded<T>(call: () => T): T {
  try {
    return call()
  } catch (error) {
    throw fromNative(error)
  }
}
