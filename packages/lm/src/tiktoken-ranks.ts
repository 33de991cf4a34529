// Llama 3's tokenizer.model, tiktoken's list of byte strings by rank, as a tokenizer.json.

import { QuerlError } from '@querl/base'
import { byteCharacters } from './token-bytes.js'
import type { AddedToken, TokenizerConfig, TokenizerJson } from './tokenizer-json.js'
import { byteLevel, splitBy } from './vocabulary-files.js'

// Of the models' own tokenizer.json.
const pattern =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+"
const specialTokens = 256
// Of Llama 3.1 to 3.3, by their place behind the ranks. Llama 3.0 has fewer; where that matters, its
// tokenizer_config.json says so.
const named: Readonly<Record<number, string>> = {
  0: 'begin_of_text',
  1: 'end_of_text',
  4: 'finetune_right_pad_id',
  6: 'start_header_id',
  7: 'end_header_id',
  8: 'eom_id',
  9: 'eot_id',
  10: 'python_tag',
}

/**
 * @param ranks the file: a line for each token, its bytes in base64 and its rank, which is its id
 * @param config names the special tokens in `added_tokens_decoder`; else they are Llama 3.1's
 * @param path for messages
 * @throws {QuerlError} ERR_QUERL_MODEL for a file of another kind, ERR_QUERL_DATA for a damaged one
 */
export function tokenizerJsonOfRanks(
  ranks: string,
  config: TokenizerConfig,
  path: string,
): TokenizerJson {
  const tokens = parsed(ranks, path)
  const vocab = Object.fromEntries(tokens.map((token, rank) => [token, rank]))
  const added = addedTokens(config, tokens.length)
  const begin = added.find(({ content }) => content === beginOf(config))
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: splitBy(pattern),
    post_processor: begin ? beginsWith(begin) : null,
    decoder: byteLevel(true),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      // tiktoken looks a word up before it merges.
      ignore_merges: true,
      vocab,
      merges: mergesOf(tokens, vocab),
    },
  }
}

function parsed(ranks: string, path: string): string[] {
  const tokens: string[] = []
  for (const [index, line] of ranks.split('\n').entries()) {
    if (line === '') continue
    const [, bytes, rank] = /^([A-Za-z0-9+/]+={0,2}) (\d+)\r?$/.exec(line) ?? []
    if (bytes === undefined && tokens.length === 0)
      throw new QuerlError('ERR_QUERL_MODEL', `${path} is no list of tiktoken ranks.`, {
        remedy:
          "A SentencePiece model is not read. transformers' save_pretrained() writes a tokenizer.json of it.",
      })
    if (bytes === undefined || Number(rank) !== tokens.length)
      throw new QuerlError(
        'ERR_QUERL_DATA',
        `${path}:${index + 1}: expected a token in base64 and the rank ${tokens.length}, but got ${JSON.stringify(line.slice(0, 80))}.`,
      )
    tokens.push(Array.from(Buffer.from(bytes, 'base64'), (byte) => byteCharacters[byte]!).join(''))
  }
  return tokens
}

// tiktoken merges the pair whose union has the lowest rank. Listing every pair that makes a token, in
// the order of the tokens, says the same.
function mergesOf(tokens: readonly string[], vocab: Readonly<Record<string, number>>): string[] {
  const merges: string[] = []
  for (const token of tokens)
    for (let at = 1; at < token.length; at++) {
      const left = token.slice(0, at)
      const right = token.slice(at)
      if (Object.hasOwn(vocab, left) && Object.hasOwn(vocab, right)) merges.push(`${left} ${right}`)
    }
  return merges
}

function addedTokens(config: TokenizerConfig, first: number): AddedToken[] {
  if (config.added_tokens_decoder)
    return Object.entries(config.added_tokens_decoder).map(([id, token]) => ({
      ...token,
      id: Number(id),
    }))
  let reserved = 0
  return Array.from({ length: specialTokens }, (_, place) => ({
    id: first + place,
    content: `<|${named[place] ?? `reserved_special_token_${reserved++}`}|>`,
    ...{ special: true, lstrip: false, rstrip: false, single_word: false, normalized: false },
  }))
}

function beginOf({ bos_token: token }: TokenizerConfig): string {
  return (typeof token === 'string' ? token : token?.content) ?? '<|begin_of_text|>'
}

function beginsWith({ id, content }: AddedToken): object {
  const special = { SpecialToken: { id: content, type_id: 0 } }
  const sequence = (name: string, type_id: number) => ({ Sequence: { id: name, type_id } })
  return {
    type: 'TemplateProcessing',
    single: [special, sequence('A', 0)],
    pair: [special, sequence('A', 0), special, sequence('B', 1)],
    special_tokens: { [content]: { id: content, ids: [id], tokens: [content] } },
  }
}
