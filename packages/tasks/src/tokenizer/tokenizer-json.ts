import type { Merge } from './bpe-trainer.js'
import { byteCharacters } from './byte-level.js'

/** A byte-level BPE tokenizer in Hugging Face's format, as `tokenizer.json` holds it. */
export interface TokenizerJson {
  readonly version: string
  readonly truncation: null
  readonly padding: null
  readonly added_tokens: readonly {
    readonly id: number
    readonly content: string
    readonly single_word: boolean
    readonly lstrip: boolean
    readonly rstrip: boolean
    readonly normalized: boolean
    readonly special: boolean
  }[]
  readonly normalizer: null
  readonly pre_tokenizer: ByteLevelPart
  readonly post_processor: null
  readonly decoder: ByteLevelPart
  readonly model: {
    readonly type: 'BPE'
    readonly dropout: null
    readonly unk_token: null
    readonly continuing_subword_prefix: null
    readonly end_of_word_suffix: null
    readonly fuse_unk: boolean
    readonly byte_fallback: boolean
    readonly ignore_merges: boolean
    readonly vocab: Readonly<Record<string, number>>
    readonly merges: readonly Merge[]
  }
}

interface ByteLevelPart {
  readonly type: 'ByteLevel'
  readonly add_prefix_space: boolean
  readonly trim_offsets: boolean
  readonly use_regex: boolean
}

/**
 * Writes a tokenizer: ids are the added tokens, the 256 bytes, the merges, then the reserved ones.
 *
 * @param added    tokens that are found in a text before anything else
 * @param special  those of them that decoders may leave out, as padding
 * @param reserved added tokens at the end that no text uses, so that the vocabulary has a round size
 */
export function tokenizerJson(
  merges: readonly Merge[],
  added: readonly string[],
  special: ReadonlySet<string>,
  reserved: readonly string[],
): TokenizerJson {
  const plain = [...added, ...byteCharacters, ...merges.map(([left, right]) => left + right)]
  // Two merges can make the same symbol; it is one token.
  const tokens = [...new Set(plain), ...reserved]
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const byteLevel: ByteLevelPart = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  }
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...added, ...reserved].map((content) => ({
      id: ids.get(content)!,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: special.has(content) || reserved.includes(content),
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(ids),
      merges,
    },
  }
}
