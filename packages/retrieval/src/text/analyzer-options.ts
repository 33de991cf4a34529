import { argumentError, nearest, QuerlError } from '@querl/base'

/** Where tokens begin and end. */
export type TokenizerName = (typeof tokenizers)[number]
const tokenizers = ['words', 'standard', 'bm25s', 'whitespace'] as const

/** The languages of Snowball's stemmers; each is a preset, too. */
export type SnowballLanguage = (typeof languages)[number]
const languages = [
  ...(['arabic', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish'] as const),
  ...(['french', 'german', 'greek', 'hindi', 'hungarian', 'indonesian', 'irish'] as const),
  ...(['italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese', 'romanian'] as const),
  ...(['russian', 'spanish', 'swedish', 'tamil', 'turkish'] as const),
] as const

/** Lists of stop words by name. `english` has Lucene's 33 words, `english-long` NLTK's 179. */
export type StopWordList = (typeof stopWordLists)[number]
const stopWordLists = [
  ...(['none', 'danish', 'dutch', 'english', 'english-long', 'french', 'german'] as const),
  ...(['italian', 'norwegian', 'portuguese', 'russian', 'spanish', 'swedish'] as const),
  'turkish',
] as const

/** An analyser with a name. */
export type AnalyzerName = (typeof names)[number]
const plainNames = ['words', 'whitespace', 'lucene-standard', 'lucene-english', 'bm25s'] as const
const names = [...plainNames, ...languages] as const

/**
 * An analyser by its parts, in the order in which they work: tokenizer, possessive, lower case,
 * lengths, stop words, stemmer. What they cannot do you may do yourself: an index takes lists of
 * tokens in place of texts, for documents (`tokens`) and for queries.
 *
 * As options, the presets are:
 *
 * | name              | options |
 * |-------------------|---------|
 * | `words`           | `{}` |
 * | `whitespace`      | `{ tokenizer: 'whitespace', lowercase: false }` |
 * | `lucene-standard` | `{ tokenizer: 'standard' }` |
 * | `lucene-english`  | `{ tokenizer: 'standard', possessive: true, stopWords: 'english', stemmer: 'porter' }` |
 * | `bm25s`           | `{ tokenizer: 'bm25s', stopWords: 'english' }` |
 * | `english`         | `{ tokenizer: 'standard', possessive: true, stopWords: 'english', stemmer: 'english' }` |
 * | another language  | `{ tokenizer: 'standard', stopWords: its own list or 'none', stemmer: the language }` |
 */
export interface AnalyzerOptions {
  /**
   * Default `words`.
   *
   * - `words`: longest runs of Unicode letters (L), marks (M), numbers (N) and underscores
   * - `standard`: Lucene's StandardTokenizer (10.3): the word boundaries of UAX #29 by Unicode 12.1;
   *   ideographs one by one, emoji, tokens of at most 255 UTF-16 units
   * - `bm25s`: bm25s's default pattern, Python's `(?u)\b\w\w+\b`: at least two letters
   * - `whitespace`: whatever stands between white space
   */
  readonly tokenizer?: TokenizerName | undefined
  /** Takes `'s`, `’s` and `＇s` off the end of a token. Default false. */
  readonly possessive?: boolean | undefined
  /**
   * Default true. Code point by code point (Unicode's simple mapping), but as the tokenizer's origin
   * has it: `bm25s` as Python's `str.lower()`; for `words` a final sigma counts as a sigma.
   */
  readonly lowercase?: boolean | undefined
  /** Shorter tokens are left out. In code points, from 1. Default 1. */
  readonly minLength?: number | undefined
  /** Longer tokens are left out, not cut. In code points; null for no limit, the default. */
  readonly maxLength?: number | null | undefined
  /**
   * Words to leave out: a list by name, or your own. They are compared whole, after lower case and
   * before the stemmer, so your own are to be in lower case, and in every form. Default `none`.
   */
  readonly stopWords?: StopWordList | readonly string[] | undefined
  /**
   * Default `none`. `porter` is Porter's stemmer as Lucene has it; the languages are Snowball's
   * (libstemmer 2.0.0), where the native addon was built with it.
   */
  readonly stemmer?: 'none' | 'porter' | SnowballLanguage | undefined
}

/**
 * Checks an analyser and spells it for native code.
 *
 * @returns a preset's name or the given options as JSON
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for what is no analyser, with the nearest name
 */
export function checkedAnalyzer(analyzer: AnalyzerName | AnalyzerOptions): string {
  if (typeof analyzer === 'string') return checkName('analyzer', names, analyzer)
  if (typeof analyzer !== 'object' || analyzer === null || Array.isArray(analyzer))
    throw argumentError('analyzer', 'the name of an analyser or an object of options', analyzer)
  for (const [name, value] of Object.entries(analyzer)) {
    const check = checks[checkName('the option of analyzer', optionNames, name)]
    if (value !== undefined) check(`analyzer.${name}`, value)
  }
  const { minLength = 1, maxLength } = analyzer
  if (maxLength !== undefined && maxLength !== null && maxLength < minLength)
    throw argumentError(
      'analyzer.maxLength',
      `at least analyzer.minLength, ${minLength}`,
      maxLength,
    )
  return JSON.stringify(analyzer)
}

type Check = (name: string, value: unknown) => void

const checks: { readonly [name in keyof Required<AnalyzerOptions>]: Check } = {
  tokenizer: (name, value) => checkName(name, tokenizers, value),
  possessive: checkBoolean,
  lowercase: checkBoolean,
  minLength: checkLength,
  maxLength: (name, value) => {
    if (value !== null) checkLength(name, value)
  },
  stopWords: (name, value) => {
    if (!Array.isArray(value)) checkName(name, stopWordLists, value)
    else if (!value.every((word) => typeof word === 'string' && word !== ''))
      throw argumentError(name, 'the name of a list, or words that are not empty', value)
  },
  stemmer: (name, value) => checkName(name, ['none', 'porter', ...languages] as const, value),
}
const optionNames = Object.keys(checks) as (keyof AnalyzerOptions)[]

function checkName<Name extends string>(
  name: string,
  known: readonly Name[],
  value: unknown,
): Name {
  if (known.includes(value as Name)) return value as Name
  const meant = typeof value === 'string' ? nearest(value, known) : undefined
  const { message } = argumentError(
    name,
    `one of ${known.map((one) => `'${one}'`).join(', ')}`,
    value,
  )
  throw new QuerlError('ERR_QUERL_ARGUMENT', message, {
    remedy: meant && `Did you mean '${meant}'?`,
  })
}

function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') throw argumentError(name, 'true or false', value)
}

const longest = 1_000_000

function checkLength(name: string, value: unknown): void {
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > longest)
    throw argumentError(name, `an integer from 1 to ${longest}`, value)
}
