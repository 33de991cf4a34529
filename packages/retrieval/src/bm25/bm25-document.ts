import { argumentError, QuerlError } from '@querl/base'
import { contentsOf, splitContents } from '../documents/document.js'
import type { DocumentColumns } from './binding.js'
import type { Bm25Settings } from './settings.js'

/** What filters can ask for: a small JSON object that is kept in the index. */
export type StoredKeys = Readonly<Record<string, unknown>>

interface Named {
  /** How hits name it. Default: its place among all documents, from 0. */
  readonly id?: string | undefined
  readonly keys?: StoredKeys | undefined
}

/**
 * A document of an index. With one field, `title` and `text` are searched together; with several,
 * they are the fields of these names, and `contents`, whose first line is the title, is both.
 * `tokens` and token lists in `fields` are taken as they are, past the analyser.
 */
export type Bm25Document =
  | string
  | (Named & { readonly title?: string | undefined; readonly text: string })
  | (Named & { readonly contents: string })
  | (Named & { readonly tokens: readonly string[] })
  | (Named & { readonly fields: Readonly<Record<string, FieldValue>> })

export type FieldValue = string | readonly string[]

// Large enough that crossing into native code costs nothing, small enough that the event loop is not
// held: copying a batch takes about a millisecond.
const batchDocuments = 2048
const batchCharacters = 1 << 20

/**
 * Documents by columns, for the way into native code.
 *
 * @param lineOf makes the text under which a document is kept, where documents are
 * @throws {QuerlError} ERR_QUERL_ARGUMENT names the document that is none
 */
export async function* documentColumns(
  documents: Iterable<Bm25Document> | AsyncIterable<Bm25Document>,
  fields: Bm25Settings['fields'],
  lineOf?: (document: Bm25Document) => string,
): AsyncGenerator<DocumentColumns & { readonly count: number }, void, undefined> {
  if (!isIterable(documents))
    throw argumentError(
      'documents',
      'an iterable of texts or documents, such as readDocuments(path)',
      documents,
    )
  let batch = new Columns(fields.length, lineOf !== undefined)
  let index = 0
  for await (const document of documents) {
    const place = `documents[${index++}]`
    const values = valuesOf(document, fields, place)
    batch.add(document, place, values, lineOf)
    if (batch.count < batchDocuments && batch.characters < batchCharacters) continue
    yield batch
    batch = new Columns(fields.length, lineOf !== undefined)
  }
  if (batch.count > 0) yield batch
}

class Columns implements DocumentColumns {
  readonly fields: FieldValue[][]
  keys: (string | undefined)[] | undefined
  stored: string[] | undefined
  readonly lines: string[] | undefined
  count = 0
  characters = 0

  constructor(fields: number, hasLines: boolean) {
    this.fields = Array.from({ length: fields }, () => [])
    this.lines = hasLines ? [] : undefined
  }

  /** @param place names the document in messages */
  add(
    document: Bm25Document,
    place: string,
    values: readonly FieldValue[],
    lineOf: ((document: Bm25Document) => string) | undefined,
  ): void {
    values.forEach((value, field) => {
      this.fields[field]!.push(value)
      this.characters += typeof value === 'string' ? value.length : 8 * value.length
    })
    if (typeof document !== 'string') {
      const { id, keys } = document
      if (id !== undefined) (this.keys ??= new Array(this.count).fill(undefined)).push(id)
      else this.keys?.push(undefined)
      if (keys !== undefined)
        (this.stored ??= new Array(this.count).fill('')).push(storedJson(keys, place))
      else this.stored?.push('')
    } else {
      this.keys?.push(undefined)
      this.stored?.push('')
    }
    if (lineOf) this.lines!.push(lineOf(document))
    this.count++
  }
}

function storedJson(keys: StoredKeys, place: string): string {
  try {
    return JSON.stringify(keys)
  } catch (cause) {
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `${place}.keys cannot be JSON: ${(cause as Error).message.split('\n', 1)[0]}.`,
      { cause },
    )
  }
}

function valuesOf(
  document: Bm25Document,
  fields: Bm25Settings['fields'],
  place: string,
): readonly FieldValue[] {
  if (typeof document === 'string') return [only(fields, document, place)]
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw argumentError(
      place,
      'a text or an object with text, contents, tokens or fields',
      document,
    )
  const { id, keys } = document
  if (id !== undefined && typeof id !== 'string') throw argumentError(`${place}.id`, 'a string', id)
  if (keys !== undefined && (typeof keys !== 'object' || keys === null || Array.isArray(keys)))
    throw argumentError(`${place}.keys`, 'an object', keys)
  if ('fields' in document) return byName(document.fields, fields, `${place}.fields`)
  if ('tokens' in document) {
    checkTokens(`${place}.tokens`, document.tokens)
    return [only(fields, document.tokens, place)]
  }
  if ('contents' in document) {
    checkText(`${place}.contents`, document.contents)
    if (hasOneForAll(fields)) return [document.contents]
    return byName(splitContents(document.contents), fields, place)
  }
  const { title = '', text } = document
  checkText(`${place}.title`, title)
  checkText(`${place}.text`, text)
  if (hasOneForAll(fields)) return [contentsOf({ title, text })]
  return byName({ title, text }, fields, place)
}

/** Whether there is one field, for all that a document says. */
export function hasOneForAll(fields: Bm25Settings['fields']): boolean {
  return fields.length === 1 && fields[0]!.name !== 'title' && fields[0]!.name !== 'text'
}

function only<T>(fields: Bm25Settings['fields'], value: T, place: string): T {
  if (fields.length === 1) return value
  throw argumentError(
    place,
    `an object with the fields ${fields.map(({ name }) => name).join(', ')}`,
    value,
  )
}

function byName(
  values: Readonly<Record<string, unknown>>,
  fields: Bm25Settings['fields'],
  place: string,
): FieldValue[] {
  if (typeof values !== 'object' || values === null)
    throw argumentError(place, 'an object of texts by field', values)
  const names = fields.map(({ name }) => name)
  const isPassage = !place.endsWith('.fields') // whose title may be of no interest
  for (const name of Object.keys(values))
    if (!isPassage && !names.includes(name))
      throw argumentError(place, `an object with fields of the index, ${names.join(', ')}`, name)
  if (isPassage && !names.some((name) => name === 'title' || name === 'text'))
    throw argumentError(place, `an object with fields: { ${names.join(', ')} }`, values)
  return names.map((name) => {
    const value = values[name] ?? ''
    if (Array.isArray(value)) checkTokens(`${place}.${name}`, value)
    else checkText(`${place}.${name}`, value)
    return value as FieldValue
  })
}

function checkText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw argumentError(name, 'a string', value)
}

function checkTokens(name: string, value: unknown): void {
  if (!Array.isArray(value)) throw argumentError(name, 'an array of strings', value)
  const wrong = value.findIndex((token) => typeof token !== 'string' || token === '')
  if (wrong >= 0)
    throw argumentError(`${name}[${wrong}]`, 'a string that is not empty', value[wrong])
}

function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.iterator in value || Symbol.asyncIterator in value
}
