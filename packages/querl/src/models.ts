// The models of a run, as its recipe wants them.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LanguageModel, type ModelOptions } from '@querl/lm'
import type { SavableModel } from '@querl/train'
import type { Recipe } from './recipe.js'

/** The sizes of a model that is made from nothing. */
export function sizesOf({ model }: Recipe) {
  const { hiddenSize, intermediateSize, layers, heads, kvHeads, headDim, maxPositions } = model
  return { hiddenSize, intermediateSize, layers, heads, kvHeads, headDim, maxPositions }
}

/** How every model of a run is kept and trained. */
export function modelOptions({ model, train, threads }: Recipe): ModelOptions {
  const { dtype, device, engine } = model
  const { microBatchTokens, checkpointing, sharePrompts, optimizerBits } = train
  const training = { microBatchTokens, checkpointing, sharePrompts, optimizerBits }
  return { threads, dtype, device, engine, training }
}

/**
 * Loads what savable() saved.
 *
 * @param dir  a whole model, or an adapter
 * @param base the model beneath the adapter
 */
export function loadPolicy(
  dir: string,
  base: string,
  options: ModelOptions,
): Promise<LanguageModel> {
  if (!existsSync(join(dir, 'adapter_config.json'))) return LanguageModel.load(dir, options)
  return LanguageModel.load(base, { ...options, lora: undefined, adapter: dir })
}

/** A model as a checkpoint keeps it: of one with an adapter the adapter alone, since nothing else changes. */
export function savable(model: LanguageModel, base: string): SavableModel {
  return {
    save: (dir) => (model.lora ? model.saveAdapter(dir, { base }) : model.save(dir)),
    saveOptimizer: (path) => model.saveOptimizer(path),
  }
}
