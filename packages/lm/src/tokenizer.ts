import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Template } from '@huggingface/jinja'
import { argumentError, QuerlError, writeJsonAtomic } from '@querl/base'
import { Encoder } from './encoder.js'
import { makeFolder } from './folder.js'
import { type TokenBytes, tokenBytesOf } from './token-bytes.js'
import type { TokenizerConfig, TokenizerJson } from './tokenizer-json.js'
import { tokenizerJsonOf } from './vocabulary-files.js'

export type { TokenBytes } from './token-bytes.js'

export interface ChatMessage {
  readonly role: string
  readonly content: string
}

export interface ChatOptions {
  /** Whether the text ends where the assistant is to begin. Default true. */
  readonly addGenerationPrompt?: boolean | undefined
}

/** Text to token ids and back, for byte-level BPE, which loses nothing. */
export class Tokenizer {
  /** One more than the largest id. A model may have more, which stand for nothing. */
  readonly vocabSize: number
  /** The token that ends a text, where the configuration names one. */
  readonly eosId: number | undefined
  /** Renders a conversation as the model was trained to read it, where there is a template. */
  readonly chatTemplate:
    | ((messages: readonly ChatMessage[], options?: ChatOptions) => string)
    | undefined
  readonly #json: TokenizerJson
  readonly #config: TokenizerConfig
  readonly #encoder: Encoder
  readonly #ids: ReadonlyMap<string, number>
  readonly #bytes: TokenBytes
  // Keeps a character's bytes that end in the middle as U+FFFD, and a leading U+FEFF.
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

  private constructor(json: TokenizerJson, config: TokenizerConfig) {
    this.#json = json
    this.#config = config
    this.#encoder = new Encoder(json, config)
    const added = new Map((json.added_tokens ?? []).map(({ id, content }) => [id, content]))
    const tokens: (string | undefined)[] = []
    for (const [token, id] of Object.entries(json.model.vocab)) tokens[id] = token
    for (const [id, token] of added) tokens[id] = token
    this.vocabSize = tokens.length
    this.#bytes = tokenBytesOf(
      Array.from(tokens, (token) => token),
      (id) => added.has(id),
    )
    this.#ids = new Map(
      Object.entries(json.model.vocab).concat([...added].map(([id, t]) => [t, id])),
    )
    const eos = typeof config.eos_token === 'string' ? config.eos_token : config.eos_token?.content
    this.eosId = eos === undefined ? undefined : this.#ids.get(eos)
    this.chatTemplate = chatTemplateOf(config)
  }

  /** Whether a folder has the files of a tokenizer. */
  static isIn(dir: string): boolean {
    return tokenizerFiles.some((file) => present(join(dir, file)) !== undefined)
  }

  /**
   * Loads tokenizer.json, or vocab.json and merges.txt, with tokenizer_config.json and
   * chat_template.jinja beside it. Each may be gzipped, with the ending .gz.
   *
   * @param path the folder, or the tokenizer.json itself
   * @throws {QuerlError} ERR_QUERL_IO, ERR_QUERL_DATA, ERR_QUERL_MODEL for a kind of tokenizer that is
   *   not byte-level BPE
   */
  static async load(path: string): Promise<Tokenizer> {
    const isFolder = existsSync(path) && statSync(path).isDirectory()
    const dir = isFolder ? path : dirname(path)
    const configPath = present(join(dir, 'tokenizer_config.json'))
    let config = (configPath ? await readJsonFile(configPath) : {}) as TokenizerConfig
    const template = present(join(dir, 'chat_template.jinja'))
    if (template) config = { ...config, chat_template: await readText(template) }

    const file = isFolder ? present(join(dir, 'tokenizer.json')) : path
    if (file) return Tokenizer.fromJson((await readJsonFile(file)) as object, config)
    const vocab = present(join(dir, 'vocab.json'))
    const merges = present(join(dir, 'merges.txt'))
    if (!vocab || !merges)
      throw new QuerlError(
        'ERR_QUERL_IO',
        `${dir} has neither tokenizer.json nor vocab.json with merges.txt.`,
      )
    const json = tokenizerJsonOf(
      (await readJsonFile(vocab)) as Record<string, number>,
      await readText(merges),
      config,
      configPath ?? dir,
    )
    return Tokenizer.fromJson(json, config)
  }

  /**
   * @param json a tokenizer.json; what it says of truncation and padding is ignored
   * @param config a tokenizer_config.json: `eos_token` and `chat_template` are read
   * @throws {QuerlError} ERR_QUERL_MODEL for a kind of tokenizer that is not byte-level BPE
   */
  static fromJson(json: object, config: object = {}): Tokenizer {
    const { model, decoder } = json as Partial<TokenizerJson>
    // Older files do not name the type of a model that has merges.
    if (
      (model?.type ?? 'BPE') !== 'BPE' ||
      typeof model?.vocab !== 'object' ||
      !isByteLevel(decoder)
    )
      throw new QuerlError(
        'ERR_QUERL_MODEL',
        `This tokenizer is ${model?.type ?? 'of no known type'} and not byte-level BPE.`,
        { remedy: 'Qwen and GPT-2 have tokenizers that can be read.' },
      )
    const complete = { ...absent, ...json, model } as TokenizerJson
    return new Tokenizer(complete, config as TokenizerConfig)
  }

  /**
   * Token ids of a text. No special tokens are added; added tokens that stand in the text are found.
   *
   * @returns shape (T)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  encode(text: string): Int32Array {
    if (typeof text !== 'string') throw argumentError('text', 'a string', text)
    return this.#encoder.encode(text)
  }

  /**
   * The text of token ids, added tokens included. Bytes that are no UTF-8 become U+FFFD, and ids that
   * stand for nothing become nothing.
   */
  decode(ids: ArrayLike<number>): string {
    const { bytes, offsets } = this.#bytes
    let length = 0
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!
      if (id < this.vocabSize) length += offsets[id + 1]! - offsets[id]!
    }
    const all = new Uint8Array(length)
    let end = 0
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!
      if (id >= this.vocabSize) continue
      const stop = offsets[id + 1]!
      for (let at = offsets[id]!; at < stop; at++) all[end++] = bytes[at]!
    }
    return this.#utf8.decode(all)
  }

  /** The id of a token as the vocabulary writes it, or of an added token. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token)
  }

  /** The bytes that each id stands for. */
  tokenBytes(): TokenBytes {
    return this.#bytes
  }

  /** tokenizer.json as it was given. */
  toJson(): object {
    return this.#json
  }

  /**
   * Writes tokenizer.json and tokenizer_config.json. The folder is made where it is missing.
   *
   * @throws {QuerlError} ERR_QUERL_IO
   */
  async save(dir: string): Promise<void> {
    await makeFolder(dir)
    await writeJsonAtomic(join(dir, 'tokenizer.json'), this.#json)
    // transformers picks the class by this name; the generic one takes all from tokenizer.json.
    const config = { tokenizer_class: 'PreTrainedTokenizerFast', ...this.#config }
    await writeJsonAtomic(join(dir, 'tokenizer_config.json'), config)
  }
}

// Parts that a tokenizer.json may leave out and the encoder asks for.
const absent = { added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null }

const tokenizerFiles = ['tokenizer.json', 'vocab.json']

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

function isByteLevel(decoder: unknown): boolean {
  const { type, decoders } = (decoder ?? {}) as { type?: string; decoders?: unknown[] }
  return type === 'ByteLevel' || (type === 'Sequence' && !!decoders?.some(isByteLevel))
}

function chatTemplateOf(config: TokenizerConfig): Tokenizer['chatTemplate'] {
  if (config.chat_template === undefined) return undefined
  const template = new Template(config.chat_template)
  const { bos_token, eos_token } = config
  return (messages, { addGenerationPrompt = true } = {}) =>
    template.render({
      messages,
      add_generation_prompt: addGenerationPrompt,
      bos_token: textOf(bos_token),
      eos_token: textOf(eos_token),
    })
}

function textOf(token: unknown): string {
  return typeof token === 'string' ? token : ((token as { content?: string } | null)?.content ?? '')
}
