// The older file of a BERT tokenizer, vocab.txt, as a tokenizer.json.

import { specialTokensOf, type TokenizerConfig, type TokenizerJson } from './tokenizer-json.js'

const defaults = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
}

/**
 * A tokenizer.json of vocab.txt and tokenizer_config.json, as `transformers` makes it.
 *
 * @param vocabulary a token a line; the line's number is its id
 */
export function wordPieceJson(vocabulary: string, config: TokenizerConfig): TokenizerJson {
  const lines = vocabulary.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const vocab = Object.fromEntries(lines.map((token, id) => [token, id]))
  const names = { ...defaults, ...specialTokensOf(config) }
  const special = Object.values(names).flatMap((content) => {
    const id = vocab[content]
    return id === undefined ? [] : [{ id, content, special: true, normalized: false }]
  })
  const mark = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } })
  const text = (id: 'A' | 'B', type_id: number) => ({ Sequence: { id, type_id } })
  const single = [mark(names.cls_token, 0), text('A', 0), mark(names.sep_token, 0)]
  return {
    version: '1.0',
    added_tokens: special,
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: config['tokenize_chinese_chars'] ?? true,
      strip_accents: config['strip_accents'] ?? null,
      lowercase: config['do_lower_case'] ?? true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: [...single, text('B', 1), mark(names.sep_token, 1)],
      special_tokens: Object.fromEntries(
        special.map(({ content, id }) => [content, { id: content, ids: [id], tokens: [content] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: names.unk_token,
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  }
}
