// The config.json of an encoder of BERT's family, as `transformers` writes it.

import { QuerlError } from '@querl/base'
import type { NativeEncoderConfig } from '@querl/torch/native'
import { ConfigReader, isJson } from './config-reader.js'

/** Architectures that one encoder with flags computes, named as in Hugging Face's `model_type`. */
export const encoderFamilies = [
  'bert',
  'roberta',
  'xlm-roberta',
  'camembert',
  'distilbert',
] as const
export type EncoderFamily = (typeof encoderFamilies)[number]

/** The shape of an encoder. */
export interface EncoderConfig extends NativeEncoderConfig {
  readonly family: EncoderFamily
}

type Activation = NativeEncoderConfig['activation']

// Far beyond any encoder: what asks for more is damaged, and would take all memory before its tensors
// are seen to be missing.
const mostLayers = 1024
const mostAlongAxis = 2 ** 24

const activations: Readonly<Record<string, Activation>> = {
  gelu: 'gelu',
  gelu_python: 'gelu',
  gelu_new: 'geluTanh',
  gelu_fast: 'geluTanh',
  gelu_pytorch_tanh: 'geluTanh',
  relu: 'relu',
}

/** What DistilBERT calls the same numbers. */
const distilbertKeys = {
  hidden_size: 'dim',
  intermediate_size: 'hidden_dim',
  num_hidden_layers: 'n_layers',
  num_attention_heads: 'n_heads',
  hidden_act: 'activation',
} as const
type SharedKey = keyof typeof distilbertKeys

/**
 * Reads the JSON of a config.json.
 *
 * @param classifier whether the head of a classifier of texts is wanted, and must be there
 * @param path for messages
 * @throws {QuerlError} ERR_QUERL_MODEL that tells all that is wrong: another kind of model, features
 *   that do not run here, values that are missing or do not fit together
 */
export function encoderConfig(json: unknown, classifier: boolean, path: string): EncoderConfig {
  if (!isJson(json)) throw new QuerlError('ERR_QUERL_MODEL', `${path} is not a JSON object.`)
  const reader = new ConfigReader(json, path)
  const family = familyOf(reader, path)
  refuseFeatures(reader)
  const config = read(reader, family, classifier)
  reader.problems.raise('ERR_QUERL_MODEL', `${path} describes no encoder that runs here:`)
  return config
}

function familyOf(reader: ConfigReader, path: string): EncoderFamily {
  const type = reader.get('model_type')
  const found = encoderFamilies.find((family) => family === type)
  if (found) return found
  throw new QuerlError(
    'ERR_QUERL_MODEL',
    `${path} describes ${JSON.stringify(type ?? 'no model')}; encoders of the model_type ` +
      `${encoderFamilies.join(', ')} run here.`,
  )
}

function refuseFeatures(reader: ConfigReader): void {
  for (const key of ['is_decoder', 'add_cross_attention'])
    if (reader.flag(key)) reader.problem(`asks for ${key}, which does not run here`)
  const positions = reader.get('position_embedding_type') ?? 'absolute'
  if (positions !== 'absolute')
    reader.problem(`asks for ${JSON.stringify(positions)} positions, not "absolute" ones`)
  if (reader.get('quantization_config') !== undefined)
    reader.problem('describes quantised weights (quantization_config), which do not run here')
}

function read(reader: ConfigReader, family: EncoderFamily, classifier: boolean): EncoderConfig {
  const key = (name: SharedKey) => (family === 'distilbert' ? distilbertKeys[name] : name)
  const count = (name: string, fallback?: number, most = mostAlongAxis) => {
    const value = reader.count(name, fallback)
    if (value > most) reader.problem(`has ${name} ${value}; at most ${most} run here`)
    return value
  }
  const hiddenSize = count(key('hidden_size'))
  const heads = count(key('num_attention_heads'))
  if (hiddenSize % heads > 0)
    reader.problem(`has ${key('hidden_size')} ${hiddenSize}, no multiple of ${heads} heads`)
  const positions = count('max_position_embeddings')
  const firstPosition = isRoberta(family) ? Number(reader.get('pad_token_id') ?? 1) + 1 : 0
  if (!(Number.isInteger(firstPosition) && firstPosition >= 0 && !(firstPosition >= positions)))
    reader.problem(`gives pad_token_id as ${JSON.stringify(reader.get('pad_token_id'))}`)
  return {
    family,
    vocabSize: count('vocab_size'),
    hiddenSize,
    intermediateSize: count(key('intermediate_size')),
    layers: count(key('num_hidden_layers'), undefined, mostLayers),
    heads,
    positions,
    firstPosition,
    tokenTypes: family === 'distilbert' ? 0 : count('type_vocab_size', 2),
    normEpsilon: family === 'distilbert' ? 1e-12 : reader.number('layer_norm_eps', 1e-12),
    activation: activationOf(reader, key('hidden_act')),
    labels: classifier ? labelsOf(reader, count) : 0,
    headActivation: family === 'distilbert' ? 'relu' : 'tanh',
  }
}

/** Whose positions begin behind that of their padding. */
export function isRoberta(family: EncoderFamily): boolean {
  return family === 'roberta' || family === 'xlm-roberta' || family === 'camembert'
}

function activationOf(reader: ConfigReader, key: string): Activation {
  const name = reader.get(key) ?? 'gelu'
  const activation = activations[String(name)]
  if (activation) return activation
  const names = Object.keys(activations).join(', ')
  reader.problem(`asks for the activation ${JSON.stringify(name)}; ${names} run here`)
  return 'gelu'
}

function labelsOf(reader: ConfigReader, count: (name: string, fallback: number) => number): number {
  const listed = reader.get('architectures')
  const named = Array.isArray(listed) ? String(listed[0]) : 'no architecture'
  if (!named.endsWith('ForSequenceClassification'))
    reader.problem(`describes ${named}, which does not classify sequences`)
  const names = reader.get('id2label')
  return isJson(names) ? Object.keys(names).length : count('num_labels', 2)
}
