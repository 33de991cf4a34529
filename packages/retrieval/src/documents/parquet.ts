import { open } from 'node:fs/promises'
import { QuerlError } from '@querl/base'
import type { AsyncBuffer, FileMetaData } from 'hyparquet'
import { type Document, documentOf, type KeyNames, RowError, rowError } from './document.js'
import { readError } from './file-chunks.js'

// A row group of a published data set may have a million rows: this many become objects at a time.
const rowsAtOnce = 16_384

/**
 * The documents of a Parquet file, some thousand rows at a time; of the columns only those that are
 * needed are read.
 *
 * @throws {QuerlError} ERR_QUERL_IO, or ERR_QUERL_DATA if it is no Parquet file, is damaged, or lacks
 *   the columns
 */
export async function* parquetDocuments(
  path: string,
  names: KeyNames,
  stored: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Document[], void, undefined> {
  const { parquetMetadataAsync, parquetReadObjects, parquetSchema } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  await using file = await openBuffer(path)
  const attempt = async <T>(read: () => Promise<T>): Promise<T> => {
    try {
      return await read()
    } catch (error) {
      if (error instanceof Error && 'syscall' in error) throw readError(path, error)
      throw new QuerlError('ERR_QUERL_DATA', `${path} is no whole Parquet file: ${error}.`, {
        remedy: 'Copy or download it again.',
        cause: error,
      })
    }
  }
  const metadata: FileMetaData = await attempt(() => parquetMetadataAsync(file))
  const there = new Set(parquetSchema(metadata).children.map(({ element }) => element.name))
  const wanted = [...Object.values(names).flat(), ...stored] as string[]
  const columns = [...new Set(wanted)].filter((name) => there.has(name))
  if (![...names.text, ...names.contents].some((name) => there.has(name)))
    throw rowError(
      path,
      `it has no column ${[...names.text, ...names.contents].join(' or ')}, only ${[...there].join(', ')}`,
    )
  let groupStart = 0
  for (const { num_rows } of metadata.row_groups) {
    const groupEnd = groupStart + Number(num_rows)
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += rowsAtOnce) {
      signal?.throwIfAborted()
      const rowEnd = Math.min(rowStart + rowsAtOnce, groupEnd)
      const rows = await attempt(() =>
        parquetReadObjects({ file, metadata, columns, compressors, rowStart, rowEnd }),
      )
      yield rows.map((row, i) => {
        try {
          return documentOf(row, names, stored)
        } catch (error) {
          throw error instanceof RowError
            ? rowError(`${path}, row ${rowStart + i + 1}`, error.message)
            : error
        }
      })
    }
    groupStart = groupEnd
  }
}

/** One open file for all reads, where hyparquet's own opens it for each. */
async function openBuffer(path: string): Promise<AsyncBuffer & AsyncDisposable> {
  try {
    const file = await open(path)
    const { size } = await file.stat()
    return {
      byteLength: size,
      async slice(start, end = size) {
        const buffer = new Uint8Array(end - start)
        const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
        if (bytesRead < buffer.length) throw new Error(`it ends at byte ${start + bytesRead}`)
        return buffer.buffer
      },
      [Symbol.asyncDispose]: () => file.close(),
    }
  } catch (error) {
    throw readError(path, error)
  }
}
