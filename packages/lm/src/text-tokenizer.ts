// Texts as the token ids of an encoder: WordPiece, Unigram or BPE, whatever its tokenizer.json says.

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { QuerlError, readJson } from '@querl/base'
import { type BertNormalizerOptions, bertNormalizer } from './bert-normalizer.js'
import {
  addedTokens,
  longestFirst,
  type TemplatePiece,
  type TextTemplate,
  textTemplate,
} from './text-template.js'
import { readTokenizerFiles } from './tokenizer-files.js'
import type { TokenizerConfig, TokenizerJson } from './tokenizer-json.js'
import { withUnicodeSpace } from './white-space.js'
import { wordPieceJson } from './word-piece-files.js'

/** A text as an encoder reads it, special tokens and all. */
export interface EncodedText {
  readonly ids: readonly number[]
  /** Which of two texts a token is of, as the template says; shape as `ids`. */
  readonly types: readonly number[]
}

/** Makes the ids that the fast tokenizers of `transformers` make. */
export class TextTokenizer {
  /** One more than the largest id. */
  readonly vocabSize: number
  /** The most tokens, where the configuration names a limit. */
  readonly maxTokens: number | undefined
  readonly #encoder: HuggingFaceTokenizer
  readonly #template: TextTemplate

  /** @throws {QuerlError} ERR_QUERL_MODEL for a tokenizer that cannot be read */
  constructor(json: TokenizerJson, config: TokenizerConfig) {
    const complete = { added_tokens: [], normalizer: null, pre_tokenizer: null, ...json }
    this.#encoder = encoderOf(
      withUnicodeSpace({ decoder: null, post_processor: null, ...complete }),
      config,
    )
    this.#template = textTemplate(json)
    const { vocab } = json.model
    const added = (json.added_tokens ?? []).map(({ id }) => id)
    const listed = Array.isArray(vocab) ? [vocab.length - 1] : Object.values(vocab)
    // Not as arguments of Math.max(): LaBSE has half a million.
    this.vocabSize = 1 + [...listed, ...added].reduce((most, id) => Math.max(most, id), -1)
    const limit = config['model_max_length']
    // Where there is no limit, a number like 1e30 is written.
    this.maxTokens = typeof limit === 'number' && limit < 1e6 ? limit : undefined
  }

  /**
   * Loads tokenizer.json, or vocab.txt, with tokenizer_config.json beside it.
   *
   * @throws {QuerlError} ERR_QUERL_IO, ERR_QUERL_DATA, ERR_QUERL_MODEL
   */
  static async load(dir: string): Promise<TextTokenizer> {
    const vocabulary = join(dir, 'vocab.txt')
    const isWhole = ['tokenizer.json', 'tokenizer.json.gz'].some((name) =>
      existsSync(join(dir, name)),
    )
    if (isWhole || !existsSync(vocabulary)) {
      const { json, config } = await readTokenizerFiles(dir)
      return new TextTokenizer(json as TokenizerJson, config)
    }
    const path = join(dir, 'tokenizer_config.json')
    const config = existsSync(path) ? await readJson<TokenizerConfig>(path) : {}
    return new TextTokenizer(wordPieceJson(await readFile(vocabulary, 'utf8'), config), config)
  }

  /** @param most ids, the special ones among them; what is behind them is left out */
  encode(text: string, most: number): EncodedText {
    const { single } = this.#template
    const ids = this.#ids(text)
    return fill(single, [ids.slice(0, Math.max(0, most - addedTokens(single))), []])
  }

  /** Two texts as one, of which the longer is cut first. */
  encodePair(first: string, second: string, most: number): EncodedText {
    const { pair } = this.#template
    const texts = [this.#ids(first), this.#ids(second)] as const
    const room = Math.max(0, most - addedTokens(pair))
    const [one, two] = longestFirst(texts[0].length, texts[1].length, room)
    return fill(pair, [texts[0].slice(0, one), texts[1].slice(0, two)])
  }

  #ids(text: string): readonly number[] {
    return this.#encoder.encode(text, { add_special_tokens: false }).ids
  }
}

function fill(
  template: readonly TemplatePiece[],
  texts: readonly [readonly number[], readonly number[]],
): EncodedText {
  const ids: number[] = []
  const types: number[] = []
  for (const piece of template)
    for (const id of 'ids' in piece ? piece.ids : texts[piece.text]) {
      ids.push(id)
      types.push(piece.type)
    }
  return { ids, types }
}

function encoderOf(json: TokenizerJson, config: TokenizerConfig): HuggingFaceTokenizer {
  try {
    const encoder = new HuggingFaceTokenizer(json, config)
    const normalizer = json.normalizer as ({ type?: string } & BertNormalizerOptions) | null
    if (normalizer?.type === 'BertNormalizer')
      Object.assign(encoder, { normalizer: bertNormalizer(normalizer) })
    return encoder
  } catch (cause) {
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `The tokenizer cannot be read: ${(cause as Error).message}.`,
      { cause },
    )
  }
}
