import { type Document, documentOf, type KeyNames, RowError, rowError } from './document.js'

const newline = 0x0a
const longestLineBytes = 1 << 28

/** The documents of JSON lines, in batches as the bytes come. Blank lines count as lines only. */
export async function* jsonLineDocuments(
  path: string,
  chunks: AsyncIterable<Buffer>,
  names: KeyNames,
  stored: readonly string[],
): AsyncGenerator<Document[], void, undefined> {
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
    const whole = Buffer.concat([...rest, chunk.subarray(0, last)]).toString('utf8')
    rest = [chunk.subarray(last + 1)]
    restBytes = chunk.length - last - 1
    const lines = whole.split('\n')
    yield documentsOf(path, line, lines, names, stored)
    line += lines.length
  }
  const end = Buffer.concat(rest).toString('utf8')
  if (end !== '') yield documentsOf(path, line, [end], names, stored)
}

/** @param before how many lines of the file come before these */
function documentsOf(
  path: string,
  before: number,
  lines: readonly string[],
  names: KeyNames,
  stored: readonly string[],
) {
  const documents: Document[] = []
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
      documents.push(documentOf(row, names, stored))
    } catch (error) {
      throw error instanceof RowError ? rowError(place(), error.message) : error
    }
  })
  return documents
}
