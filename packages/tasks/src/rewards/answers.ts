/**
 * An answer as SQuAD compares it: lower case, then without ASCII punctuation, then without the words
 * a, an and the, then with single spaces.
 *
 * Punctuation is removed, not replaced: `U.S.` and `US` are equal, `a-b` and `ab` too. Words and
 * spaces are told apart as Python does, in which the original is written; JavaScript's `\b` takes
 * `é` for no letter, and its `\s` is another set.
 *
 * @see Rajpurkar et al. 2016 (arXiv 1606.05250), the official evaluation; Search-R1's `qa_em.py`
 */
export function normalizeAnswer(answer: string): string {
  return answer
    .toLowerCase()
    .replace(punctuation, '')
    .replace(articles, ' ')
    .split(spaces)
    .filter((word) => word !== '')
    .join(' ')
}

/**
 * 1 if the prediction equals any of the answers after {@link normalizeAnswer}, else 0.
 *
 * @param prediction undefined where the policy gave none, which is never right
 */
export function exactMatch(prediction: string | undefined, answers: readonly string[]): 0 | 1 {
  if (prediction === undefined) return 0
  const normal = normalizeAnswer(prediction)
  return answers.some((answer) => normalizeAnswer(answer) === normal) ? 1 : 0
}

/**
 * The best harmonic mean of precision and recall over words, of all answers; in [0, 1].
 *
 * As in SQuAD 1.1, what is empty after {@link normalizeAnswer} scores 0 even against its equal.
 *
 * @param prediction undefined where the policy gave none
 */
export function f1(prediction: string | undefined, answers: readonly string[]): number {
  if (prediction === undefined) return 0
  const words = wordsOf(prediction)
  return Math.max(0, ...answers.map((answer) => overlap(words, wordsOf(answer))))
}

function overlap(predicted: readonly string[], expected: readonly string[]): number {
  const left = new Map<string, number>()
  for (const word of expected) left.set(word, (left.get(word) ?? 0) + 1)
  let same = 0
  for (const word of predicted) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    same++
    left.set(word, count - 1)
  }
  return same === 0 ? 0 : (2 * same) / (predicted.length + expected.length)
}

function wordsOf(answer: string): string[] {
  const normal = normalizeAnswer(answer)
  return normal === '' ? [] : normal.split(' ')
}

const punctuation = /[!-/:-@[-`{-~]/g // Python's string.punctuation
const articles = /(?<![\p{L}\p{N}_])(?:a|an|the)(?![\p{L}\p{N}_])/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: this is what str.split() splits on
const spaces = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/
