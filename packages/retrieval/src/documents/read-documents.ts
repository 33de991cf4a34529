import type { Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { argumentError, checkString, QuerlError } from '@querl/base'
import { type Document, type DocumentKeys, type KeyNames, keyNames } from './document.js'
import { contentOf, fileChunks, readError } from './file-chunks.js'
import { jsonLineDocuments } from './json-lines.js'
import { parquetDocuments } from './parquet.js'

export interface ReadDocumentsOptions {
  /** Where a row has its id, title and text. Default: `id` or `_id`, `title`, `text` or `contents`. */
  readonly keys?: DocumentKeys | undefined
  /**
   * Keys of a row that an index keeps for filters: `['year', 'lang']`. Rows are then read in
   * JavaScript, some times slower, and an index that keeps its documents keeps a copy. Default: none.
   */
  readonly stored?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** One file of a corpus. */
export interface DocumentFile {
  readonly path: string
  readonly format: 'jsonl' | 'jsonl.gz' | 'parquet'
  readonly bytes: number
}

/**
 * The documents of some files, in their order. `Bm25Index.build()` reads JSON lines natively, and an
 * iteration gives the same documents to JavaScript; either takes constant memory.
 */
export class DocumentFiles implements AsyncIterable<Document> {
  readonly paths: readonly string[]
  /** The keys that are looked at. */
  readonly names: KeyNames
  /** The keys that are kept for filters. */
  readonly stored: readonly string[]
  readonly #signal: AbortSignal | undefined

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT for a wrong path or option */
  constructor(
    paths: string | readonly string[],
    { keys, stored = [], signal }: ReadDocumentsOptions = {},
  ) {
    const list: unknown = typeof paths === 'string' ? [paths] : paths
    if (!Array.isArray(list)) throw argumentError('paths', 'a path or an array of them', paths)
    for (const [i, path] of list.entries()) checkString(`paths[${i}]`, path)
    this.paths = list as string[]
    this.names = checkedNames(keys)
    if (!Array.isArray(stored)) throw argumentError('stored', 'an array of keys', stored)
    for (const [i, key] of stored.entries()) checkString(`stored[${i}]`, key)
    this.stored = stored
    this.#signal = signal
  }

  /**
   * What the files are, told from their names and first bytes.
   *
   * @throws {QuerlError} ERR_QUERL_IO if one cannot be read
   */
  async files(): Promise<DocumentFile[]> {
    return Promise.all(
      this.paths.map(async (path) => {
        const status = await stat(path).catch((error: unknown) => {
          throw readError(path, error)
        })
        checkIsFile(path, status)
        return { path, format: await formatOf(path), bytes: status.size } as const
      }),
    )
  }

  /** The documents in batches, as they come from the disk. */
  async *batches(): AsyncGenerator<readonly Document[], void, undefined> {
    for (const file of await this.files()) yield* this.batchesOf(file)
  }

  /**
   * The documents of one of the files, in batches.
   *
   * @param hooks.onRead hears how many bytes of a file of JSON lines have been read
   * @param hooks.onInvalid hears of each document of JSON lines whose text or id has bytes that are no
   *   UTF-8, as `<file>:<line>`
   */
  batchesOf(
    { path, format }: DocumentFile,
    {
      onRead,
      onInvalid,
    }: {
      readonly onRead?: (bytes: number) => void
      readonly onInvalid?: (place: string) => void
    } = {},
  ): AsyncGenerator<readonly Document[], void, undefined> {
    const { names, stored } = this
    const signal = this.#signal
    if (format === 'parquet') return parquetDocuments(path, names, stored, signal)
    const chunks = fileChunks(path, { gzip: format === 'jsonl.gz', signal, onRead })
    return jsonLineDocuments(path, chunks, names, stored, onInvalid)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Document, void, undefined> {
    for await (const batch of this.batches()) {
      this.#signal?.throwIfAborted()
      yield* batch
    }
  }
}

/**
 * Streams the documents of JSON lines (plain or gzip) and Parquet files: `{ id, title, text }`,
 * wiki-18's `{ id, contents }`, BEIR's `{ _id, title, text }`, or what `keys` names. Bytes that are no
 * UTF-8 are read as U+FFFD: a build tells of documents that have such (`WriteProgress.invalidText`).
 *
 * @param paths one or several files, read in this order
 * @returns an async iterable; it may be iterated again. Iterating throws ERR_QUERL_IO for a file that
 *   cannot be read, ERR_QUERL_DATA with file and line for a row that is no document, and for a cut
 *   gzip or Parquet file; and the signal's reason once it has fired
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function readDocuments(
  paths: string | readonly string[],
  options: ReadDocumentsOptions = {},
): DocumentFiles {
  return new DocumentFiles(paths, options)
}

/** @throws {QuerlError} ERR_QUERL_DATA for what must be made another file first */
async function formatOf(path: string): Promise<DocumentFile['format']> {
  if (/\.parquet$/i.test(path)) return 'parquet'
  const content = await contentOf(path)
  if (content === undefined) return 'jsonl'
  if (content === 'gzip') return 'jsonl.gz'
  if (content === 'Parquet') return 'parquet'
  throw new QuerlError(
    'ERR_QUERL_DATA',
    `${path} is ${content}, and not JSON lines, gzip or Parquet.`,
    {
      remedy:
        content === 'UTF-16'
          ? 'Write it in UTF-8: iconv -f UTF-16 -t UTF-8'
          : 'Unpack it, or pack it by gzip.',
    },
  )
}

/** @throws {QuerlError} ERR_QUERL_IO for what has no places to come back to */
function checkIsFile(path: string, status: Stats): void {
  if (status.isDirectory())
    throw new QuerlError('ERR_QUERL_IO', `${path} is a folder, where a file is wanted.`, {
      remedy: `Name its files: ${join(path, '*.jsonl')}`,
    })
  if (status.isFIFO() || status.isSocket())
    throw new QuerlError('ERR_QUERL_IO', `${path} is a pipe, which can be read only once.`, {
      remedy: 'Write it to a file first; or give Bm25Index.build() an iterable of its documents.',
    })
}

function checkedNames(keys: DocumentKeys | undefined): KeyNames {
  if (keys !== undefined && (typeof keys !== 'object' || keys === null))
    throw argumentError('keys', 'an object with id, title or text', keys)
  for (const [name, key] of Object.entries(keys ?? {})) {
    if (!['id', 'title', 'text'].includes(name))
      throw argumentError('keys', 'an object with id, title or text', keys)
    if (key !== undefined) checkString(`keys.${name}`, key)
  }
  return keyNames(keys)
}
