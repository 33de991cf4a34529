import { resolve } from 'node:path'
import { argumentError, checkString, QuerlError } from '@querl/base'
import { native } from '../loaded.js'
import { abortable, fromNative } from '../native-call.js'
import type { StoreHandle, StoreInfo } from './binding.js'
import { type Document, documentOf, type KeyNames } from './document.js'
import { parseStoreMeta } from './store-meta.js'

export interface DocumentStoreOptions {
  /**
   * Where the corpus files are now, in the order of the build. Default: where they were, relative to
   * the index's folder or as absolute paths.
   */
  readonly files?: readonly string[] | undefined
}

/**
 * The documents of an index, mapped from the corpus files that it was built from, or from copies in
 * its folder. Of a document that nobody asks for nothing is read.
 *
 * A checksum for every 32 documents tells a corpus that was changed; one that was copied elsewhere is
 * fine.
 */
export class DocumentStore {
  /** How the lines are read. */
  readonly names: KeyNames
  readonly #handle: StoreHandle
  readonly #info: StoreInfo
  #disposed = false

  private constructor(handle: StoreHandle, folder: string) {
    this.#handle = handle
    this.#info = native().storeInfo(handle)
    this.names = parseStoreMeta(this.#info.meta, folder).names
  }

  /**
   * @param folder of an index that was built with `keepDocuments`
   * @throws {QuerlError} ERR_QUERL_IO if it keeps none, or a corpus file cannot be read;
   *   ERR_QUERL_DATA if a corpus file was changed; ERR_QUERL_INDEX_CORRUPT
   */
  static async open(folder: string, { files = [] }: DocumentStoreOptions = {}) {
    checkString('folder', folder)
    if (!Array.isArray(files)) throw argumentError('files', 'an array of paths', files)
    for (const [i, path] of files.entries()) checkString(`files[${i}]`, path)
    const handle = native().createStore()
    try {
      await abortable(undefined, () =>
        native().openStore(
          handle,
          resolve(folder),
          files.map((path) => resolve(path)),
        ),
      )
      return new DocumentStore(handle, folder)
    } catch (error) {
      native().disposeStore(handle)
      throw withRemedy(error, folder)
    }
  }

  /**
   * Whether an index's folder keeps its documents.
   *
   * @throws {QuerlError} ERR_QUERL_INDEX_CORRUPT if it has an index that is damaged
   */
  static isIn(folder: string): boolean {
    checkString('folder', folder)
    try {
      return native().hasStore(resolve(folder))
    } catch (error) {
      throw fromNative(error)
    }
  }

  /** How many documents there are; those that the index has deleted are among them. */
  get size(): number {
    return this.#info.documents
  }

  /** Counts, and where the documents lie. Plain JSON. */
  get info(): Omit<StoreInfo, 'meta'> {
    const { meta: _, ...info } = this.#info
    return info
  }

  /**
   * Documents by their places in the index: the `index` of hits. One crossing for all of them.
   *
   * @returns in the order of `indices`; a document without an id has none
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for an index that is none; ERR_QUERL_DATA if the corpus
   *   file was changed since the build; ERR_QUERL_CLOSED after `dispose()`
   */
  async get(
    indices: readonly number[] | Uint32Array,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<Document[]> {
    const wrong = indices.findIndex(
      (index) => !Number.isInteger(index) || index < 0 || index >= this.size,
    )
    if (wrong >= 0)
      throw argumentError(`indices[${wrong}]`, `an integer in [0, ${this.size})`, indices[wrong])
    if (this.#disposed) throw new QuerlError('ERR_QUERL_CLOSED', 'The store was disposed.')
    const lines = await abortable(signal, () =>
      native().readLines(this.#handle, Uint32Array.from(indices)),
    )
    return (JSON.parse(lines) as unknown[]).map((row) => documentOf(row, this.names))
  }

  /** Unmaps the files. */
  dispose(): void {
    this.#disposed = true
    native().disposeStore(this.#handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/** What is to be done about a corpus that is not where, or not what, it was. */
function withRemedy(error: unknown, folder: string): unknown {
  if (!(error instanceof QuerlError) || error.remedy !== undefined) return error
  const { code, message } = error
  if (code === 'ERR_QUERL_DATA')
    return new QuerlError(code, message, {
      remedy: 'Put the corpus back as it was at the build, or build the index again.',
      cause: error,
    })
  if (code !== 'ERR_QUERL_IO') return error
  const remedy = DocumentStore.isIn(folder)
    ? 'Put the corpus back where it was at the build, or say where it is: open(folder, { files }).'
    : 'Build it with keepDocuments: true (querl index build without --no-documents).'
  return new QuerlError(code, message, { remedy, cause: error })
}
