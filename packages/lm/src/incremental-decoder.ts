import type { TokenBytes } from './token-bytes.js'
import type { Tokenizer } from './tokenizer.js'

/**
 * Decodes ids as they are sampled, some at a time: only whole characters come out. All texts together
 * are what Tokenizer.decode() makes of all ids.
 *
 *     const decoder = new IncrementalDecoder(model.tokenizer)
 *     await session.generate({ …, onTokens: (ids) => process.stdout.write(decoder.push(ids)) })
 *     process.stdout.write(decoder.flush())
 */
export class IncrementalDecoder {
  readonly #tokens: TokenBytes
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
  /** The first bytes of a character whose others are not there yet: 3 at most. */
  #held = new Uint8Array(0)

  constructor(tokenizer: Pick<Tokenizer, 'tokenBytes'>) {
    this.#tokens = tokenizer.tokenBytes()
  }

  /**
   * @param ids shape (n); those that stand for nothing become nothing
   * @returns the text that has become whole; empty where that is none
   */
  push(ids: ArrayLike<number>): string {
    const bytes = bytesOfIds(this.#tokens, ids, this.#held)
    const whole = bytes.length - unfinished(bytes)
    this.#held = bytes.slice(whole)
    return this.#utf8.decode(bytes.subarray(0, whole))
  }

  /** Ends the text: half a character becomes U+FFFD. What is pushed next begins another. */
  flush(): string {
    const text = this.#utf8.decode(this.#held)
    this.#held = new Uint8Array(0)
    return text
  }
}

/** The bytes of ids, one behind the other, behind those of `before`. */
export function bytesOfIds(
  { bytes, offsets }: TokenBytes,
  ids: ArrayLike<number>,
  before: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const known = offsets.length - 1
  let length = before.length
  for (let i = 0; i < ids.length; i++)
    if (ids[i]! >= 0 && ids[i]! < known) length += offsets[ids[i]! + 1]! - offsets[ids[i]!]!
  const all = new Uint8Array(length)
  all.set(before)
  let end = before.length
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!
    if (!(id >= 0 && id < known)) continue
    const stop = offsets[id + 1]!
    for (let at = offsets[id]!; at < stop; at++) all[end++] = bytes[at]!
  }
  return all
}

/**
 * How many of the last bytes begin a character that later bytes may complete. Bytes that can no longer
 * become one are not held: decoders replace them at once.
 *
 * @see The Unicode Standard, table 3-7: well-formed UTF-8 byte sequences
 */
function unfinished(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const lead = bytes[bytes.length - count]!
    if ((lead & 0xc0) === 0x80) continue // goes on with a character
    const length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1
    if (lead > 0xf4 || count >= length) return 0
    return count === 1 || mayFollow(lead, bytes[bytes.length - count + 1]!) ? count : 0
  }
  return 0
}

/** Whether a character with this first byte may have this second one. */
function mayFollow(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0
  if (lead === 0xed) return second <= 0x9f // above lie the surrogates
  if (lead === 0xf0) return second >= 0x90
  if (lead === 0xf4) return second <= 0x8f
  return true
}
