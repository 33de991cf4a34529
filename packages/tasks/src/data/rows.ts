import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream'
import { promisify } from 'node:util'
import { createGunzip, gunzip } from 'node:zlib'
import { QuerlError } from '@querl/base'

/** An object of a file, and where it stands, for errors: `nq.jsonl:14`. */
export interface Row {
  readonly value: Readonly<Record<string, unknown>>
  readonly place: string
}

/**
 * Reads the objects of a JSON array (`.json`) or of a file with one on each line (`.jsonl`), both
 * also with `.gz`. Lines are read as a stream; empty ones are skipped.
 *
 * @throws {QuerlError} while iterating: ERR_QUERL_IO if the file cannot be read, ERR_QUERL_DATA
 *   where it is not of that form, with the line; the signal's reason when it fires
 */
export async function* readRows(path: string, signal?: AbortSignal): AsyncGenerator<Row> {
  const [, kind, gz] = /\.(json|jsonl|ndjson)(\.gz)?$/.exec(path) ?? []
  if (!kind)
    throw new QuerlError('ERR_QUERL_DATA', `${path} is of an unknown kind.`, {
      remedy: 'Its name should end in .json, .jsonl, .json.gz or .jsonl.gz.',
    })
  try {
    if (kind === 'json') yield* arrayRows(path, gz !== undefined, signal)
    else yield* lineRows(path, gz !== undefined, signal)
  } catch (error) {
    signal?.throwIfAborted()
    throw readable(error, path)
  }
}

/** An error at a row: `nq.jsonl:14: Expected …`. */
export function rowError({ place }: Pick<Row, 'place'>, message: string): QuerlError {
  return new QuerlError('ERR_QUERL_DATA', `${place}: ${message}`)
}

async function* lineRows(path: string, isGz: boolean, signal?: AbortSignal): AsyncGenerator<Row> {
  const file = createReadStream(path, signal ? { signal } : {})
  // Without a callback a pipeline's error would be thrown past everybody; readline throws it too.
  const input = isGz ? pipeline(file, createGunzip(), () => {}) : file
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  let line = 0
  try {
    for await (const text of lines) {
      line++
      if (text.trim() !== '') yield parsed(text, `${path}:${line}`)
    }
  } finally {
    lines.close()
    file.destroy()
  }
}

async function* arrayRows(path: string, isGz: boolean, signal?: AbortSignal): AsyncGenerator<Row> {
  const bytes = await readFile(path, signal ? { signal } : {})
  const text = (isGz ? await unzip(bytes) : bytes).toString('utf8')
  if (!text.trimStart().startsWith('[')) {
    // One object a line under the other name.
    for (const [at, line] of text.split('\n').entries())
      if (line.trim() !== '') yield parsed(line, `${path}:${at + 1}`)
    return
  }
  const values = parsedArray(text, path)
  for (const [at, value] of values.entries()) yield rowOf(value, `${path}: entry ${at + 1}`)
}

function parsed(line: string, place: string): Row {
  try {
    return rowOf(JSON.parse(line), place)
  } catch (error) {
    if (error instanceof QuerlError) throw error
    throw rowError({ place }, `not JSON: ${messageOf(error)}`)
  }
}

function rowOf(value: unknown, place: string): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw rowError({ place }, 'Expected an object.')
  return { value: value as Row['value'], place }
}

function parsedArray(text: string, path: string): unknown[] {
  try {
    return JSON.parse(text) as unknown[]
  } catch (error) {
    throw rowError({ place: `${path}:${brokenLine(text)}` }, `not JSON: ${messageOf(error)}`)
  }
}

/** The line of an array's first entry that is not JSON, since `JSON.parse` does not say where. */
function brokenLine(text: string): number {
  let depth = 0
  let start = text.indexOf('[') + 1
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},]/g)) {
    if (token === '[' || token === '{') depth++
    if (token === ']' || token === '}') depth--
    const isEnd = depth === 0 || (depth === 1 && token === ',')
    if (!isEnd) continue
    if (!isJson(text.slice(start, index))) break
    start = index + 1
  }
  const entry = start + text.slice(start).search(/\S|$/)
  return text.slice(0, entry).split('\n').length
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function readable(error: unknown, path: string): QuerlError {
  if (error instanceof QuerlError) return error
  const code = (error as NodeJS.ErrnoException | null)?.code ?? ''
  if (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return new QuerlError('ERR_QUERL_DATA', `${path} is not a whole gzip file.`, {
      remedy: 'Copy or download it again.',
      cause: error,
    })
  return new QuerlError('ERR_QUERL_IO', `${path} cannot be read: ${messageOf(error)}`, {
    cause: error,
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const unzip = promisify(gunzip)
