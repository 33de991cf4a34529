import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { QuerlError } from '@querl/base'
import { markedSections, markSpecial } from './special-marks.js'
import type { AddedToken, TokenizerConfig, TokenizerJson } from './tokenizer-json.js'
import { withUnicodeSpace } from './white-space.js'

// Rollouts encode the same passages again and again: 40 to 65 µs for a passage of 28 to 43 tokens,
// 1 to 3 µs from the cache.
const longestCached = 1024 // characters
const mostCached = 16_384 // texts

/**
 * Encodes text by Hugging Face's encoder, which is exact, and remembers what stands between added
 * tokens.
 */
export class Encoder {
  readonly #json: TokenizerJson
  readonly #config: TokenizerConfig
  readonly #added: readonly AddedToken[]
  readonly #special: RegExp
  readonly #specialIds: ReadonlyMap<string, number>
  readonly #all: Sections
  /** Finds the added tokens that are not special. Made when it is first asked for. */
  #ordinary: Sections | undefined

  constructor(json: TokenizerJson, config: TokenizerConfig) {
    this.#json = withUnicodeSpace(json)
    this.#config = config
    this.#added = json.added_tokens ?? []
    const special = this.#added.filter((token) => token.special)
    this.#special = anyOf(special.map(({ content }) => content))
    this.#specialIds = new Map(special.map(({ content, id }) => [content, id]))
    this.#all = new Sections(this.#json, config, this.#added)
  }

  /** @param special whether special tokens that stand in the text are found */
  encode(text: string, special: boolean): number[] {
    return (special ? this.#all : this.#withoutSpecial()).encode(text)
  }

  /** Marks the special tokens in the strings of a value for encodeMarked(). */
  mark<T>(value: T): T {
    return markSpecial(value, this.#special)
  }

  /** Encodes a text that was made of marked strings: special tokens with a mark are text. */
  encodeMarked(text: string): number[] {
    const ids: number[] = []
    for (const { text: section, token } of markedSections(text, this.#special)) {
      push(ids, this.#withoutSpecial().encode(section))
      if (token !== undefined) ids.push(this.#specialIds.get(token)!)
    }
    return ids
  }

  #withoutSpecial(): Sections {
    this.#ordinary ??= new Sections(
      this.#json,
      this.#config,
      this.#added.filter(({ special }) => !special),
      this.#all,
    )
    return this.#ordinary
  }
}

/** Text split at some added tokens; what stands between them is encoded. */
class Sections {
  readonly #encoder: HuggingFaceTokenizer
  /** Finds the added tokens; undefined where they have rules of their own and the encoder must. */
  readonly #find: RegExp | undefined
  readonly #ids: ReadonlyMap<string, number>
  readonly #cache: Map<string, readonly number[]>

  /** @param like shares its encoder and its cache where neither knows of added tokens */
  constructor(
    json: TokenizerJson,
    config: TokenizerConfig,
    added: readonly AddedToken[],
    like?: Sections,
  ) {
    this.#ids = new Map(added.map(({ content, id }) => [content, id]))
    // SentencePiece puts its space before some sections and not before others.
    const isPlain =
      !JSON.stringify([json.normalizer, json.pre_tokenizer]).includes('▁') &&
      added.every(
        ({ lstrip, rstrip, single_word, normalized }) =>
          !lstrip && !rstrip && !single_word && !(normalized && json.normalizer),
      )
    this.#find = isPlain ? anyOf(added.map(({ content }) => content)) : undefined
    const isShared = isPlain && like !== undefined && like.#find !== undefined
    this.#cache = isShared ? like.#cache : new Map()
    this.#encoder = isShared
      ? like.#encoder
      : huggingFace({ ...json, added_tokens: isPlain ? [] : added }, config)
  }

  encode(text: string): number[] {
    const ids: number[] = []
    if (!this.#find) return push(ids, this.#section(text))
    let start = 0
    for (const { 0: token, index } of text.matchAll(this.#find)) {
      push(ids, this.#section(text.slice(start, index)))
      ids.push(this.#ids.get(token)!)
      start = index + token.length
    }
    return push(ids, this.#section(text.slice(start)))
  }

  #section(text: string): readonly number[] {
    if (text === '') return []
    const known = this.#cache.get(text)
    if (known) return known
    const { ids } = this.#encoder.encode(text, { add_special_tokens: false })
    if (text.length > longestCached) return ids
    if (this.#cache.size >= mostCached) this.#cache.clear()
    this.#cache.set(text, ids)
    return ids
  }
}

function huggingFace(json: TokenizerJson, config: TokenizerConfig): HuggingFaceTokenizer {
  try {
    return new HuggingFaceTokenizer(json, config)
  } catch (cause) {
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `The tokenizer cannot be read: ${(cause as Error).message}.`,
      { cause },
    )
  }
}

function push(to: number[], from: readonly number[]): number[] {
  for (const id of from) to.push(id)
  return to
}

// The longest of those that begin at the leftmost place, as Hugging Face's matcher.
function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = [...texts].filter((text) => text !== '').sort((a, b) => b.length - a.length)
  const escaped = longestFirst.map((text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'))
  return escaped.length === 0 ? /(?!)/g : new RegExp(escaped.join('|'), 'g')
}
