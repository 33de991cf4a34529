import type { Tokenizer } from './interfaces.js'
import type { Observation } from './protocol.js'

/** An observation as tokens. */
export interface EncodedObservation {
  readonly ids: Int32Array
  /** The text of `ids`. */
  readonly text: string
  /** Whether something of the body was left out. */
  readonly isCut: boolean
}

/**
 * Encodes observations, each different one once.
 *
 * What is too long loses the end of its body; its closing words always survive, since a policy that
 * never sees a result end does not know when to go on.
 */
export class ObservationEncoder {
  readonly #tokenizer: Tokenizer
  readonly #encoded = new Map<string, EncodedObservation>()

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer
  }

  /** @param maxTokens of the whole, the words around the body included */
  encode(observation: Observation, maxTokens: number): EncodedObservation {
    const text = observation.open + observation.body + observation.close
    let encoded = this.#encoded.get(text)
    if (!encoded) {
      const ids = this.#tokenizer.encode(text)
      encoded =
        ids.length <= maxTokens
          ? { ids, text, isCut: false }
          : this.#cut(observation, ids, maxTokens)
      this.#encoded.set(text, encoded)
    }
    return encoded
  }

  #cut({ open, close }: Observation, ids: Int32Array, maxTokens: number): EncodedObservation {
    const head = this.#tokenizer.encode(open)
    const tail = this.#tokenizer.encode(close)
    let end = Math.max(head.length, maxTokens - tail.length)
    // A character of several tokens must not be cut in half: no text has such bytes.
    while (end > head.length && this.#tokenizer.decode(ids.subarray(0, end)).endsWith('\ufffd'))
      end--
    const kept = end > head.length ? ids.subarray(0, end) : head
    const all = new Int32Array(kept.length + tail.length)
    all.set(kept)
    all.set(tail, kept.length)
    return { ids: all, text: this.#tokenizer.decode(kept) + close, isCut: true }
  }
}
