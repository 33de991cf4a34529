import { QuerlError } from '@querl/base'

/** The judgments of one query: a document's id and its grade; above 0 is relevant. */
export type Judgments = ReadonlyMap<string, number>
/** What is relevant to each query, by the query's id. */
export type Qrels = ReadonlyMap<string, Judgments>

/** A document that a search returned. */
export interface RankedDocument {
  readonly id: string
  /** The higher, the better. */
  readonly score: number
}
/** What a system returned for each query, best first. */
export type Run = ReadonlyMap<string, readonly RankedDocument[]>

/**
 * Reads judgments in TREC's format: `query iteration document grade` on each line.
 *
 * @throws {QuerlError} ERR_QUERL_DATA names the line that is something else
 */
export function parseQrels(text: string): Map<string, Map<string, number>> {
  const qrels = new Map<string, Map<string, number>>()
  for (const { fields, line } of rows(text)) {
    const [query, , document, grade] = fields
    if (fields.length !== 4 || !/^-?\d+$/.test(grade!))
      throw dataError(line, 'query iteration document grade', fields)
    let judgments = qrels.get(query!)
    if (!judgments) qrels.set(query!, (judgments = new Map()))
    judgments.set(document!, Number(grade))
  }
  return qrels
}

/**
 * Reads a run in TREC's format: `query Q0 document rank score tag` on each line. The documents of a
 * query come in the order of their ranks.
 *
 * @throws {QuerlError} ERR_QUERL_DATA names the line that is something else
 */
export function parseRun(text: string): Map<string, RankedDocument[]> {
  const ranked = new Map<string, { id: string; score: number; rank: number }[]>()
  for (const { fields, line } of rows(text)) {
    const [query, , id, rank, score] = fields
    if (fields.length !== 6 || !Number.isFinite(Number(rank)) || !Number.isFinite(Number(score)))
      throw dataError(line, 'query Q0 document rank score tag', fields)
    let documents = ranked.get(query!)
    if (!documents) ranked.set(query!, (documents = []))
    documents.push({ id: id!, score: Number(score), rank: Number(rank) })
  }
  const run = new Map<string, RankedDocument[]>()
  for (const [query, documents] of ranked) {
    documents.sort((a, b) => a.rank - b.rank)
    run.set(
      query,
      documents.map(({ id, score }) => ({ id, score })),
    )
  }
  return run
}

/**
 * Writes a run in TREC's format, ranks from 1, for `trec_eval` and its like.
 *
 * @param tag the system's name, without spaces. Default `querl`
 * @throws {QuerlError} ERR_QUERL_DATA for an id or a tag that is empty or has white space
 */
export function formatRun(run: Run, tag = 'querl'): string {
  const lines: string[] = []
  const word = (text: string) => {
    if (/^\S+$/.test(text)) return text
    throw new QuerlError(
      'ERR_QUERL_DATA',
      `Expected an id without white space, which separates the columns of a run, but got ${JSON.stringify(text)}.`,
    )
  }
  for (const [query, documents] of run)
    documents.forEach(({ id, score }, i) => {
      lines.push(`${word(query)} Q0 ${word(id)} ${i + 1} ${score} ${word(tag)}\n`)
    })
  return lines.join('')
}

function* rows(text: string): Generator<{ fields: string[]; line: number }> {
  let line = 0
  for (const row of text.split('\n')) {
    line++
    const trimmed = row.trim()
    if (trimmed !== '') yield { fields: trimmed.split(/\s+/), line }
  }
}

function dataError(line: number, expected: string, fields: string[]): QuerlError {
  return new QuerlError(
    'ERR_QUERL_DATA',
    `Expected line ${line} to be "${expected}", but got ${JSON.stringify(fields.join(' '))}.`,
  )
}
