import type { Example } from '../example.js'
import { type Row, readRows, rowError } from './rows.js'

export interface ReadOptions {
  /** Rows at most. Default all. */
  readonly limit?: number
  readonly signal?: AbortSignal
}

/**
 * Reads questions: `{ id?, question, golden_answers }` of FlashRAG, or `answer` or `answers`, one or
 * a list. Without an id, the row's number from 0 is one.
 *
 * @param path JSON array or JSON lines, also with `.gz`
 * @throws {QuerlError} ERR_QUERL_IO if the file cannot be read; ERR_QUERL_DATA, with the line, where
 *   a row has no question or no answer, or an id twice
 */
export async function readQuestions(path: string, options: ReadOptions = {}): Promise<Example[]> {
  const examples: Example[] = []
  const ids = new Set<string>()
  for await (const row of readRows(path, options.signal)) {
    const example = exampleOf(row, examples.length)
    if (ids.has(example.id))
      throw rowError(row, `the id ${JSON.stringify(example.id)} occurs twice.`)
    ids.add(example.id)
    examples.push(example)
    if (examples.length >= (options.limit ?? Number.POSITIVE_INFINITY)) break
  }
  return examples
}

function exampleOf(row: Row, at: number): Example {
  const { id, question, type, kind = type } = row.value
  if (typeof question !== 'string' || question.trim() === '')
    throw rowError(row, 'Expected question to be a string that is not empty.')
  return {
    id: idOf(row, id, at),
    question,
    answers: answersOf(row),
    ...(typeof kind === 'string' && { kind }),
  }
}

function answersOf(row: Row): readonly string[] {
  const { golden_answers: golden, answers, answer } = row.value
  const list = golden ?? answers ?? answer
  const all = typeof list === 'string' ? [list] : list
  if (!Array.isArray(all) || all.length === 0 || !all.every((each) => typeof each === 'string'))
    throw rowError(row, 'Expected golden_answers to be a list of strings that is not empty.')
  return all as string[]
}

/** A row's id as text; its number where it has none. */
export function idOf(row: Row, id: unknown, at: number): string {
  if (id === undefined || id === null) return String(at)
  if (typeof id !== 'string' && typeof id !== 'number')
    throw rowError(row, 'Expected id to be a string or a number.')
  return String(id)
}
