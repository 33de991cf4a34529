import { isUtf8 } from 'node:buffer'
import { type Document, documentOf, type KeyNames, RowError, rowError } from './document.js'

const newline = 0x0a
const longestLineBytes = 1 << 28

/**
 * The documents of JSON lines, in batches as the bytes come. Blank lines count as lines only.
 *
 * @param onInvalid hears of each document whose text or id has bytes that are no UTF-8: `<file>:<line>`
 */
export async function* jsonLineDocuments(
  path: string,
  chunks: AsyncIterable<Buffer>,
  names: KeyNames,
  stored: readonly string[],
  onInvalid: (place: string) => void = () => {},
): AsyncGenerator<Document[], void, undefined> {
  const read = (before: number, bytes: Buffer) => {
    const lines = bytes.toString('utf8').split('\n')
    const documents = documentsOf(path, before, lines, names, stored)
    if (!isUtf8(bytes)) tellInvalid(path, before, bytes, documents, onInvalid)
    return { documents: documents.map(({ document }) => document), lines: lines.length }
  }
  let line = 0
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of chunks) {
    const last = chunk.lastIndexOf(newline)
    if (last < 0) {
      rest.push(chunk)
      restBytes += chunk.length
      if (restBytes > longestLineBytes)
        throw rowError(`${path}:${line + 1}`, 'the line is longer than 256 MiB')
      continue
    }
    const { documents, lines } = read(line, Buffer.concat([...rest, chunk.subarray(0, last)]))
    rest = [chunk.subarray(last + 1)]
    restBytes = chunk.length - last - 1
    yield documents
    line += lines
  }
  const end = Buffer.concat(rest)
  if (end.length > 0) yield read(line, end).documents
}

/** A document, and which of the lines at hand it stands in. */
interface Read {
  readonly line: number
  readonly document: Document
}

/** @param before how many lines of the file come before these */
function documentsOf(
  path: string,
  before: number,
  lines: readonly string[],
  names: KeyNames,
  stored: readonly string[],
): Read[] {
  const documents: Read[] = []
  lines.forEach((text, i) => {
    const line = before + i === 0 ? text.replace(/^\ufeff/, '') : text
    if (/^[ \t\r]*$/.test(line)) return
    const place = () => `${path}:${before + i + 1}`
    let row: unknown
    try {
      row = JSON.parse(line)
    } catch (error) {
      throw rowError(place(), `the line is not JSON: ${(error as Error).message}`, error)
    }
    try {
      documents.push({ line: i, document: documentOf(row, names, stored) })
    } catch (error) {
      throw error instanceof RowError ? rowError(place(), error.message) : error
    }
  })
  return documents
}

/** Of documents some of whose lines are no UTF-8, for which all lines are gone through again. */
function tellInvalid(
  path: string,
  before: number,
  bytes: Buffer,
  documents: readonly Read[],
  onInvalid: (place: string) => void,
): void {
  let [at, first] = [0, 0]
  for (const { line, document } of documents) {
    for (; at < line; at++) first = bytes.indexOf(newline, first) + 1
    const end = bytes.indexOf(newline, first)
    const { id = '', title, text } = document
    // What became U+FFFD may also stand in a key that nobody reads.
    const isRead = [id, title, text].some((each) => each.includes('\ufffd'))
    if (isRead && !isUtf8(bytes.subarray(first, end < 0 ? bytes.length : end)))
      onInvalid(`${path}:${before + line + 1}`)
  }
}
