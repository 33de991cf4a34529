import { argumentError, checkInRange } from '@querl/base'
import { analyzerSpec } from '../text/analyze.js'
import type { AnalyzerName, AnalyzerOptions } from '../text/analyzer-options.js'

/** The BM25 formulas that bm25s offers, by its names. */
export type Bm25Variant = 'lucene' | 'robertson' | 'atire' | 'bm25l' | 'bm25+'

/** How scores are computed. An index keeps counts and no scores, so these may differ at `open()`. */
export interface Bm25Scoring {
  /** Default `lucene`. @see Kamphuis et al., Which BM25 Do You Mean?, ECIR 2020 */
  readonly variant?: Bm25Variant | undefined
  /** How slowly repetitions of a word saturate, in [0, 1000]. Default 0.9, Anserini's choice. */
  readonly k1?: number | undefined
  /** How much long documents are discounted, in [0, 1]. Default 0.4, Anserini's choice. */
  readonly b?: number | undefined
  /** What `bm25l` and `bm25+` add, in [0, 1000]. Default 0.5. */
  readonly delta?: number | undefined
  /**
   * `exact` counts words, as bm25s does; `lucene` rounds a length to what Lucene keeps in one byte,
   * and counts only documents that have the field. Default `exact`.
   */
  readonly lengths?: 'exact' | 'lucene' | undefined
}

export interface Bm25Options extends Bm25Scoring {
  /**
   * `lucene` is Lucene's BM25 as Anserini runs it over English text: the analyser
   * `lucene-english`, its rounded lengths, k1 0.9, b 0.4. Other options have precedence.
   */
  readonly preset?: 'lucene' | undefined
  /** How text becomes words: a preset's name or its options. Default `words`. */
  readonly analyzer?: AnalyzerName | AnalyzerOptions | undefined
  /**
   * The fields of a document and their weights in [1e-6, 1e6]: `{ title: 2, text: 1 }`. Each has its own words,
   * lengths and statistics, and a document scores the weighted sum. Default: one field, `contents`,
   * with a document's title and text.
   */
  readonly fields?: Readonly<Record<string, number>> | readonly string[] | undefined
}

/** All settings of an index, none left open. */
export interface Bm25Settings {
  readonly variant: Bm25Variant
  readonly k1: number
  readonly b: number
  readonly delta: number
  readonly lengths: 'exact' | 'lucene'
  /** Canonical JSON of the analyser's options. */
  readonly analyzer: string
  readonly fields: readonly { readonly name: string; readonly weight: number }[]
}

const variants: readonly Bm25Variant[] = ['lucene', 'robertson', 'atire', 'bm25l', 'bm25+']
const mostFields = 64

/** @throws {QuerlError} ERR_QUERL_ARGUMENT names the option that is wrong */
export function settingsOf(options: Bm25Options): Bm25Settings {
  const { preset } = options
  if (preset !== undefined && preset !== 'lucene') throw argumentError('preset', "'lucene'", preset)
  const lengths = options.lengths ?? (preset === 'lucene' ? 'lucene' : undefined)
  const analyzer = options.analyzer ?? (preset === 'lucene' ? 'lucene-english' : 'words')
  return {
    ...scoringOf({ ...options, lengths }),
    analyzer: analyzerSpec(analyzer),
    fields: fieldsOf(options.fields),
  }
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT names the option that is wrong */
export function scoringOf({
  variant = 'lucene',
  k1 = 0.9,
  b = 0.4,
  delta = 0.5,
  lengths = 'exact',
}: Bm25Scoring): Omit<Bm25Settings, 'analyzer' | 'fields'> {
  if (!variants.includes(variant)) throw argumentError('variant', oneOf(variants), variant)
  if (lengths !== 'exact' && lengths !== 'lucene')
    throw argumentError('lengths', oneOf(['exact', 'lucene']), lengths)
  checkInRange('k1', k1, 0, 1000)
  checkInRange('b', b, 0, 1)
  checkInRange('delta', delta, 0, 1000)
  return { variant, k1, b, delta, lengths }
}

function fieldsOf(fields: Bm25Options['fields'] = { contents: 1 }): Bm25Settings['fields'] {
  if (typeof fields !== 'object' || fields === null)
    throw argumentError('fields', 'an object of names and weights', fields)
  const entries: (readonly [unknown, unknown])[] = Array.isArray(fields)
    ? fields.map((name: unknown) => [name, 1] as const)
    : Object.entries(fields)
  if (entries.length === 0 || entries.length > mostFields)
    throw argumentError('fields', `1 to ${mostFields} fields`, fields)
  const names = new Set<string>()
  return entries.map(([name, weight]) => {
    if (typeof name !== 'string' || name === '' || names.has(name))
      throw argumentError('fields', 'different names that are not empty', fields)
    names.add(name)
    return { name, weight: checkInRange(`fields.${name}`, weight, 1e-6, 1e6) }
  })
}

function oneOf(names: readonly string[]): string {
  return `one of ${names.map((name) => `'${name}'`).join(', ')}`
}
