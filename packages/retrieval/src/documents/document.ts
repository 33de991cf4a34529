import { QuerlError } from '@querl/base'

/** A document as a corpus file has it. */
export interface Document {
  /** How hits name it. Absent where the file has none: its place in the index is its name then. */
  readonly id?: string | undefined
  /** Empty where there is none. */
  readonly title: string
  readonly text: string
  /** What filters can ask for: of files, what `stored` of `readDocuments()` names. */
  readonly keys?: Readonly<Record<string, unknown>> | undefined
}

/** Which keys of a row, or columns of a table, hold what. */
export interface DocumentKeys {
  /** Default `id`, or BEIR's `_id` in rows without one. */
  readonly id?: string | undefined
  /** Default `title`. */
  readonly title?: string | undefined
  /** Default `text`, or `contents` in rows without one. */
  readonly text?: string | undefined
}

/** Documents whose text or id has bytes that are no UTF-8. They are read as U+FFFD. */
export interface InvalidText {
  readonly documents: number
  /** The file and the line of the first one: `/data/passages.jsonl:17`. */
  readonly first: string
}

/** The keys that are looked at, in the order in which they are. */
export interface KeyNames {
  readonly id: readonly string[]
  readonly title: readonly string[]
  readonly text: readonly string[]
  /** Whose first line is the title, as in wiki-18. */
  readonly contents: readonly string[]
}

export function keyNames({ id, title, text }: DocumentKeys = {}): KeyNames {
  return {
    id: id === undefined ? ['id', '_id'] : [id],
    title: [title ?? 'title'],
    text: [text ?? 'text'],
    contents: text === undefined ? ['contents'] : [],
  }
}

/** What is wrong with a row, for whoever knows its file and line. */
export class RowError extends Error {}

/**
 * The document in a row: `{ id, title, text }`, or wiki-18's `{ id, contents }` with the title, in
 * quotes, on the first line.
 *
 * An id is a string that is not empty, or an integer. The same rules are in
 * native/retrieval/files/document_lines.cc, which reads the lines of an index's corpus.
 *
 * @param stored keys that are kept for filters; those that a row lacks are absent
 * @throws {RowError}
 */
export function documentOf(
  row: unknown,
  names: KeyNames,
  stored: readonly string[] = [],
): Document {
  const document = passageOf(row, names)
  if (stored.length === 0) return document
  const fields = row as Readonly<Record<string, unknown>>
  const there = stored.filter((key) => Object.hasOwn(fields, key) && fields[key] !== undefined)
  return { ...document, keys: Object.fromEntries(there.map((key) => [key, storable(fields[key])])) }
}

/** Parquet has integers of 64 bits, of which JSON has 53. */
function storable(value: unknown): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

function passageOf(row: unknown, names: KeyNames): Document {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new RowError('it is not a JSON object')
  const fields = row as Readonly<Record<string, unknown>>
  const id = idOf(fields, names.id)
  const title = textOf(fields, names.title) ?? ''
  const text = textOf(fields, names.text)
  if (text !== undefined) return { id, title, text }
  const contents = textOf(fields, names.contents)
  if (contents === undefined) throw new RowError(`it has no ${lacking(names)}`)
  return { id, ...splitContents(contents) }
}

/** What an index of one field reads of a document: its title, a line break, its text. */
export function contentsOf({ title, text }: Omit<Document, 'id'>): string {
  return title === '' ? text : `${title}\n${text}`
}

/** `"Jaws"\nA film…`: the first line is the title, as Search-R1 reads it, its quotes included. */
export function splitContents(contents: string): { title: string; text: string } {
  const end = contents.indexOf('\n')
  if (end < 0) return { title: contents, text: '' }
  return { title: contents.slice(0, end), text: contents.slice(end + 1) }
}

/** What a row is, for those whose file has others. */
export const rowRemedy =
  'A row is an object { id, title, text } or { id, contents }; for other names give ' +
  'readDocuments(path, { keys: { id, title, text } }), or --id, --title and --text.'

export function rowError(place: string, reason: string, cause?: unknown): QuerlError {
  return new QuerlError('ERR_QUERL_DATA', `${place}: ${reason}.`, { remedy: rowRemedy, cause })
}

function lacking({ text, contents }: KeyNames): string {
  return [...text, ...contents].join(' or ')
}

function idOf(fields: Readonly<Record<string, unknown>>, keys: readonly string[]) {
  for (const key of keys) {
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (value === undefined || value === null) continue
    if (value === '') throw new RowError(`its ${key} is empty`)
    if (typeof value === 'string') return value
    if (typeof value === 'bigint') return String(value)
    if (Number.isSafeInteger(value)) return String(value)
    throw new RowError(`its ${key} is neither a string nor an integer`)
  }
  return undefined
}

function textOf(fields: Readonly<Record<string, unknown>>, keys: readonly string[]) {
  for (const key of keys) {
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (value === undefined || value === null) continue
    if (typeof value === 'string') return value
    throw new RowError(`its ${key} is not a string`)
  }
  return undefined
}
