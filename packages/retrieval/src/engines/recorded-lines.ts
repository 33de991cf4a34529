import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { QuerlError, writeAtomic } from '@querl/base'
import { fieldsOf, isFields } from './json-fields.js'
import { normalisedQuery, type Recording, SearchCache } from './search-cache.js'

/**
 * Writes all recorded searches as JSON Lines, to publish or to compare them. The same searches give
 * the same file.
 *
 * @param raw whether the engines' answers are included. Default false: they are ten times as long
 * @returns how many there were
 * @throws {QuerlError} ERR_QUERL_IO, ERR_QUERL_DATA
 */
export async function exportSearches(
  cachePath: string,
  linesPath: string,
  { raw = false }: { readonly raw?: boolean } = {},
): Promise<number> {
  using cache = await SearchCache.open(cachePath, { mustExist: true })
  let count = 0
  await writeAtomic(linesPath, async (temporary) => {
    const file = await open(temporary, 'wx')
    try {
      for await (const recording of cache.recordings({ raw })) {
        await file.write(`${JSON.stringify({ version: 1, ...recording })}\n`)
        count++
      }
      await file.sync()
    } finally {
      await file.close()
    }
  })
  return count
}

/**
 * Reads what exportSearches() wrote into a recording, which is made if it is not there. What is
 * recorded already stays.
 *
 * @returns how many lines there were
 * @throws {QuerlError} ERR_QUERL_DATA with the line that is wrong; the lines before it are in
 */
export async function importSearches(linesPath: string, cachePath: string): Promise<number> {
  using cache = await SearchCache.open(cachePath, { maxRawCharacters: Number.MAX_SAFE_INTEGER })
  let count = 0
  const batch: Recording[] = []
  const lines = createInterface({ input: createReadStream(linesPath), crlfDelay: Infinity })
  try {
    for await (const line of lines) {
      count++
      if (line.trim() !== '') batch.push(recordingOf(line, `${linesPath}:${count}`))
      // Short transactions: other processes that record wait for them.
      if (batch.length === 200) await cache.record(batch.splice(0))
    }
  } catch (cause) {
    if (cause instanceof QuerlError) throw cause
    const { message } = cause as Error
    throw new QuerlError('ERR_QUERL_IO', `Cannot read ${linesPath}: ${message}.`, { cause })
  } finally {
    await cache.record(batch)
  }
  return count
}

function recordingOf(line: string, place: string): Recording {
  const refuse = (what: string, cause?: unknown) =>
    new QuerlError('ERR_QUERL_DATA', `${place}: ${what}.`, { cause })
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch (cause) {
    throw refuse('this is not JSON', cause)
  }
  const { version, source, query, topK, passages, raw, cost, recordedAt } = fieldsOf(json)
  if (typeof version === 'number' && version > 1) throw refuse(`version ${version} is newer than 1`)
  const isWhole =
    version === 1 &&
    typeof source === 'string' &&
    typeof query === 'string' &&
    Number.isSafeInteger(topK) &&
    Array.isArray(passages) &&
    passages.every(isPassage) &&
    (raw === undefined || (Array.isArray(raw) && raw.every((body) => typeof body === 'string'))) &&
    typeof cost === 'number' &&
    typeof recordedAt === 'number'
  if (!isWhole) throw refuse('this is no recorded search')
  const whole = { source, topK, passages, cost, recordedAt, query: normalisedQuery(query) }
  return { ...whole, ...(raw !== undefined && { raw }) } as Recording
}

function isPassage(value: unknown): boolean {
  if (!isFields(value)) return false
  const { id, title, text, score } = value
  return [id, title, text].every((field) => typeof field === 'string') && typeof score === 'number'
}
