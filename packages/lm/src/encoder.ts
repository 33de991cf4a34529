import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { QuerlError } from '@querl/base'
import type { TokenizerConfig, TokenizerJson } from './tokenizer-json.js'

// Rollouts encode the same passages again and again: 40 to 65 µs for a passage of 28 to 43 tokens,
// 1 to 3 µs from the cache.
const longestCached = 1024 // characters
const mostCached = 16_384 // texts

/**
 * Encodes text by Hugging Face's encoder, which is exact, and remembers what stands between added
 * tokens.
 */
export class Encoder {
  readonly #encoder: HuggingFaceTokenizer
  /** Finds added tokens; undefined where they have rules of their own and the encoder must. */
  readonly #added: RegExp | undefined
  readonly #addedIds: ReadonlyMap<string, number>
  readonly #cache = new Map<string, readonly number[]>()

  constructor(json: TokenizerJson, config: TokenizerConfig) {
    try {
      this.#encoder = new HuggingFaceTokenizer(json, config)
    } catch (cause) {
      throw new QuerlError(
        'ERR_QUERL_MODEL',
        `The tokenizer cannot be read: ${(cause as Error).message}.`,
        { cause },
      )
    }
    const added = json.added_tokens ?? []
    this.#addedIds = new Map(added.map(({ content, id }) => [content, id]))
    const plain = added.every(
      ({ lstrip, rstrip, single_word, normalized }) =>
        !lstrip && !rstrip && !single_word && !(normalized && json.normalizer),
    )
    this.#added = plain ? anyOf(added.map(({ content }) => content)) : undefined
  }

  encode(text: string): Int32Array {
    if (!this.#added) return Int32Array.from(this.#section(text))
    const ids: number[] = []
    let start = 0
    for (const { 0: token, index } of text.matchAll(this.#added)) {
      push(ids, this.#section(text.slice(start, index)))
      ids.push(this.#addedIds.get(token)!)
      start = index + token.length
    }
    push(ids, this.#section(text.slice(start)))
    return Int32Array.from(ids)
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

function push(to: number[], from: readonly number[]): void {
  for (const id of from) to.push(id)
}

// The longest of those that begin at the leftmost place, as Hugging Face's matcher.
function anyOf(texts: readonly string[]): RegExp {
  const longestFirst = [...texts].filter((text) => text !== '').sort((a, b) => b.length - a.length)
  const escaped = longestFirst.map((text) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&'))
  return escaped.length === 0 ? /(?!)/g : new RegExp(escaped.join('|'), 'g')
}
