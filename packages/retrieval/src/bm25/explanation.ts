/** Why a document scores as it does for a query. */
export interface Explanation {
  readonly id: string
  readonly index: number
  /** Whether it has a word of the query; only then a search returns it. */
  readonly isHit: boolean
  /** As a search would say it. */
  readonly score: number
  /** N, the documents that the statistics count. */
  readonly documents: number
  /** The query's words that the index knows, in each field. */
  readonly terms: readonly TermExplanation[]
  /** The same for a person to read. */
  toString(): string
}

export interface TermExplanation {
  readonly field: string
  readonly token: string
  /** Of the field, times how often the query has the word. */
  readonly weight: number
  /** Documents that have the word in the field. */
  readonly documentFrequency: number
  readonly idf: number
  /** How often the document's field has the word. */
  readonly count: number
  /** Words of the document's field, as the scores see it. */
  readonly length: number
  readonly meanLength: number
  /** What the word adds to the score. */
  readonly contribution: number
  /** What `bm25l` and `bm25+` add even without the word. */
  readonly absent: number
}

export function explanationOf(native: Omit<Explanation, 'toString'>): Explanation {
  return { ...native, toString: () => textOf(native) }
}

function textOf({ id, score, documents, terms, isHit }: Omit<Explanation, 'toString'>): string {
  const manyFields = new Set(terms.map(({ field }) => field)).size > 1
  return [
    `${number(score)}  ${id}${isHit ? '' : ' (no word of the query, no hit)'}`,
    ...terms.map(
      ({ field, token, weight, documentFrequency, idf, count, length, meanLength, ...adds }) =>
        `  ${number(adds.contribution + adds.absent)}  ${manyFields ? `${field}:` : ''}${token}` +
        `${weight === 1 ? '' : ` × ${Number(weight.toPrecision(4))}`}` +
        `  idf ${idf.toFixed(3)} (in ${documentFrequency} of ${documents})` +
        `, ${count === 1 ? 'once' : `${count} times`} in ${length} words (mean ${meanLength.toFixed(1)})`,
    ),
  ].join('\n')
}

function number(value: number): string {
  return value.toFixed(4).padStart(9)
}
