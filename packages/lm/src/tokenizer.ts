import { join } from 'node:path'
import { argumentError, QuerlError, writeJsonAtomic } from '@querl/base'
import {
  type ChatMessage,
  type ChatOptions,
  type ChatTemplate,
  chatTemplateOf,
} from './chat-template.js'
import { Encoder } from './encoder.js'
import { makeFolder } from './folder.js'
import { bytesOfIds } from './incremental-decoder.js'
import { type TokenBytes, type TokenSpelling, tokenBytesOf } from './token-bytes.js'
import { hasTokenizerFiles, readTokenizerFiles } from './tokenizer-files.js'
import {
  specialTokensOf,
  type TokenizerConfig,
  type TokenizerJson,
  wrappingTokensOf,
} from './tokenizer-json.js'

export type { ChatMessage, ChatOptions, ChatTemplate, ChatToolCall } from './chat-template.js'
export type { TokenBytes } from './token-bytes.js'

export interface EncodeOptions {
  /**
   * Whether special tokens that stand in the text, such as `<|im_end|>`, become their ids. Default
   * true. Text of strangers is safe with false: it then cannot end a message or begin another.
   */
  readonly special?: boolean | undefined
  /** Whether to put around it what the tokenizer does: Llama 3's `<|begin_of_text|>`. Default false. */
  readonly addSpecialTokens?: boolean | undefined
}

export interface DecodeOptions {
  /** Whether special tokens are written. Default true. */
  readonly special?: boolean | undefined
}

/**
 * Text to token ids and back, for BPE that loses nothing: of bytes, as in Qwen, Llama 3 and GPT-2, or of
 * pieces with single bytes to fall back to, as in Llama 2 and Mistral 7B. The latter puts a space before
 * a text, which decode() gives back: what a model writes is not a text of its own.
 */
export class Tokenizer {
  /** One more than the largest id. A model may have more, which stand for nothing. */
  readonly vocabSize: number
  /** The token that begins a text, where the configuration names one. */
  readonly bosId: number | undefined
  /** The token that ends a text, where the configuration names one. */
  readonly eosId: number | undefined
  /** Renders a conversation as the model was trained to read it, where there is a template. */
  readonly chatTemplate: ChatTemplate | undefined
  readonly #json: TokenizerJson
  readonly #config: TokenizerConfig
  readonly #encoder: Encoder
  readonly #ids: ReadonlyMap<string, number>
  readonly #special: ReadonlySet<number>
  readonly #wrapping: { readonly before: readonly number[]; readonly after: readonly number[] }
  readonly #bytes: TokenBytes
  // Keeps a character's bytes that end in the middle as U+FFFD, and a leading U+FEFF.
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

  private constructor(json: TokenizerJson, config: TokenizerConfig) {
    this.#json = json
    this.#config = config
    const listed = json.added_tokens ?? []
    const added = new Map(listed.map(({ id, content }) => [id, content]))
    const tokens: (string | undefined)[] = []
    for (const [token, id] of Object.entries(json.model.vocab)) tokens[checkedId(token, id)] = token
    for (const [id, token] of added) tokens[checkedId(token, id)] = token
    this.vocabSize = tokens.length
    this.#encoder = new Encoder(json, config)
    this.#bytes = tokenBytesOf(
      Array.from(tokens, (token) => token),
      (id) => added.has(id),
      spellingOf(json) ?? 'bytes',
    )
    this.#ids = new Map(
      Object.entries(json.model.vocab).concat([...added].map(([id, t]) => [t, id])),
    )
    this.#special = new Set(listed.filter(({ special }) => special).map(({ id }) => id))
    this.#wrapping = wrappingTokensOf(json.post_processor)
    const { bos_token, eos_token } = specialTokensOf(config)
    this.bosId = bos_token === undefined ? undefined : this.#ids.get(bos_token)
    this.eosId = eos_token === undefined ? undefined : this.#ids.get(eos_token)
    this.chatTemplate = chatTemplateOf(config)
  }

  /** Whether a folder has the files of a tokenizer. */
  static isIn(dir: string): boolean {
    return hasTokenizerFiles(dir)
  }

  /**
   * Loads tokenizer.json, or vocab.json and merges.txt, or Llama 3's tokenizer.model, with
   * tokenizer_config.json and chat_template.jinja beside it. Each may be gzipped, with the ending .gz.
   *
   * @param path the folder, or the tokenizer.json itself
   * @throws {QuerlError} ERR_QUERL_IO, ERR_QUERL_DATA, ERR_QUERL_MODEL for another kind of tokenizer
   */
  static async load(path: string): Promise<Tokenizer> {
    const { json, config } = await readTokenizerFiles(path)
    return Tokenizer.fromJson(json, config)
  }

  /**
   * @param json a tokenizer.json; what it says of truncation and padding is ignored
   * @param config a tokenizer_config.json: the names of special tokens and `chat_template` are read
   * @throws {QuerlError} ERR_QUERL_MODEL for another kind of tokenizer, ERR_QUERL_DATA for ids that are
   *   none
   */
  static fromJson(json: object, config: object = {}): Tokenizer {
    const { model } = json as Partial<TokenizerJson>
    // Older files do not name the type of a model that has merges.
    if ((model?.type ?? 'BPE') !== 'BPE' || typeof model?.vocab !== 'object' || !spellingOf(json))
      throw new QuerlError(
        'ERR_QUERL_MODEL',
        `This tokenizer is ${kindOf(model)} and not BPE of bytes, or with bytes to fall back to.`,
        { remedy: 'Those of Qwen, Llama, Mistral and GPT-2 can be read.' },
      )
    const complete = { ...absent, ...json, model: { ...model, type: 'BPE' } } as TokenizerJson
    return new Tokenizer(complete, config as TokenizerConfig)
  }

  /**
   * Token ids of a text. Added tokens that stand in the text are found.
   *
   * @returns shape (T)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  encode(text: string, options: EncodeOptions = {}): Int32Array {
    if (typeof text !== 'string') throw argumentError('text', 'a string', text)
    const { special = true, addSpecialTokens = false } = options
    const ids = this.#encoder.encode(text, special)
    if (!addSpecialTokens) return Int32Array.from(ids)
    return Int32Array.from([...this.#wrapping.before, ...ids, ...this.#wrapping.after])
  }

  /**
   * Token ids of a conversation, in which special tokens come from the template alone: those that
   * stand in a message, a tool or a document are read as text.
   *
   * @returns shape (T)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, also where there is no template; ERR_QUERL_MODEL
   */
  encodeChat(messages: readonly ChatMessage[], options: ChatOptions = {}): Int32Array {
    if (!this.chatTemplate)
      throw new QuerlError('ERR_QUERL_ARGUMENT', 'The tokenizer has no chat template.', {
        remedy: 'Put chat_template.jinja beside it, or encode the text that the model expects.',
      })
    const { tools, documents, variables } = options
    const marked = this.#encoder.mark({ messages, tools, documents, variables })
    const text = this.chatTemplate(marked.messages, { ...options, ...marked })
    return Int32Array.from(this.#encoder.encodeMarked(text))
  }

  /**
   * The text of token ids, added tokens included. Bytes that are no UTF-8 become U+FFFD, and ids that
   * stand for nothing become nothing.
   *
   * @see IncrementalDecoder for ids that come some at a time
   */
  decode(ids: ArrayLike<number>, { special = true }: DecodeOptions = {}): string {
    const kept = special ? ids : Array.from(ids).filter((id) => !this.#special.has(id))
    return this.#utf8.decode(bytesOfIds(this.#bytes, kept))
  }

  /** The id of a token as the vocabulary writes it, or of an added token. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token)
  }

  /** The bytes that each id stands for. */
  tokenBytes(): TokenBytes {
    return this.#bytes
  }

  /** A tokenizer.json of it. */
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

/** Far above every vocabulary: a damaged file must not ask for memory by its largest id. */
const idLimit = 2 ** 24

function checkedId(token: string, id: unknown): number {
  if (Number.isInteger(id) && (id as number) >= 0 && (id as number) < idLimit) return id as number
  throw new QuerlError(
    'ERR_QUERL_DATA',
    `The vocabulary is damaged: the token ${JSON.stringify(token)} has the id ${String(id)}.`,
  )
}

/** Undefined where a vocabulary can lose text, or is written in another way. */
function spellingOf({ model, decoder }: Partial<TokenizerJson>): TokenSpelling | undefined {
  if (hasStep(decoder, 'ByteLevel')) return 'bytes'
  return model?.['byte_fallback'] && hasStep(decoder, 'ByteFallback') ? 'pieces' : undefined
}

function hasStep(decoder: unknown, name: string): boolean {
  const { type, decoders } = (decoder ?? {}) as { type?: string; decoders?: unknown[] }
  return type === name || !!decoders?.some((each) => hasStep(each, name))
}

function kindOf(model: TokenizerJson['model'] | undefined): string {
  return model?.type === 'BPE' ? 'BPE of characters' : (model?.type ?? 'of no known type')
}
