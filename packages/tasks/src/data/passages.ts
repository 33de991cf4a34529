import type { Passage } from '../example.js'
import { idOf, type ReadOptions } from './questions.js'
import { type Row, readRows, rowError } from './rows.js'

/**
 * Reads passages: `{ id?, title, text }`, or `{ id?, contents }` of Search-R1's corpus, whose first
 * line is the title, with its quotation marks. Without an id, the row's number from 0 is one.
 *
 * @param path JSON array or JSON lines, also with `.gz`
 * @throws {QuerlError} ERR_QUERL_IO if the file cannot be read; ERR_QUERL_DATA, with the line, where
 *   a row has no text
 */
export async function readPassages(path: string, options: ReadOptions = {}): Promise<Passage[]> {
  const passages: Passage[] = []
  for await (const row of readRows(path, options.signal)) {
    passages.push({ id: idOf(row, row.value['id'], passages.length), ...contentOf(row) })
    if (passages.length >= (options.limit ?? Number.POSITIVE_INFINITY)) break
  }
  return passages
}

function contentOf(row: Row): Pick<Passage, 'title' | 'text'> {
  const { contents, text, title = '' } = row.value
  if (typeof contents === 'string') {
    const end = contents.indexOf('\n')
    return end < 0
      ? { title: contents, text: '' }
      : { title: contents.slice(0, end), text: contents.slice(end + 1) }
  }
  if (typeof text !== 'string' || typeof title !== 'string')
    throw rowError(row, 'Expected title and text, or contents, to be strings.')
  return { title, text }
}
