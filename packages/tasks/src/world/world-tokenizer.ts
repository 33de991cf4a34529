import { trainBpe, type WordCounts } from '../tokenizer/bpe-trainer.js'
import { wordPattern } from '../tokenizer/byte-level.js'
import { type TokenizerJson, tokenizerJson } from '../tokenizer/tokenizer-json.js'
import { addedTokens, directPrefix, questionText, thinkText, worldFormat } from './format.js'
import type { Names } from './names.js'
import { relations } from './relations.js'

const maxVocabulary = 720
const vocabularyMultiple = 32 // whole vector registers in the kernels that read the embedding

/**
 * Trains the tokenizer of the generated world. It depends on the names alone, so it is the same for
 * every seed.
 *
 * Syllables come first and alone, words after them: no merge crosses the boundary of two syllables,
 * and by the time that a word's merge could apply to a name, its syllables are whole.
 */
export function trainWorldTokenizer({ firsts, seconds }: Names): TokenizerJson {
  const syllables = Object.fromEntries([
    ...firsts.map((first) => [` ${first}`, 30]),
    ...seconds.map((second) => [second, 30]),
  ]) as WordCounts
  const maxMerges = maxVocabulary - 256 - addedTokens.length
  const merges = trainBpe([syllables, templateWords()], maxMerges)
  const special = new Set(['<|pad|>', '<|eos|>'])
  const size = Object.keys(tokenizerJson(merges, addedTokens, special, []).model.vocab).length
  const missing = (vocabularyMultiple - (size % vocabularyMultiple)) % vocabularyMultiple
  const reserved = Array.from({ length: missing }, (_, at) => `<|reserved_${at}|>`)
  return tokenizerJson(merges, addedTokens, special, reserved)
}

/** Every word of every template, as often as a template has it. */
function templateWords(): WordCounts {
  const texts = relations.flatMap((relation) => [
    worldFormat.promptText(questionText('', relation)),
    thinkText('', relation),
    ` ${relation.verb} ${relation.noun} ${relation.keyword}`,
  ])
  const tags = new RegExp(addedTokens.filter((token) => /^<\/?\w+>$/.test(token)).join('|'), 'g')
  const words: Record<string, number> = {}
  for (const text of [...texts, directPrefix])
    for (const [word] of text.replace(tags, '').matchAll(wordPattern))
      words[word] = (words[word] ?? 0) + 40
  return words
}
