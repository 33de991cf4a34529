// A model's config.json, as `transformers` writes and reads it.

import { QuerlError } from '@querl/base'
import type { RopeScaling } from '@querl/torch/native'
import {
  configProblems,
  type ModelConfig,
  type ModelFamily,
  mixesWindows,
  type NamedConfig,
} from './config.js'
import { ConfigReader, isJson } from './config-reader.js'

const architectures: Readonly<Record<ModelFamily, string>> = {
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  llama: 'LlamaForCausalLM',
  mistral: 'MistralForCausalLM',
}

// What transformers takes where a file is silent.
const defaultTheta = 10_000
const defaultWindow = 4096
const qwen3HeadDim = 128

/**
 * Reads the JSON of a config.json.
 *
 * @param path for messages
 * @throws {QuerlError} ERR_QUERL_MODEL that tells all that is wrong: another kind of model, features
 *   that do not run here, values that are missing or do not fit together
 */
export function fromHuggingFace(json: unknown, path: string): NamedConfig {
  if (!isJson(json)) throw new QuerlError('ERR_QUERL_MODEL', `${path} is not a JSON object.`)
  const reader = new ConfigReader(json, path)
  const family = familyOf(reader, path)
  refuseFeatures(reader, family)
  const config = read(reader, family)
  const intro = `${path} describes no model that runs here:`
  reader.problems.raise('ERR_QUERL_MODEL', intro)
  configProblems(config, `${path}: `).raise('ERR_QUERL_MODEL', intro)
  return config
}

function familyOf(reader: ConfigReader, path: string): ModelFamily {
  const type = reader.get('model_type')
  const listed = reader.get('architectures')
  const named = Array.isArray(listed) ? listed[0] : listed
  const found = Object.entries(architectures).find(([family, architecture]) =>
    named === undefined ? type === family : named === architecture,
  )
  const names = Object.values(architectures).join(', ')
  if (found === undefined)
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `${path} describes ${JSON.stringify(named ?? type ?? 'no model')}; ${names} run here.`,
    )
  const family = found[0] as ModelFamily
  if (type !== undefined && type !== family)
    reader.problem(`gives the model_type ${JSON.stringify(type)} to ${found[1]}`)
  return family
}

function refuseFeatures(reader: ConfigReader, family: ModelFamily): void {
  const activation = reader.get('hidden_act') ?? 'silu'
  if (activation !== 'silu')
    reader.problem(`asks for the activation ${JSON.stringify(activation)}, not "silu"`)
  for (const key of ['attention_bias', 'mlp_bias', 'lm_head_bias']) {
    // Qwen2 has the same biases whatever its file says.
    const isHarmless = family === 'qwen2' && key === 'attention_bias'
    if (reader.flag(key) && !isHarmless) reader.problem(`asks for ${key}, which does not run here`)
  }
  if (reader.get('quantization_config') !== undefined)
    reader.problem('describes quantised weights (quantization_config), which do not run here')
  for (const key of ['num_experts', 'num_local_experts'])
    if (reader.get(key) !== undefined) reader.problem(`asks for experts (${key})`)
}

function read(reader: ConfigReader, family: ModelFamily): NamedConfig {
  const heads = reader.count('num_attention_heads')
  const hiddenSize = reader.count('hidden_size')
  const layers = reader.count('num_hidden_layers')
  const maxPositions = reader.count('max_position_embeddings')
  return {
    family,
    vocabSize: reader.count('vocab_size'),
    hiddenSize,
    intermediateSize: reader.count('intermediate_size'),
    layers,
    heads,
    kvHeads: reader.count('num_key_value_heads', heads),
    headDim: headDim(reader, family, hiddenSize, heads),
    maxPositions,
    rmsNormEpsilon: reader.number('rms_norm_eps', 1e-6),
    ...rope(reader, maxPositions),
    qkvBias: family === 'qwen2',
    ...(family === 'qwen3' && { qkNorm: true }),
    ...windows(reader, family, layers),
    tiedEmbeddings: reader.flag('tie_word_embeddings'),
  }
}

function headDim(
  reader: ConfigReader,
  family: ModelFamily,
  hiddenSize: number,
  heads: number,
): number {
  const instead = family === 'qwen3' ? qwen3HeadDim : hiddenSize / heads
  if (reader.get('head_dim') !== undefined || !(instead % 1 > 0))
    return reader.count('head_dim', instead)
  reader.problem(
    `gives no head_dim, and hidden_size ${hiddenSize} is no multiple of ` +
      `num_attention_heads ${heads}`,
  )
  return Number.NaN
}

// transformers 5 nests in rope_parameters what used to be rope_theta and rope_scaling.
function rope(
  reader: ConfigReader,
  maxPositions: number,
): Pick<ModelConfig, 'ropeTheta' | 'ropeScaling'> {
  const isOld = reader.get('rope_scaling') !== undefined
  const part = reader.part(isOld ? 'rope_scaling' : 'rope_parameters')
  const ropeTheta = part.number('rope_theta', reader.number('rope_theta', defaultTheta))
  for (const it of [reader, part]) {
    const share = it.get('partial_rotary_factor') ?? 1
    if (share !== 1) it.problem(`asks for a partial_rotary_factor of ${JSON.stringify(share)}`)
  }
  const ropeScaling = ropeScalingOf(part, maxPositions)
  return { ropeTheta, ...(ropeScaling && { ropeScaling }) }
}

function ropeScalingOf(part: ConfigReader, maxPositions: number): RopeScaling | undefined {
  if (part.keys.some((key) => key.endsWith('_attention')))
    part.problem('asks for different positions in different layers')
  const kind = part.get('rope_type') ?? part.get('type') ?? 'default'
  if (kind === 'default') return undefined
  if (kind === 'linear') return { kind, factor: part.number('factor') }
  if (kind === 'llama3')
    return {
      kind,
      factor: part.number('factor'),
      lowFrequencyFactor: part.number('low_freq_factor'),
      highFrequencyFactor: part.number('high_freq_factor'),
      originalPositions: part.count('original_max_position_embeddings', maxPositions),
    }
  part.problem(`asks for the scaling ${JSON.stringify(kind)}; "linear" and "llama3" run here`)
  return undefined
}

function windows(
  reader: ConfigReader,
  family: ModelFamily,
  layers: number,
): Pick<ModelConfig, 'slidingWindow' | 'fullAttentionLayers'> {
  const isOff = mixesWindows(family) ? !reader.flag('use_sliding_window') : family === 'llama'
  if (isOff || reader.isNull('sliding_window')) return {}
  const slidingWindow = reader.count('sliding_window', defaultWindow)
  if (!mixesWindows(family)) return { slidingWindow }
  const full = fullAttentionLayers(reader, layers)
  return full >= layers ? {} : { slidingWindow, ...(full > 0 && { fullAttentionLayers: full }) }
}

// The first layers see all keys, those above them the window: by their number, or layer by layer.
function fullAttentionLayers(reader: ConfigReader, layers: number): number {
  const types = reader.get('layer_types')
  if (types === undefined) {
    const count = reader.get('max_window_layers')
    return count === 0 ? 0 : reader.count('max_window_layers', 28)
  }
  const first = Array.isArray(types) ? types.indexOf('sliding_attention') : 0
  const full = first < 0 ? layers : first
  const fits =
    Array.isArray(types) &&
    types.length === layers &&
    types.every((type, i) => type === (i < full ? 'full_attention' : 'sliding_attention'))
  if (!fits && !Number.isNaN(layers))
    reader.problem(
      `gives layer_types that are not "full_attention" and then "sliding_attention", ${layers} in all`,
    )
  return full
}

/** What of a folder is not the model's own. */
export interface FileFacts {
  /** How the weights are stored. */
  readonly dtype: string
  readonly eosId?: number | undefined
}

/** The JSON of a config.json that `transformers`, 4 and 5, loads. */
export function toHuggingFace(
  config: NamedConfig,
  { dtype, eosId }: FileFacts,
): Record<string, unknown> {
  const scaling = scalingJson(config.ropeScaling)
  return {
    architectures: [architectures[config.family]],
    model_type: config.family,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.rmsNormEpsilon,
    rope_theta: config.ropeTheta,
    rope_scaling: scaling ?? null,
    rope_parameters: { rope_type: 'default', ...scaling, rope_theta: config.ropeTheta },
    tie_word_embeddings: config.tiedEmbeddings,
    hidden_act: 'silu',
    attention_dropout: 0,
    ...windowJson(config),
    torch_dtype: dtype,
    dtype,
    bos_token_id: null,
    eos_token_id: eosId ?? null,
  }
}

function scalingJson(scaling: RopeScaling | undefined): object | undefined {
  if (scaling === undefined) return undefined
  const { kind, factor } = scaling
  if (kind === 'linear') return { rope_type: kind, factor }
  return {
    rope_type: kind,
    factor,
    low_freq_factor: scaling.lowFrequencyFactor,
    high_freq_factor: scaling.highFrequencyFactor,
    original_max_position_embeddings: scaling.originalPositions,
  }
}

function windowJson({ family, slidingWindow, fullAttentionLayers, layers }: NamedConfig): object {
  if (family === 'llama') return {}
  const window = { sliding_window: slidingWindow ?? null }
  if (!mixesWindows(family)) return window
  const isUsed = slidingWindow !== undefined
  return {
    ...window,
    use_sliding_window: isUsed,
    max_window_layers: isUsed ? (fullAttentionLayers ?? 0) : layers,
  }
}
