import { byteCharacters, byteLevel, wordPattern } from './byte-level.js'
import type { TokenizerJson } from './tokenizer-json.js'

/**
 * Encodes and decodes with a tokenizer that `tokenizerJson` wrote.
 *
 * It knows that one shape of tokenizer and nothing else, and remembers each word's ids: making a
 * warm start's sequences encodes the same few thousand words a million times.
 */
export class BpeEncoder {
  readonly vocabSize: number
  /** The id of `<|eos|>`, if there is one. */
  readonly eosId: number | undefined
  readonly #ids: ReadonlyMap<string, number>
  readonly #tokens: readonly string[]
  readonly #ranks: ReadonlyMap<string, number>
  readonly #added: RegExp
  readonly #addedIds: ReadonlyMap<string, number>
  readonly #words = new Map<string, readonly number[]>()

  constructor(json: TokenizerJson) {
    const { vocab, merges } = json.model
    this.#ids = new Map(Object.entries(vocab))
    this.#tokens = [...this.#ids].sort(([, a], [, b]) => a - b).map(([token]) => token)
    this.#ranks = new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]))
    this.#addedIds = new Map(json.added_tokens.map(({ content, id }) => [content, id]))
    this.#added = alternation([...this.#addedIds.keys()])
    this.vocabSize = this.#tokens.length
    this.eosId = this.#ids.get('<|eos|>')
  }

  /** The ids of a text; added tokens in it are recognised. Shape (T). */
  encode(text: string): Int32Array {
    const ids: number[] = []
    let start = 0
    for (const { 0: token, index } of text.matchAll(this.#added)) {
      if (index > start) this.#encodePlain(text.slice(start, index), ids)
      ids.push(this.#addedIds.get(token)!)
      start = index + token.length
    }
    if (start < text.length) this.#encodePlain(text.slice(start), ids)
    return Int32Array.from(ids)
  }

  /** The text of the ids, added tokens included. */
  decode(ids: Int32Array): string {
    const bytes: number[] = []
    for (const id of ids) {
      const token = this.#tokens[id] ?? ''
      if (this.#addedIds.has(token)) bytes.push(...utf8.encode(token))
      else for (const character of token) bytes.push(byteOf.get(character)!)
    }
    return fromUtf8.decode(Uint8Array.from(bytes))
  }

  /** The id of a token, in the notation of `tokenizer.json`. */
  idOf(token: string): number | undefined {
    return this.#ids.get(token)
  }

  #encodePlain(text: string, ids: number[]): void {
    for (const [word] of text.matchAll(wordPattern)) {
      let known = this.#words.get(word)
      if (!known) {
        known = this.#merged(word)
        if (this.#words.size < mostWords) this.#words.set(word, known)
      }
      for (const id of known) ids.push(id)
    }
  }

  #merged(word: string): number[] {
    const symbols = byteLevel(word)
    for (;;) {
      let best = -1
      let lowest = Number.POSITIVE_INFINITY
      for (let at = 1; at < symbols.length; at++) {
        const rank = this.#ranks.get(`${symbols[at - 1]} ${symbols[at]}`)
        if (rank !== undefined && rank < lowest) {
          lowest = rank
          best = at
        }
      }
      if (best < 0) return symbols.map((symbol) => this.#ids.get(symbol)!)
      symbols.splice(best - 1, 2, symbols[best - 1]! + symbols[best]!)
    }
  }
}

const mostWords = 100_000 // bounds the memory; the world has about 4200 different words
const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder()
const byteOf = new Map(byteCharacters.map((character, byte) => [character, byte]))

/** Finds any of the tokens, the longer one where two start at the same place. */
function alternation(tokens: readonly string[]): RegExp {
  const escaped = tokens.map((token) => token.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(escaped.sort((a, b) => b.length - a.length).join('|') || '(?!)', 'gu')
}
