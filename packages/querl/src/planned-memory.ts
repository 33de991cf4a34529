// What a recipe's RL will take, before anything is loaded.

import { join } from 'node:path'
import { QuerlError } from '@querl/base'
import { type MemoryPlan, type ModelConfig, planMemory, readConfig, Tokenizer } from '@querl/lm'
import { modelOptions, sizesOf } from './models.js'
import type { Recipe } from './recipe.js'
import { openTask } from './tasks.js'

/** A model that is held during RL, and what it takes. */
export interface PlannedModel {
  readonly role: 'policy' | 'reference' | 'critic'
  readonly plan: MemoryPlan
}

/** As SamplerOptions.maxTokens is by default. */
const samplerTokens = 262_144

/**
 * The models that RL of this recipe holds at the same time, with the sampler's keys and values at
 * their most: every trajectory of a step in flight at its full length.
 *
 * @param configPath a config.json to plan for, where the recipe's model is not at hand
 * @throws {QuerlError} ERR_QUERL_MODEL, ERR_QUERL_IO, ERR_QUERL_ARGUMENT
 */
export async function plannedModels(recipe: Recipe, configPath?: string): Promise<PlannedModel[]> {
  const config = await configOf(recipe, configPath)
  const { train, rollout } = recipe
  const { device: _, ...options } = modelOptions(recipe)
  const inFlight = train.questions * train.groupSize * rollout.maxTokens
  const kvTokens = Math.min(inFlight, samplerTokens)
  const held = (role: PlannedModel['role'], recipe: Parameters<typeof planMemory>[0]) => ({
    role,
    plan: planMemory(recipe),
  })
  const models = [held('policy', { config, ...options, lora: train.lora, kvTokens })]
  if (train.kl > 0 && !train.lora)
    models.push(held('reference', { config, ...options, trains: false }))
  if (train.algorithm === 'ppo')
    models.push(held('critic', { config, ...options, lora: train.lora, valueHead: true }))
  return models
}

async function configOf(recipe: Recipe, path: string | undefined): Promise<ModelConfig> {
  const { dir, tokenizer } = recipe.model
  if (path !== undefined) return readConfig(path)
  if (dir !== undefined) return readConfig(join(dir, 'config.json'))
  const made = { rmsNormEpsilon: 1e-6, ropeTheta: 10_000, qkvBias: true, tiedEmbeddings: true }
  if (tokenizer !== undefined)
    return { ...made, ...sizesOf(recipe), vocabSize: (await Tokenizer.load(tokenizer)).vocabSize }
  if (recipe.task.kind === 'files')
    throw new QuerlError('ERR_QUERL_MODEL', 'The recipe names no model and no tokenizer.', {
      remedy: 'Set model.dir or model.tokenizer, or give a config.json: --config path.',
    })
  // A generated world has its own vocabulary, and its models are small enough to be made.
  using model = await (await openTask(recipe)).createModel({ threads: 1 })
  return model.config
}
