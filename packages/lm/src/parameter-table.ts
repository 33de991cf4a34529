import { argumentError, nearest, QuerlError } from '@querl/base'
import { buffers, fromNative, type ModelHandle, native } from '@querl/torch/native'
import type { Checkpoint, Wanted } from './checkpoint.js'

interface Parameter {
  readonly index: number
  readonly shape: readonly number[]
  readonly count: number
}

/** The parameters of a model by name: reading, writing, and what of them lies in files. */
export class ParameterTable {
  /** Numbers in all parameters. */
  readonly count: number
  readonly #model: ModelHandle
  readonly #byName: ReadonlyMap<string, Parameter>

  constructor(model: ModelHandle) {
    this.#model = model
    this.#byName = new Map(
      native()
        .parameterSpecs(model)
        .map(({ name, shape }, index) => {
          const count = shape.reduce((product, size) => product * size, 1)
          return [name, { index, shape, count }]
        }),
    )
    this.count = [...this.#byName.values()].reduce((sum, { count }) => sum + count, 0)
  }

  get names(): string[] {
    return [...this.#byName.keys()]
  }

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name */
  of(name: string): Parameter {
    const parameter = this.#byName.get(name)
    if (parameter) return parameter
    const close = nearest(name, this.names)
    throw new QuerlError('ERR_QUERL_ARGUMENT', `There is no parameter ${JSON.stringify(name)}.`, {
      remedy: close && `Did you mean ${JSON.stringify(close)}?`,
    })
  }

  /**
   * Writes weights; weightsChanged() must follow.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name or a wrong length, ERR_QUERL_CLOSED
   */
  set(name: string, data: Float32Array): void {
    const { index, shape, count } = this.of(name)
    if (!(data instanceof Float32Array) || data.length !== count)
      throw argumentError(
        `the weights of ${name}`,
        `a Float32Array of ${count} numbers, shape [${shape.join(', ')}]`,
        data,
      )
    try {
      native().setParameter(this.#model, index, data)
    } catch (error) {
      throw fromNative(error)
    }
  }

  /** All parameters as they lie in a model's files. */
  weights(): Wanted[] {
    return this.#wanted(buffers.weights, '')
  }

  /** AdamW's moments of all parameters as they lie in an optimiser's file. */
  moments(): Wanted[] {
    return [
      ...this.#wanted(buffers.firstMoment, 'first_moment.'),
      ...this.#wanted(buffers.secondMoment, 'second_moment.'),
    ]
  }

  /**
   * What of a checkpoint is to be read: all parameters, but for a value head that it has none of.
   *
   * @param tied whether the output layer is the embedding
   * @param from for messages
   * @throws {QuerlError} ERR_QUERL_MODEL if the checkpoint has a tensor that has no place here
   */
  wantedOf(checkpoint: Checkpoint, tied: boolean, from: string): Wanted[] {
    for (const name of checkpoint.keys())
      if (!this.#byName.has(name) && !isValueHead(name) && !isRedundant(name, tied))
        throw new QuerlError(
          'ERR_QUERL_MODEL',
          `${from} has the tensor ${name}, which its config.json has no place for.`,
        )
    const hasValueHead = checkpoint.has('value_head.weight')
    return this.weights().filter(({ name }) => hasValueHead || !isValueHead(name))
  }

  #wanted(buffer: Wanted['buffer'], prefix: string): Wanted[] {
    return [...this.#byName].map(([name, { index, shape }]) => ({
      name: prefix + name,
      shape,
      buffer,
      index,
    }))
  }
}

/** Value heads start at zero, and a model without one may leave a stored one out. */
export function isValueHead(name: string): boolean {
  return name.startsWith('value_head.')
}

// What older exporters add and nobody needs: rotary frequencies, and an output layer that is the
// embedding once more.
function isRedundant(name: string, tied: boolean): boolean {
  return name.endsWith('.rotary_emb.inv_freq') || (tied && name === 'lm_head.weight')
}
