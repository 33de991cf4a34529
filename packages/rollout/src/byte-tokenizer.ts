import type { Tokenizer } from './interfaces.js'

/**
 * A tokenizer without a vocabulary to learn: ids 0 to 255 are bytes of UTF-8, the rest are tokens
 * that are found in a text first, in the given order.
 *
 * @param added tokens with ids from 256 on; the first one ends a text. Default `<|eos|>`
 */
export function byteTokenizer(added: readonly string[] = ['<|eos|>']): Tokenizer {
  const ids = new Map(added.map((token, at) => [token, 256 + at]))
  const bytesOf = added.map((token) => utf8.encode(token))
  const encode = (text: string): number[] => {
    const found = added
      .map((token) => ({ token, at: text.indexOf(token) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at)[0]
    if (!found) return [...utf8.encode(text)]
    const { token, at } = found
    return [
      ...utf8.encode(text.slice(0, at)),
      ids.get(token)!,
      ...encode(text.slice(at + token.length)),
    ]
  }
  return {
    eosId: added.length > 0 ? 256 : undefined,
    encode: (text) => Int32Array.from(encode(text)),
    decode: (tokens) =>
      fromUtf8.decode(
        Uint8Array.from([...tokens].flatMap((id) => (id < 256 ? [id] : [...bytesOf[id - 256]!]))),
      ),
  }
}

const utf8 = new TextEncoder()
const fromUtf8 = new TextDecoder('utf-8', { ignoreBOM: true })
