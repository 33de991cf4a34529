// The older files of a tokenizer, vocab.json and merges.txt, as a tokenizer.json.

import { QuerlError } from '@querl/base'
import type { TokenizerConfig, TokenizerJson } from './tokenizer-json.js'

// Both patterns are those of the models' own tokenizer.json.
const qwenPattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
const styles: Readonly<Record<string, Pick<TokenizerJson, 'normalizer' | 'pre_tokenizer'>>> = {
  Qwen2Tokenizer: {
    normalizer: { type: 'NFC' },
    pre_tokenizer: splitBy(qwenPattern),
  },
  GPT2Tokenizer: { normalizer: null, pre_tokenizer: byteLevel(true) },
}

/** Bytes as printable characters. `use_regex`: split into GPT-2's words first. */
export function byteLevel(use_regex: boolean): object {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex }
}

/** A pre-tokeniser: words by a pattern, then bytes as printable characters. */
export function splitBy(pattern: string): object {
  return {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: pattern }, behavior: 'Isolated', invert: false },
      byteLevel(false),
    ],
  }
}

/**
 * A tokenizer.json of vocab.json, merges.txt and tokenizer_config.json.
 *
 * @param vocab token → id, without the added tokens
 * @param merges the text of merges.txt
 * @param path for messages
 * @throws {QuerlError} ERR_QUERL_MODEL for a class of tokenizer whose rules are not known here
 */
export function tokenizerJsonOf(
  vocab: Readonly<Record<string, number>>,
  merges: string,
  config: TokenizerConfig,
  path: string,
): TokenizerJson {
  const name = String(config.tokenizer_class ?? 'none').replace(/Fast$/, '')
  const style = styles[name]
  if (!style)
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `${path} names the tokenizer class ${name}; without a tokenizer.json, ` +
        `${Object.keys(styles).join(' and ')} can be read.`,
    )
  const added = Object.entries(config.added_tokens_decoder ?? {}).map(([id, token]) => ({
    ...token,
    id: Number(id),
  }))
  const lines = merges.split(/\r?\n/)
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    ...style,
    post_processor: null,
    decoder: byteLevel(true),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: lines.filter((line) => line !== '' && !line.startsWith('#version')),
    },
  }
}
