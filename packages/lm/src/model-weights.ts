import { argumentError, nearest, QuerlError } from '@querl/base'
import {
  fromNative,
  type ModelDtype,
  type ModelHandle,
  type ModelMemory,
  type NativeBinding,
  native,
} from '@querl/torch/native'
import type { ModelConfig } from './config.js'
import type { CheckedLora } from './lora.js'
import type { ModelParts } from './model-parts.js'
import { ParameterTable } from './parameter-table.js'
import type { Tokenizer } from './tokenizer.js'

/** The numbers of a model: what LanguageModel is made on. */
export abstract class ModelWeights {
  readonly config: ModelConfig
  /** How the weights are kept. */
  readonly dtype: ModelDtype
  /** Whether it has a scalar output per position. */
  readonly valueHead: boolean
  /** Its adapter, which trains instead of the weights. */
  readonly lora: CheckedLora | undefined
  /** Numbers in all parameters. */
  readonly parameterCount: number
  /** @internal */
  protected readonly parts: ModelParts
  /** @internal */
  protected readonly parameters: ParameterTable
  readonly #adapter: ReadonlyMap<string, AdapterMatrix>

  /** @internal */
  protected constructor(parts: ModelParts) {
    this.parts = parts
    this.config = parts.config
    this.dtype = parts.options.dtype
    this.valueHead = parts.options.valueHead
    this.lora = parts.options.lora
    this.parameters = new ParameterTable({ ...parts.config, valueHead: this.valueHead })
    this.parameterCount = this.parameters.count
    this.#adapter = adapterOf(parts.handle)
  }

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if it was made without one */
  get tokenizer(): Tokenizer {
    if (this.parts.tokenizer) return this.parts.tokenizer
    throw new QuerlError('ERR_QUERL_ARGUMENT', 'This model has no tokenizer.', {
      remedy:
        'Put tokenizer.json into its folder, or pass { tokenizer } to LanguageModel.create().',
    })
  }

  get hasTokenizer(): boolean {
    return this.parts.tokenizer !== undefined
  }

  /** Which engine trains it, where `auto` was asked for as well. */
  get engine(): 'fused' | 'libtorch' {
    return this.call((library) => library.chosenEngine(this.handle))
  }

  /** Counts the changes of the weights: the policy version of the turns sampled from them. */
  get version(): number {
    return this.call((library) => library.modelVersion(this.handle))
  }

  /** In Hugging Face's names, in the order of the weights in memory. */
  get parameterNames(): string[] {
    return this.parameters.names
  }

  /** What of it trains: the adapter's tensors, in PEFT's names, or all parameters. */
  get trainedNames(): string[] {
    return this.lora ? [...this.#adapter.keys()] : this.parameterNames
  }

  /**
   * A copy of a parameter's weights, or of a tensor of the adapter, row-major.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name
   */
  parameter(name: string): Float32Array {
    const matrix = this.#adapter.get(name)
    if (matrix) return this.call((library) => library.getAdapter(this.handle, matrix.index))
    const { index } = this.parameters.of(name)
    return this.call((library) => library.getParameter(this.handle, index))
  }

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name */
  parameterShape(name: string): readonly number[] {
    return (this.#adapter.get(name) ?? this.parameters.of(name)).shape
  }

  /**
   * Replaces a parameter's weights, or a tensor of the adapter.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an unknown name, a wrong length, or while a call of
   *   this model is pending
   */
  setParameter(name: string, data: Float32Array): void {
    const matrix = this.#adapter.get(name)
    if (matrix) this.#setAdapter(name, matrix, data)
    else this.parameters.set(this.handle, name, data)
    this.call((library) => library.weightsChanged(this.handle))
  }

  #setAdapter(name: string, { index, shape, count }: AdapterMatrix, data: Float32Array): void {
    if (!(data instanceof Float32Array) || data.length !== count)
      throw argumentError(
        `the numbers of ${name}`,
        `a Float32Array of ${count} numbers, shape [${shape.join(', ')}]`,
        data,
      )
    this.call((library) => library.setAdapter(this.handle, index, data))
  }

  /**
   * A copy of the gradient of what trains, row-major, for tests.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for a name that is not among trainedNames, or while a
   *   call is pending
   */
  gradients(name: string): Float32Array {
    const { index } = this.lora ? this.#adapterMatrix(name) : this.parameters.of(name)
    return this.call((library) => library.getGradient(this.handle, index))
  }

  #adapterMatrix(name: string): AdapterMatrix {
    const matrix = this.#adapter.get(name)
    if (matrix) return matrix
    const close = nearest(name, this.trainedNames)
    throw new QuerlError('ERR_QUERL_ARGUMENT', `${JSON.stringify(name)} does not train.`, {
      remedy: close && `Did you mean ${JSON.stringify(close)}?`,
    })
  }

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT while a call is pending */
  zeroGradients(): void {
    this.call((library) => library.zeroGradients(this.handle))
  }

  /** Bytes that it holds now, by part; those of a pass under way are not among them. */
  memory(): ModelMemory {
    return this.call((library) => library.modelMemory(this.handle))
  }

  /** For Sampler. Internal. */
  get handle(): ModelHandle {
    return this.parts.handle
  }

  /** Frees its memory. Pending calls reject with ERR_QUERL_CLOSED, and later ones do, too. */
  dispose(): void {
    native().disposeModel(this.handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** @internal */
  protected call<T>(call: (library: NativeBinding) => T): T {
    try {
      return call(native())
    } catch (error) {
      throw fromNative(error)
    }
  }
}

interface AdapterMatrix {
  readonly index: number
  readonly shape: readonly number[]
  readonly count: number
}

function adapterOf(handle: ModelHandle): ReadonlyMap<string, AdapterMatrix> {
  const specs = native().adapterSpecs(handle)
  return new Map(
    specs.map(({ name, shape }, index) => {
      const count = shape.reduce((product, size) => product * size, 1)
      return [name, { index, shape, count }]
    }),
  )
}
