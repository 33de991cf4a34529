// What sentence-transformers keeps beside a model: how texts become vectors.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { QuerlError, readJson } from '@querl/base'
import { isJson } from './config-reader.js'

/** How the states of a text's tokens become its vector. */
export type Pooling = 'mean' | 'cls' | 'last' | 'max'

/** What a folder says; undefined where it is silent. */
export interface SentenceSettings {
  readonly pooling: Pooling | undefined
  readonly normalize: boolean | undefined
  readonly maxTokens: number | undefined
  readonly queryPrefix: string | undefined
  readonly passagePrefix: string | undefined
}

type Json = Readonly<Record<string, unknown>>

const modes: Readonly<Record<string, Pooling | undefined>> = {
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_cls_token: 'cls',
  pooling_mode_lasttoken: 'last',
  pooling_mode_max_tokens: 'max',
  mean: 'mean',
  cls: 'cls',
  lasttoken: 'last',
  max: 'max',
}

/**
 * Reads modules.json, the pooling's config.json, sentence_bert_config.json and
 * config_sentence_transformers.json, where they are.
 *
 * @throws {QuerlError} ERR_QUERL_MODEL for modules and poolings that do not run here; ERR_QUERL_IO;
 *   ERR_QUERL_DATA
 */
export async function sentenceSettings(dir: string): Promise<SentenceSettings> {
  const [modules, limits, prompts] = await Promise.all([
    read(join(dir, 'modules.json')),
    read(join(dir, 'sentence_bert_config.json')),
    read(join(dir, 'config_sentence_transformers.json')),
  ])
  const maxTokens = limits?.['max_seq_length']
  const named = isJson(prompts?.['prompts']) ? prompts['prompts'] : {}
  return {
    ...(await moduleSettings(dir, modules)),
    maxTokens: typeof maxTokens === 'number' && maxTokens > 0 ? maxTokens : undefined,
    queryPrefix: textOf(named['query']),
    passagePrefix: textOf(named['passage'] ?? named['document']),
  }
}

async function moduleSettings(
  dir: string,
  modules: unknown,
): Promise<Pick<SentenceSettings, 'pooling' | 'normalize'>> {
  if (!Array.isArray(modules)) return { pooling: undefined, normalize: undefined }
  let pooling: Pooling | undefined
  let normalize = false
  for (const { type, path } of modules as readonly { type?: string; path?: string }[]) {
    const kind = type?.split('.').at(-1)
    if (kind === 'Normalize') normalize = true
    else if (kind === 'Pooling') pooling = await readPooling(join(dir, path ?? '', 'config.json'))
    else if (kind !== 'Transformer')
      throw new QuerlError(
        'ERR_QUERL_MODEL',
        `${join(dir, 'modules.json')} asks for the module ${JSON.stringify(type)}; Transformer, ` +
          'Pooling and Normalize run here.',
      )
  }
  return { pooling, normalize }
}

async function readPooling(path: string): Promise<Pooling> {
  const config = (await read(path)) ?? {}
  // Newer files name the mode, older ones have a flag for each.
  const named = config['pooling_mode']
  const on =
    named === undefined
      ? Object.keys(config).filter((key) => key.startsWith('pooling_mode_') && config[key] === true)
      : (Array.isArray(named) ? named : [named]).map(String)
  const pooling = modes[on[0] ?? '']
  if (on.length === 1 && pooling) return pooling
  throw new QuerlError(
    'ERR_QUERL_MODEL',
    `${path} asks for the pooling ${on.join(' with ') || 'none'}; mean, cls, last and max run here.`,
    { remedy: 'Choose one with the option pooling.' },
  )
}

/**
 * Whether the scores of a cross-encoder go through the logistic function, if its config.json says.
 *
 * @param config the JSON of it
 */
export function asksForSigmoid(config: unknown): boolean | undefined {
  if (!isJson(config)) return undefined
  const own = config['sentence_transformers']
  const named = isJson(own) ? own['activation_fn'] : config['sbert_ce_default_activation_function']
  if (typeof named !== 'string') return undefined
  if (named.endsWith('.Sigmoid')) return true
  return named.endsWith('.Identity') ? false : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

async function read(path: string): Promise<Json | undefined> {
  return existsSync(path) ? await readJson<Json>(path) : undefined
}
