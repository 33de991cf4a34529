// Making the native model behind a LanguageModel.

import { availableParallelism } from 'node:os'
import { argumentError, checkPositiveInteger } from '@querl/base'
import { fromNative, type ModelDtype, type ModelHandle, native } from '@querl/torch/native'
import type { NamedConfig } from './config.js'
import { type CheckedLora, checkedLora, initialA, isLoraA, nativeLora } from './lora.js'
import type { ModelOptions, TrainingOptions } from './model-options.js'
import type { Tokenizer } from './tokenizer.js'

/** What a model is made of. */
export interface ModelParts {
  readonly handle: ModelHandle
  readonly config: NamedConfig
  readonly tokenizer: Tokenizer | undefined
  readonly options: CheckedOptions
}

/** Options with all said. */
interface CheckedOptions {
  readonly threads: number
  readonly dtype: ModelDtype
  readonly device: string
  readonly engine: 'auto' | 'fused' | 'libtorch'
  readonly valueHead: boolean
  readonly lora: CheckedLora | undefined
  readonly training: CheckedTraining
}

type CheckedTraining = {
  readonly [Key in keyof TrainingOptions]-?: NonNullable<TrainingOptions[Key]>
}

/**
 * Makes a model whose weights are zero, as is what its adapter adds.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for options that are wrong or do not go together, or a
 *   tokenizer of more ids than the model has; ERR_QUERL_OUT_OF_MEMORY
 */
export function makeParts(
  config: NamedConfig,
  tokenizer: Tokenizer | undefined,
  given: ModelOptions,
): ModelParts {
  const options = checkedOptions(given)
  if (tokenizer && tokenizer.vocabSize > config.vocabSize)
    throw argumentError(
      'tokenizer',
      `one of at most ${config.vocabSize} ids, as config.vocabSize`,
      tokenizer.vocabSize,
    )
  const { valueHead, lora, training, ...others } = options
  try {
    const handle = native().createModel(
      { ...config, valueHead },
      { ...others, ...training, lora: lora && nativeLora(lora) },
    )
    if (lora) initialiseAdapter(handle, lora.seed)
    return { handle, config, tokenizer, options }
  } catch (error) {
    throw fromNative(error)
  }
}

function initialiseAdapter(handle: ModelHandle, seed: number): void {
  for (const [index, { name, shape }] of native().adapterSpecs(handle).entries())
    if (isLoraA(name)) native().setAdapter(handle, index, initialA(name, shape, seed))
}

function checkedOptions(options: ModelOptions): CheckedOptions {
  const { threads = availableParallelism(), dtype = 'float32', device = 'cpu' } = options
  const { engine = 'auto', valueHead = false, lora, training = {} } = options
  checkPositiveInteger('threads', threads)
  oneOf('dtype', ['float32', 'bfloat16', 'float16'], dtype)
  if (device !== 'cpu' && !/^cuda(:\d+)?$/.test(device))
    throw argumentError('device', '"cpu" or "cuda:N"', device)
  oneOf('engine', ['auto', 'fused', 'libtorch'], engine)
  return {
    threads,
    dtype,
    device,
    engine,
    valueHead,
    lora: lora ? checkedLora(lora) : undefined,
    training: checkedTraining(training),
  }
}

function checkedTraining(options: TrainingOptions): CheckedTraining {
  const { microBatchTokens = 4096, checkpointing = false, sharePrompts = false } = options
  const { optimizerBits = 32, strict = false } = options
  checkPositiveInteger('training.microBatchTokens', microBatchTokens)
  oneOf('training.optimizerBits', [8, 32], optimizerBits)
  return { microBatchTokens, checkpointing, sharePrompts, optimizerBits, strict }
}

function oneOf<T extends string | number>(name: string, allowed: readonly T[], value: T): void {
  if (allowed.includes(value)) return
  const shown = allowed.map((each) => JSON.stringify(each))
  throw argumentError(name, `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`, value)
}
