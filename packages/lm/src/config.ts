import { checkPositive, checkPositiveInteger, QuerlError } from '@querl/base'
import type { ModelConfig } from '@querl/torch/native'

export type { ModelConfig }

const architecture = 'Qwen2ForCausalLM'

/** config.json as Hugging Face writes it: what we read of it. */
interface HuggingFaceConfig {
  readonly [key: string]: unknown
}

/**
 * Checks a config.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function checkConfig(config: ModelConfig): ModelConfig {
  for (const key of [
    'vocabSize',
    'hiddenSize',
    'intermediateSize',
    'layers',
    'heads',
    'kvHeads',
    'headDim',
    'maxPositions',
  ] as const)
    checkPositiveInteger(`config.${key}`, config[key])
  checkPositive('config.rmsNormEpsilon', config.rmsNormEpsilon)
  checkPositive('config.ropeTheta', config.ropeTheta)
  if (config.headDim % 2 !== 0)
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `Expected config.headDim to be even, but got ${config.headDim}.`,
    )
  if (config.heads % config.kvHeads !== 0)
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `Expected config.kvHeads to divide config.heads (${config.heads}), but got ${config.kvHeads}.`,
    )
  return config
}

/**
 * Reads the JSON of a config.json.
 *
 * @param path for messages
 * @throws {QuerlError} ERR_QUERL_MODEL for another kind of model, or a feature that is not supported
 */
export function fromHuggingFace(json: HuggingFaceConfig, path: string): ModelConfig {
  refuseOthers(json, path)
  const field = (key: string): number => {
    const value = json[key]
    if (typeof value === 'number') return value
    throw modelError(path, `lacks ${key}, a number`)
  }
  const heads = field('num_attention_heads')
  const hiddenSize = field('hidden_size')
  const config: ModelConfig = {
    vocabSize: field('vocab_size'),
    hiddenSize,
    intermediateSize: field('intermediate_size'),
    layers: field('num_hidden_layers'),
    heads,
    kvHeads: (json['num_key_value_heads'] as number | undefined) ?? heads,
    headDim: (json['head_dim'] as number | undefined) ?? hiddenSize / heads,
    maxPositions: field('max_position_embeddings'),
    rmsNormEpsilon: (json['rms_norm_eps'] as number | undefined) ?? 1e-6,
    ropeTheta: ropeTheta(json),
    qkvBias: true, // always, in this architecture
    tiedEmbeddings: json['tie_word_embeddings'] === true,
  }
  try {
    return checkConfig(config)
  } catch (cause) {
    throw modelError(path, `is inconsistent: ${(cause as Error).message.replace(/\.$/, '')}`, cause)
  }
}

/** The JSON of a config.json that `transformers` loads. */
export function toHuggingFace(config: ModelConfig, eosId?: number): HuggingFaceConfig {
  return {
    architectures: [architecture],
    model_type: 'qwen2',
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
    rope_parameters: { rope_type: 'default', rope_theta: config.ropeTheta },
    tie_word_embeddings: config.tiedEmbeddings,
    hidden_act: 'silu',
    use_sliding_window: false,
    attention_dropout: 0,
    dtype: 'float32',
    ...(eosId === undefined ? {} : { eos_token_id: eosId }),
  }
}

function refuseOthers(json: HuggingFaceConfig, path: string): void {
  const [named] = (json['architectures'] as string[] | undefined) ?? []
  const type = json['model_type']
  if (named !== undefined ? named !== architecture : type !== 'qwen2')
    throw modelError(
      path,
      `describes ${JSON.stringify(named ?? type ?? 'no model')}, and ${architecture} is what runs here`,
    )
  if (json['use_sliding_window'] === true) throw modelError(path, 'asks for a sliding window')
  const activation = json['hidden_act'] ?? 'silu'
  if (activation !== 'silu')
    throw modelError(path, `asks for the activation ${JSON.stringify(activation)}, not "silu"`)
  const scaling = ropeScaling(json)
  if (scaling !== 'default') throw modelError(path, `asks for the RoPE scaling "${scaling}"`)
}

// transformers 5 nests what used to be rope_theta and rope_scaling.
function ropeParameters(json: HuggingFaceConfig): HuggingFaceConfig {
  return ((json['rope_parameters'] ?? json['rope_scaling']) as HuggingFaceConfig | null) ?? {}
}

function ropeTheta(json: HuggingFaceConfig): number {
  return (json['rope_theta'] ?? ropeParameters(json)['rope_theta'] ?? 10_000) as number
}

function ropeScaling(json: HuggingFaceConfig): string {
  const parameters = ropeParameters(json)
  return String(parameters['rope_type'] ?? parameters['type'] ?? 'default')
}

function modelError(path: string, problem: string, cause?: unknown): QuerlError {
  return new QuerlError('ERR_QUERL_MODEL', `${path} ${problem}.`, { cause })
}
