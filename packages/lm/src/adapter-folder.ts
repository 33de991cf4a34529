// An adapter's folder in PEFT's layout.

import { existsSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { argumentError, QuerlError, readJson, writeJsonAtomic } from '@querl/base'
import { loadTensors, saveTensors, Tensor } from '@querl/torch'
import { type ModelHandle, native, readHeader } from '@querl/torch/native'
import { type AdapterConfig, parseAdapterConfig, targetsOf, toPeft } from './adapter-config.js'
import { makeFolder } from './folder.js'
import type { CheckedLora, LoraOptions } from './lora.js'
import { checkTensors } from './matching.js'
import type { LoadOptions } from './model-options.js'

const configFile = 'adapter_config.json'
const tensorFile = 'adapter_model.safetensors'
// PEFT has no place for it that `peft` would read with a causal model.
const headFile = 'value_head.safetensors'
const headPrefix = 'base_model.model.value_head.'

/** What of a LanguageModel an adapter's files are about. */
interface AdaptedModel {
  readonly handle: ModelHandle
  readonly lora: CheckedLora | undefined
  readonly trainedNames: readonly string[]
  parameter(name: string): Float32Array
  parameterShape(name: string): readonly number[]
}

/** A folder that was checked: everything but the numbers themselves. */
export interface OpenedAdapter {
  readonly lora: LoraOptions
  readonly config: AdapterConfig
  readonly valueHead: boolean
  /**
   * Reads the numbers into a model that has such an adapter.
   *
   * @throws {QuerlError} ERR_QUERL_MODEL if its adapter is another one; ERR_QUERL_ARGUMENT if it has
   *   none; ERR_QUERL_IO; ERR_QUERL_CHECKPOINT_CORRUPT
   * @throws the signal's reason
   */
  readInto(model: AdaptedModel, signal?: AbortSignal): Promise<void>
}

/**
 * Opens a folder, and refuses what does not run here.
 *
 * @throws {QuerlError} ERR_QUERL_MODEL, ERR_QUERL_IO, ERR_QUERL_CHECKPOINT_CORRUPT
 */
export async function openAdapter(dir: string): Promise<OpenedAdapter> {
  const config = parseAdapterConfig(await readJson(join(dir, configFile)), join(dir, configFile))
  const path = join(dir, tensorFile)
  if (!existsSync(path) && existsSync(join(dir, 'adapter_model.bin')))
    throw new QuerlError('ERR_QUERL_MODEL', `${dir} has adapter_model.bin, which is not read.`, {
      remedy: 'Save it with safe_serialization=True.',
    })
  const { tensors } = await readHeader(path)
  const targets = targetsOf(tensors.keys(), path)
  const { rank, alpha, rankStabilised } = config
  const lora = { rank, alpha, rankStabilised, targets }
  const valueHead = existsSync(join(dir, headFile))
  return {
    lora,
    config,
    valueHead,
    async readInto(model, signal) {
      checkSame(model.lora, lora, dir)
      const found = new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, path }]))
      const names = model.trainedNames.filter((name) => !name.startsWith(headPrefix))
      const wanted = names.map((name) => ({ name, shape: model.parameterShape(name) }))
      checkTensors(found, wanted, () => false, dir)
      signal?.throwIfAborted()
      await readTensors(model, path, '')
      if (valueHead && model.trainedNames.some((name) => name.startsWith(headPrefix)))
        await readTensors(model, join(dir, headFile), 'base_model.model.')
      native().weightsChanged(model.handle)
    },
  }
}

function checkSame(have: CheckedLora | undefined, lora: LoraOptions, dir: string): void {
  if (!have)
    throw new QuerlError('ERR_QUERL_ARGUMENT', 'The model has no adapter.', {
      remedy: `Load it with { adapter: ${JSON.stringify(dir)} }.`,
    })
  const facts = ({ rank, alpha, rankStabilised, targets }: LoraOptions) =>
    `rank ${rank}, alpha ${alpha}${rankStabilised ? ', rank-stabilised' : ''}, ` +
    `targets ${String(targets).replaceAll(',', ', ')}`
  if (facts(have) === facts(lora)) return
  throw new QuerlError(
    'ERR_QUERL_MODEL',
    `The adapter of ${dir} has ${facts(lora)}, and the model's ${facts(have)}.`,
    { remedy: `Load the model with { adapter: ${JSON.stringify(dir)} }.` },
  )
}

async function readTensors(model: AdaptedModel, path: string, prefix: string): Promise<void> {
  const { tensors } = await loadTensors(path)
  for (const [index, { name, shape }] of native().adapterSpecs(model.handle).entries()) {
    const stored = name.startsWith(prefix) ? tensors[name.slice(prefix.length)] : undefined
    if (!stored) continue
    if (stored.shape.join() !== shape.join())
      throw new QuerlError(
        'ERR_QUERL_MODEL',
        `${path} gives ${name} the shape [${stored.shape.join(', ')}], and the model has ` +
          `[${shape.join(', ')}].`,
      )
    using numbers = stored.to('float32')
    const data = numbers.data() as Float32Array
    if (!data.every(Number.isFinite))
      throw new QuerlError('ERR_QUERL_MODEL', `${path} has numbers in ${name} that are not finite.`)
    native().setAdapter(model.handle, index, data)
  }
}

/**
 * The adapter that load() is to put on a model, and the folder of that model; undefined if there is
 * none in sight.
 *
 * @throws {QuerlError} as openAdapter(); ERR_QUERL_MODEL if the model beneath is not there
 */
export async function adapterIn(
  dir: string,
  { adapter, lora }: LoadOptions,
): Promise<(OpenedAdapter & { readonly base: string }) | undefined> {
  if (adapter !== undefined) {
    if (lora) throw argumentError('lora', 'absent, since adapter says what it is', lora)
    return { ...(await openAdapter(adapter)), base: dir }
  }
  if (!existsSync(join(dir, configFile)) || existsSync(join(dir, 'config.json'))) return undefined
  const opened = await openAdapter(dir)
  const { base } = opened.config
  const folder =
    base && [base, resolve(dir, base)].find((it) => existsSync(join(it, 'config.json')))
  if (folder) return { ...opened, base: folder }
  throw new QuerlError(
    'ERR_QUERL_MODEL',
    `${dir} is an adapter of ${base ?? 'a model that it does not name'}, which is not here.`,
    { remedy: 'Load the model’s own folder, with { adapter } for this one.' },
  )
}

/**
 * Writes a folder, the config last.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT without an adapter, ERR_QUERL_IO
 */
export async function saveAdapter(
  dir: string,
  model: AdaptedModel,
  base: string | undefined,
): Promise<void> {
  if (!model.lora)
    throw new QuerlError('ERR_QUERL_ARGUMENT', 'The model has no adapter to save.', {
      remedy: 'Give it { lora } when it is made, or save() all of it.',
    })
  await makeFolder(dir)
  const heads = model.trainedNames.filter((name) => name.startsWith(headPrefix))
  const matrices = model.trainedNames.filter((name) => !heads.includes(name))
  await writeTensors(join(dir, tensorFile), model, matrices, '')
  if (heads.length > 0) await writeTensors(join(dir, headFile), model, heads, 'base_model.model.')
  const named = base !== undefined && !isAbsolute(base) && existsSync(base) ? resolve(base) : base
  await writeJsonAtomic(join(dir, configFile), toPeft(model.lora, named))
}

async function writeTensors(
  path: string,
  model: AdaptedModel,
  names: readonly string[],
  prefix: string,
): Promise<void> {
  const tensors = names.map((name): [string, Tensor] => {
    const numbers = model.parameter(name)
    return [name.slice(prefix.length), Tensor.fromTypedArray(numbers, model.parameterShape(name))]
  })
  try {
    await saveTensors(path, Object.fromEntries(tensors), { metadata: { format: 'pt' } })
  } finally {
    for (const [, each] of tensors) each.dispose()
  }
}
