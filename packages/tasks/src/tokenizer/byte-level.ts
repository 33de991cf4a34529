/**
 * Byte-level BPE writes each byte as one printable character: the byte itself where it is printable
 * Latin-1, else the next free one from U+0100 on.
 *
 * @see GPT-2's encoder, and `ByteLevel` of Hugging Face's tokenizers
 */
export const byteCharacters: readonly string[] = makeByteCharacters()

/** How byte-level BPE splits a text before it merges: words with the space before them. */
export const wordPattern =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu

/** A word's UTF-8 bytes, each as its character. */
export function byteLevel(word: string): string[] {
  return Array.from(utf8.encode(word), (byte) => byteCharacters[byte]!)
}

const utf8 = new TextEncoder()

function makeByteCharacters(): string[] {
  let next = 0x100
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable =
      (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte !== 0xad)
    return String.fromCharCode(isPrintable ? byte : next++)
  })
}
