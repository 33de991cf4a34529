import { checkPositive, checkPositiveInteger } from '@querl/base'
import {
  type ModelConfig,
  type ModelDtype,
  type ModelFamily,
  modelFamilies,
  type RopeScaling,
} from '@querl/torch/native'
import { Problems } from './problems.js'

export type { ModelConfig, ModelDtype, ModelFamily, RopeScaling }

/** A config whose family is said. */
export type NamedConfig = ModelConfig & { readonly family: ModelFamily }

const counts = [
  'vocabSize',
  'hiddenSize',
  'intermediateSize',
  'layers',
  'heads',
  'kvHeads',
  'headDim',
  'maxPositions',
] as const

// Native code counts positions in 32 bits and multiplies sizes in 64.
const mostOfAny = 2 ** 31 - 1
const most: Partial<Record<(typeof counts)[number], number>> = {
  layers: 4096,
  // No tensor tells how many there are, and tables of angles are made for all of them.
  maxPositions: 2 ** 24,
}
const mostParameters = 2 ** 44

/**
 * Checks a config, and names its family.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT that tells all that is wrong
 */
export function checkConfig(config: ModelConfig): NamedConfig {
  configProblems(config).raise('ERR_QUERL_ARGUMENT', 'This config cannot be used:')
  return { ...config, family: config.family ?? familyOf(config) }
}

/**
 * What is wrong with a config.
 *
 * @param where stands before every problem
 */
export function configProblems(config: ModelConfig, where = ''): Problems {
  const problems = new Problems(where)
  checkSizes(config, problems)
  problems.try(() => checkPositive('config.rmsNormEpsilon', config.rmsNormEpsilon))
  problems.try(() => checkPositive('config.ropeTheta', config.ropeTheta))
  checkRopeScaling(config, problems)
  checkWindow(config, problems)
  checkFamily(config, problems)
  return problems
}

function checkSizes(config: ModelConfig, problems: Problems): void {
  const before = problems.count
  for (const key of counts)
    problems.try(() => {
      checkPositiveInteger(`config.${key}`, config[key])
      const limit = most[key] ?? mostOfAny
      problems.expect(
        config[key] <= limit,
        `Expected config.${key} to be at most ${limit}, but got ${config[key]}.`,
      )
    })
  if (problems.count > before) return
  const { headDim, heads, kvHeads } = config
  problems.expect(headDim % 2 === 0, `Expected config.headDim to be even, but got ${headDim}.`)
  problems.expect(
    heads % kvHeads === 0,
    `Expected config.kvHeads to divide config.heads (${heads}), but got ${kvHeads}.`,
  )
  const parameters = roughParameterCount(config)
  problems.expect(
    parameters <= mostParameters,
    `Expected at most ${mostParameters} parameters, but the config makes about ${parameters}.`,
  )
}

function roughParameterCount(config: ModelConfig): number {
  const { vocabSize, hiddenSize, intermediateSize, layers, heads, kvHeads, headDim } = config
  const layer = 2 * headDim * (heads + kvHeads) + 3 * intermediateSize
  return hiddenSize * (2 * vocabSize + layers * layer)
}

function checkRopeScaling({ ropeScaling: scaling }: ModelConfig, problems: Problems): void {
  if (scaling === undefined) return
  const name = 'config.ropeScaling'
  problems.try(() => checkPositive(`${name}.factor`, scaling.factor))
  if (scaling.kind === 'linear') return
  if (scaling.kind !== 'llama3') {
    const { kind } = scaling as { readonly kind: unknown }
    problems.add(
      `Expected ${name}.kind to be "linear" or "llama3", but got ${JSON.stringify(kind)}.`,
    )
    return
  }
  const { lowFrequencyFactor: low, highFrequencyFactor: high, originalPositions } = scaling
  problems.try(() => checkPositive(`${name}.lowFrequencyFactor`, low))
  problems.expect(
    high > low,
    `Expected ${name}.highFrequencyFactor to be above the low one (${low}), but got ${high}.`,
  )
  problems.try(() => checkPositiveInteger(`${name}.originalPositions`, originalPositions))
}

function checkWindow(config: ModelConfig, problems: Problems): void {
  const { slidingWindow, fullAttentionLayers: full = 0, layers } = config
  if (slidingWindow !== undefined)
    problems.try(() => checkPositiveInteger('config.slidingWindow', slidingWindow))
  problems.expect(
    Number.isInteger(full) && full >= 0 && !(full > layers),
    `Expected config.fullAttentionLayers to be a number of the ${layers} layers, but got ${full}.`,
  )
}

// Only what one of the architectures has: another model could not be written for transformers.
function checkFamily(config: ModelConfig, problems: Problems): void {
  const { family = familyOf(config), qkvBias, qkNorm = false, slidingWindow } = config
  if (!modelFamilies.includes(family)) {
    const known = modelFamilies.join(', ')
    problems.add(`Expected config.family to be one of ${known}, but got ${JSON.stringify(family)}.`)
    return
  }
  const ask = (fits: boolean, what: string) =>
    problems.expect(fits, `Expected config.${what} in the family ${family}.`)
  ask(qkvBias === (family === 'qwen2'), `qkvBias to be ${family === 'qwen2'}`)
  ask(qkNorm === (family === 'qwen3'), `qkNorm to be ${family === 'qwen3'}`)
  ask(family !== 'llama' || slidingWindow === undefined, 'slidingWindow to be left out')
  ask(mixesWindows(family) || !config.fullAttentionLayers, 'fullAttentionLayers to be 0')
}

/** Whether some layers may have a window and others not. */
export function mixesWindows(family: ModelFamily): boolean {
  return family === 'qwen2' || family === 'qwen3'
}

function familyOf({ qkvBias, qkNorm, slidingWindow }: ModelConfig): ModelFamily {
  if (qkvBias) return 'qwen2'
  if (qkNorm) return 'qwen3'
  return slidingWindow === undefined ? 'llama' : 'mistral'
}
