import { argumentError } from '@querl/base'
import { native } from './loaded.js'

/**
 * The words of a text as the analyser `words` sees them: longest runs of Unicode letters (L), marks
 * (M), numbers (N) and underscores, lower-cased code point by code point (Unicode's simple mapping;
 * a final sigma counts as a sigma). No word is left out, stemmed or normalised.
 *
 * bm25s sees the same with `token_pattern=r'(?u)\b\w+\b'` and `stopwords=None`, but for marks, at
 * which Python ends a word, and for the few letters whose lower case depends on their neighbours or
 * is longer than one letter.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if `text` is no string
 */
export function words(text: string): string[] {
  if (typeof text !== 'string') throw argumentError('text', 'a string', text)
  return native().wordsOf(text)
}
