// The bytes that tokens stand for, in the two ways in which vocabularies write them.

/** The bytes of every token, for what works on text below characters. */
export interface TokenBytes {
  /** Of all tokens, one behind the other. */
  readonly bytes: Uint8Array
  /** Shape (V + 1): where each token's bytes start. */
  readonly offsets: Uint32Array
}

/**
 * The character that stands for each byte: itself where it is printable, else one from 256 on.
 *
 * @see `bytes_to_unicode` of GPT-2, which fixed the table
 */
export const byteCharacters: readonly string[] = (() => {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad)
  let next = 256
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(isPrintable(byte) ? byte : next++),
  )
})()

const bytesOfCharacters = new Map(byteCharacters.map((character, byte) => [character, byte]))
const utf8 = new TextEncoder()

/**
 * How a vocabulary writes its tokens: `bytes`, each as the character that stands for it, or `pieces`, as
 * SentencePiece does: text with ▁ for a space, and `<0x0A>` for a byte that is no text.
 */
export type TokenSpelling = 'bytes' | 'pieces'

/**
 * Lays out the bytes of all tokens.
 *
 * @param tokens by id; a hole has no bytes
 * @param isAdded whether a token is text as it is
 */
export function tokenBytesOf(
  tokens: readonly (string | undefined)[],
  isAdded: (id: number) => boolean,
  spelling: TokenSpelling,
): TokenBytes {
  const decoded = spelling === 'bytes' ? bytesOfCharacterToken : bytesOfPiece
  const offsets = new Uint32Array(tokens.length + 1)
  const parts = tokens.map((token, id) =>
    token === undefined ? new Uint8Array(0) : isAdded(id) ? utf8.encode(token) : decoded(token),
  )
  for (const [id, { length }] of parts.entries()) offsets[id + 1] = offsets[id]! + length
  const bytes = new Uint8Array(offsets.at(-1)!)
  for (const [id, part] of parts.entries()) bytes.set(part, offsets[id]!)
  return { bytes, offsets }
}

// A token with a character outside of the table is text that was put into the vocabulary as it is.
function bytesOfCharacterToken(token: string): Uint8Array {
  const bytes = new Uint8Array(token.length)
  for (let i = 0; i < token.length; i++) {
    const byte = bytesOfCharacters.get(token[i]!)
    if (byte === undefined) return utf8.encode(token)
    bytes[i] = byte
  }
  return bytes
}

function bytesOfPiece(token: string): Uint8Array {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(token)?.[1]
  return byte ? Uint8Array.of(Number.parseInt(byte, 16)) : utf8.encode(token.replaceAll('▁', ' '))
}
