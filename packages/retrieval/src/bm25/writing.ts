import { resolve } from 'node:path'
import { argumentError, QuerlError } from '@querl/base'
import type { StopHandle } from '../binding.js'
import { type Document, type InvalidText, type KeyNames, rowRemedy } from '../documents/document.js'
import { fileChunks } from '../documents/file-chunks.js'
import { type DocumentFile, DocumentFiles } from '../documents/read-documents.js'
import type { StoreMeta } from '../documents/store-meta.js'
import { native } from '../loaded.js'
import { abortable } from '../native-call.js'
import { untilAborted } from '../until-aborted.js'
import type { Bm25Handle, WriterHandle, WriterOpening } from './binding.js'
import { type Bm25Document, documentColumns, hasOneForAll } from './bm25-document.js'
import type { Bm25Settings } from './settings.js'

/** How far a build, an addition or a merge has come. */
export interface WriteProgress {
  /** `read` documents and invert them; `write` the postings; `merge` segments. */
  readonly stage: 'read' | 'write' | 'merge'
  /** Documents read so far. */
  readonly documents: number
  /** Bytes of the corpus files at `read`, postings at the others; absent where nobody knows. */
  readonly done?: number
  readonly total?: number
  /**
   * Documents of JSON lines, read so far, with bytes that are no UTF-8; absent where there is none.
   * They are indexed with U+FFFD in place of such bytes.
   */
  readonly invalidText?: InvalidText
}

export interface WriteOptions {
  /** Threads that analyse and invert documents. Default: one for each core. */
  readonly threads?: number | undefined
  /** Postings in memory before they are spilled to the disk. Default 256 MiB. */
  readonly memoryBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called now and then, and once at the end. */
  readonly onProgress?: ((progress: WriteProgress) => void) | undefined
}

export type DocumentSource = Iterable<Bm25Document> | AsyncIterable<Bm25Document> | DocumentFiles

type Stage = Pick<WriteProgress, 'stage' | 'done' | 'total'>

const progressEveryMs = 100

/** A native writer at work: nothing of the index has changed until `commit()`. */
export class Writing implements AsyncDisposable {
  readonly #handle: WriterHandle
  readonly #settings: Pick<Bm25Settings, 'fields'>
  readonly #names: KeyNames | undefined
  readonly #options: WriteOptions
  #documents = 0
  #invalidRows: InvalidText | undefined
  #lastProgress = 0

  private constructor(
    handle: WriterHandle,
    settings: Pick<Bm25Settings, 'fields'>,
    store: StoreMeta | undefined,
    options: WriteOptions,
  ) {
    this.#handle = handle
    this.#settings = settings
    this.#names = store?.names
    this.#options = options
  }

  /**
   * @param settings of the index, of which those of an older one are taken as they are
   * @param source decides how JSON lines are read
   * @param store present where documents are kept beside the index
   */
  static async open(
    opening: Pick<WriterOpening, 'folder' | 'mode' | 'base'> & {
      readonly replaceDuplicates?: boolean
    },
    settings: Bm25Settings | Pick<Bm25Settings, 'fields'>,
    source: DocumentSource | undefined,
    store: StoreMeta | undefined,
    options: WriteOptions,
  ): Promise<Writing> {
    const handle = native().createBm25Writer()
    const { threads = 0, memoryBytes = 256 * 2 ** 20 } = options
    try {
      await abortable(options.signal, () =>
        native().openWriter(handle, {
          replaceDuplicates: false,
          ...opening,
          threads,
          memoryBytes,
          settings: 'analyzer' in settings ? settings : undefined,
          names: source instanceof DocumentFiles ? source.names : undefined,
          storeMeta: store && JSON.stringify(store),
        }),
      )
    } catch (error) {
      // An abort does not wait for the writer, which may have the folder by now.
      await native().closeWriter(handle)
      throw error
    }
    return new Writing(handle, settings, store, options)
  }

  /** Reads all documents of a source, in its order. */
  async feed(source: DocumentSource): Promise<void> {
    if (!(source instanceof DocumentFiles))
      return this.#feedDocuments(untilAborted(source, this.#options.signal))
    this.#checkFieldsOfFiles()
    const files = await source.files()
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
    let before = 0
    for (const file of files) {
      const onRead = (bytes: number) => this.#report({ stage: 'read', done: before + bytes, total })
      if (file.format === 'parquet' || source.stored.length > 0)
        await this.#feedDocuments(rowsOf(source, file, { onRead, onInvalid: this.#onInvalid }))
      else await this.#feedLines(file, onRead)
      before += file.bytes
      onRead(0)
    }
  }

  /** @returns how many documents there were of these */
  async remove(ids: readonly string[]): Promise<number> {
    return abortable(this.#options.signal, () => native().removeDocuments(this.#handle, ids))
  }

  /**
   * Makes what was added and removed the index's state, which `index` shows from then on.
   *
   * @param maxSegments 0 for no more merges than are due
   */
  async commit(index: Bm25Handle, maxSegments = 0): Promise<void> {
    const timer = setInterval(() => {
      const { stage, done, total } = native().writerProgress(this.#handle)
      if (stage === 'write' || stage === 'merge') this.#report({ stage, done, total })
    }, progressEveryMs)
    try {
      await abortable(this.#options.signal, (stop) =>
        native().commitWriter(this.#handle, maxSegments, stop),
      )
    } finally {
      clearInterval(timer)
    }
    native().adoptBm25(index, this.#handle)
    this.#options.onProgress?.(this.#progress({ stage: 'write' }))
  }

  /** Drops what was not committed, a folder that was made for it too, and gives the folder free. */
  async [Symbol.asyncDispose](): Promise<void> {
    await native().closeWriter(this.#handle)
  }

  async #feedDocuments(documents: Iterable<Bm25Document> | AsyncIterable<Bm25Document>) {
    const lineOf = this.#names && ((document: Bm25Document) => keptLine(document, this.#names!))
    const pipeline = new Pipeline(this.#options.signal)
    for await (const batch of documentColumns(documents, this.#settings.fields, lineOf)) {
      await pipeline.run((stop) => native().addDocuments(this.#handle, batch, stop))
      this.#documents += batch.count
      this.#report({ stage: 'read' })
    }
    await pipeline.end()
  }

  async #feedLines({ path, format }: DocumentFile, onRead: (bytes: number) => void) {
    const { signal } = this.#options
    const gzip = format === 'jsonl.gz'
    const before = this.#documents
    const pipeline = new Pipeline(signal)
    await pipeline.run(() => native().startLines(this.#handle, resolve(path), gzip))
    for await (const bytes of fileChunks(path, { gzip, signal, onRead })) {
      await pipeline.run(async (stop) => {
        const count = await readingRows(native().addLines(this.#handle, bytes, stop))
        this.#documents = before + count
      })
    }
    await pipeline.run(async (stop) => {
      this.#documents = before + (await readingRows(native().endLines(this.#handle, stop)))
    })
    await pipeline.end()
  }

  readonly #onInvalid = (place: string) => {
    const { documents = 0, first = place } = this.#invalidRows ?? {}
    this.#invalidRows = { documents: documents + 1, first }
  }

  /** With what was read so far: rows by JavaScript, or all lines natively. */
  #progress(progress: Stage): WriteProgress {
    const invalidText = this.#invalidRows ?? native().writerProgress(this.#handle).invalidText
    return { ...progress, documents: this.#documents, ...(invalidText && { invalidText }) }
  }

  /** At most ten times a second. */
  #report(progress: Stage): void {
    const { onProgress } = this.#options
    if (!onProgress || performance.now() - this.#lastProgress < progressEveryMs) return
    this.#lastProgress = performance.now()
    onProgress(this.#progress(progress))
  }

  #checkFieldsOfFiles(): void {
    const { fields } = this.#settings
    const unknown = fields.find(({ name }) => name !== 'title' && name !== 'text')
    if (!unknown || hasOneForAll(fields)) return
    throw argumentError(
      'fields',
      'title and text, which are what documents of files have, or one field for both',
      fields.map(({ name }) => name),
    )
  }
}

/** Says what a row must be, where one is not. */
async function readingRows(work: Promise<number>): Promise<number> {
  try {
    return await work
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ERR_QUERL_DATA') throw error
    throw new QuerlError(code, message, { remedy: rowRemedy, cause: error })
  }
}

/** Lets one native call run while the next one's input is gathered. */
class Pipeline {
  readonly #signal: AbortSignal | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  /** Starts a call once the one before is done. */
  async run(start: (stop: StopHandle | undefined) => Promise<void>): Promise<void> {
    await this.#running
    this.#running = abortable(this.#signal, start)
    this.#running.catch(() => {}) // it is awaited in the next round, or at the end
  }

  async end(): Promise<void> {
    await this.#running
  }
}

async function* rowsOf(
  source: DocumentFiles,
  file: DocumentFile,
  hooks: Parameters<DocumentFiles['batchesOf']>[1],
): AsyncGenerator<Document> {
  for await (const batch of source.batchesOf(file, hooks)) yield* batch
}

/** A document as a line of JSON that the store's reader takes. */
function keptLine(document: Bm25Document, names: KeyNames): string {
  const [id, title, text] = [names.id[0]!, names.title[0]!, names.text[0]!]
  if (typeof document === 'string') return JSON.stringify({ [text]: document })
  const named = document.id === undefined ? {} : { [id]: document.id }
  if ('text' in document)
    return JSON.stringify({ ...named, [title]: document.title ?? '', [text]: document.text })
  if ('contents' in document) {
    const end = document.contents.indexOf('\n')
    const first = end < 0 ? document.contents : document.contents.slice(0, end)
    const rest = end < 0 ? '' : document.contents.slice(end + 1)
    return JSON.stringify({ ...named, [title]: first, [text]: rest })
  }
  throw argumentError(
    'documents',
    'texts, or objects with text or contents, where documents are kept beside the index',
    document,
  )
}
