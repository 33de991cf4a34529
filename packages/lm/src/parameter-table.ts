import { argumentError, nearest, QuerlError } from '@querl/base'
import {
  fromNative,
  type ModelDtype,
  type ModelHandle,
  type NativeModelConfig,
  native,
} from '@querl/torch/native'
import type { Wanted } from './checkpoint.js'

interface Parameter {
  readonly index: number
  readonly shape: readonly number[]
  readonly count: number
}

/** The parameters of a model by name: reading, writing, and what of them lies in files. */
export class ParameterTable {
  /** Numbers in all parameters. */
  readonly count: number
  readonly #byName: ReadonlyMap<string, Parameter>

  constructor(config: NativeModelConfig) {
    this.#byName = new Map(
      native()
        .parameterSpecs(config)
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
  set(model: ModelHandle, name: string, data: Float32Array): void {
    const { index, shape, count } = this.of(name)
    if (!(data instanceof Float32Array) || data.length !== count)
      throw argumentError(
        `the weights of ${name}`,
        `a Float32Array of ${count} numbers, shape [${shape.join(', ')}]`,
        data,
      )
    try {
      native().setParameter(model, index, data)
    } catch (error) {
      throw fromNative(error)
    }
  }

  /**
   * All parameters as they lie in a model's files.
   *
   * @param dtype how the model keeps them
   */
  weights(dtype: ModelDtype): Wanted[] {
    return [...this.#byName].map(([name, { index, shape }]) => ({
      name,
      shape,
      index,
      dtype: storedNames[dtype],
    }))
  }
}

// As safetensors names them.
const storedNames = { float32: 'F32', bfloat16: 'BF16', float16: 'F16' } as const

/** Value heads start at zero, and a model without one may leave a stored one out. */
export function isValueHead(name: string): boolean {
  return name.startsWith('value_head.')
}
