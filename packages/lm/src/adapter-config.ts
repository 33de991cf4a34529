// adapter_config.json of PEFT: what of it runs here.

import { nearest, QuerlError } from '@querl/base'
import { type LoraTarget, loraTargets } from '@querl/torch/native'
import { isJson } from './config-reader.js'
import type { CheckedLora } from './lora.js'
import { Problems } from './problems.js'

/** What a folder's adapter_config.json says, as far as it matters here. */
export interface AdapterConfig {
  readonly rank: number
  readonly alpha: number
  readonly rankStabilised: boolean
  /** The folder or the hub's name of the model beneath, where it is said. */
  readonly base: string | undefined
}

// What changes what an adapter computes, in ways that do not run here; harmless where it is falsy or
// empty.
const refused: Readonly<Record<string, string>> = {
  use_dora: 'DoRA',
  use_qalora: 'QA-LoRA',
  use_bdlora: 'block-diagonal LoRA',
  alora_invocation_tokens: 'activated LoRA',
  lora_bias: 'biases of B',
  rank_pattern: 'ranks that differ',
  alpha_pattern: 'scales that differ',
  modules_to_save: 'modules that were trained as a whole',
  trainable_token_indices: 'trained tokens',
  target_parameters: 'adapters of bare parameters',
  layer_replication: 'layers that occur several times',
  fan_in_fan_out: 'matrices that lie transposed',
}

// Initialisations after which the weights beneath are not those of the model that is named.
const residual = /^(pissa|olora|corda|loftq)/

/**
 * Reads the JSON of an adapter_config.json.
 *
 * @param path for messages
 * @throws {QuerlError} ERR_QUERL_MODEL that tells all that does not run here
 */
export function parseAdapterConfig(json: unknown, path: string): AdapterConfig {
  if (!isJson(json)) throw new QuerlError('ERR_QUERL_MODEL', `${path} is not a JSON object.`)
  const problems = new Problems(`${path} `)
  const { peft_type: type, r: rank, lora_alpha: alpha, bias = 'none' } = json
  if (type !== 'LORA') problems.add(`describes ${JSON.stringify(type)}; LORA runs here.`)
  if (!(Number.isSafeInteger(rank) && Number(rank) > 0))
    problems.add(`gives r as ${JSON.stringify(rank)}, not a positive integer.`)
  if (!(typeof alpha === 'number' && alpha > 0))
    problems.add(`gives lora_alpha as ${JSON.stringify(alpha)}, not a positive number.`)
  if (bias !== 'none') problems.add(`trains biases (bias: ${JSON.stringify(bias)}).`)
  for (const [key, what] of Object.entries(refused))
    if (isSet(json[key])) problems.add(`asks for ${what} (${key}); that does not run here.`)
  const init = json['init_lora_weights']
  if (typeof init === 'string' && residual.test(init))
    problems.add(`was initialised by ${init}, which changes the model beneath.`)
  problems.raise('ERR_QUERL_MODEL', `${path} describes no adapter that runs here:`)
  const base = json['base_model_name_or_path']
  return {
    rank: rank as number,
    alpha: alpha as number,
    rankStabilised: json['use_rslora'] === true,
    base: typeof base === 'string' && base !== '' ? base : undefined,
  }
}

function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0
  return Boolean(value)
}

const tensorName =
  /^base_model\.model\.model\.layers\.\d+\.(?:self_attn|mlp)\.(\w+)\.lora_[AB]\.weight$/

/**
 * The targets of an adapter, by its tensors: a config may name them by a pattern.
 *
 * @param path of the file, for messages
 * @throws {QuerlError} ERR_QUERL_MODEL if a tensor is no A or B of a module that can have one
 */
export function targetsOf(names: Iterable<string>, path: string): LoraTarget[] {
  const found = new Set<string>()
  for (const name of names) {
    const target = tensorName.exec(name)?.[1]
    if (target === undefined || !(loraTargets as readonly string[]).includes(target))
      throw new QuerlError(
        'ERR_QUERL_MODEL',
        `${path} has the tensor ${name}; adapters of ${loraTargets.join(', ')} run here.`,
        { remedy: hint(target) },
      )
    found.add(target)
  }
  if (found.size === 0) throw new QuerlError('ERR_QUERL_MODEL', `${path} has no tensors.`)
  return loraTargets.filter((target) => found.has(target))
}

function hint(target: string | undefined): string | undefined {
  const close = target && nearest(target, loraTargets)
  return close ? `Did you mean ${close}?` : undefined
}

/** The JSON that `peft` reads. */
export function toPeft(lora: CheckedLora, base: string | undefined): Record<string, unknown> {
  return {
    alpha_pattern: {},
    base_model_name_or_path: base ?? null,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    modules_to_save: null,
    peft_type: 'LORA',
    r: lora.rank,
    rank_pattern: {},
    target_modules: lora.targets,
    task_type: 'CAUSAL_LM',
    use_dora: false,
    use_rslora: lora.rankStabilised,
  }
}
