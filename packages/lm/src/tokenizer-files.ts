// A tokenizer's files in a model's folder. Each may be gzipped, with the ending .gz.

import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { QuerlError } from '@querl/base'
import { tokenizerJsonOfRanks } from './tiktoken-ranks.js'
import type { TokenizerConfig } from './tokenizer-json.js'
import { tokenizerJsonOf } from './vocabulary-files.js'

/** A tokenizer as its files say it. */
export interface TokenizerFiles {
  readonly json: object
  readonly config: TokenizerConfig
}

/** Whether a folder has the files of a tokenizer. */
export function hasTokenizerFiles(dir: string): boolean {
  return ['tokenizer.json', 'vocab.json', 'tokenizer.model'].some(
    (file) => present(join(dir, file)) !== undefined,
  )
}

/**
 * @param path a folder, or the tokenizer.json itself
 * @throws {QuerlError} ERR_QUERL_IO, ERR_QUERL_DATA, ERR_QUERL_MODEL
 */
export async function readTokenizerFiles(path: string): Promise<TokenizerFiles> {
  const isFolder = existsSync(path) && statSync(path).isDirectory()
  const dir = isFolder ? path : dirname(path)
  const configPath = present(join(dir, 'tokenizer_config.json'))
  let config = (configPath ? await readJsonFile(configPath) : {}) as TokenizerConfig
  const template = present(join(dir, 'chat_template.jinja'))
  if (template) config = { ...config, chat_template: await readText(template) }

  const file = isFolder ? present(join(dir, 'tokenizer.json')) : path
  if (file) return { json: (await readJsonFile(file)) as object, config }
  const vocab = present(join(dir, 'vocab.json'))
  const merges = present(join(dir, 'merges.txt'))
  if (vocab && merges) {
    const tokens = (await readJsonFile(vocab)) as Record<string, number>
    return {
      json: tokenizerJsonOf(tokens, await readText(merges), config, configPath ?? dir),
      config,
    }
  }
  const ranks = present(join(dir, 'tokenizer.model'))
  if (ranks) {
    const named = { bos_token: '<|begin_of_text|>', eos_token: '<|end_of_text|>', ...config }
    return { json: tokenizerJsonOfRanks(await readText(ranks), named, ranks), config: named }
  }
  throw new QuerlError(
    'ERR_QUERL_IO',
    `${dir} has neither tokenizer.json, nor vocab.json with merges.txt, nor tokenizer.model.`,
  )
}

function present(path: string): string | undefined {
  return [path, `${path}.gz`].find((candidate) => existsSync(candidate))
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    return (path.endsWith('.gz') ? await promisify(gunzip)(bytes) : bytes).toString('utf8')
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_IO', `Cannot read ${path}: ${(cause as Error).message}.`, {
      cause,
    })
  }
}

async function readJsonFile(path: string): Promise<unknown> {
  const text = await readText(path)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_DATA', `${path} is not JSON: ${(cause as Error).message}.`, {
      cause,
    })
  }
}
