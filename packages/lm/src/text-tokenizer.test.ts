import { expect, test } from 'vitest'
import { TextTokenizer } from './text-tokenizer.js'
import { wordPieceJson } from './word-piece-files.js'

test('a vocabulary may have more tokens than a function arguments', () => {
  const words = Array.from({ length: 200_000 }, (_, i) => `w${i}`)
  const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words]
  const tokenizer = new TextTokenizer(wordPieceJson(vocabulary.join('\n'), {}), {})
  expect(tokenizer.vocabSize).toBe(200_005)
  expect(tokenizer.encode('W199999 w0 none', 10).ids).toEqual([2, 200_004, 5, 1, 3])
})
