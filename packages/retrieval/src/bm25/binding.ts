import type { StopHandle } from '../binding.js'
import type { InvalidText, KeyNames } from '../documents/document.js'
import type { Explanation } from './explanation.js'
import type { Bm25Info } from './info.js'
import type { Bm25Settings } from './settings.js'

declare const kind: unique symbol

/** A snapshot of an index, with the native thread that searches it. */
export interface Bm25Handle {
  readonly [kind]: 'bm25'
}

/** What builds or changes an index, with a native thread of its own. */
export interface WriterHandle {
  readonly [kind]: 'writer'
}

/** A set of documents that a search may return. */
export interface FilterHandle {
  readonly [kind]: 'filter'
}

/** The hits of all queries behind one another: those of query q end at `ends[q]`. */
export interface HitLists {
  readonly documents: Uint32Array
  readonly scores: Float64Array
  readonly ends: Uint32Array
  /** The hits' ids behind one another; absent where every id is the document's number. */
  readonly keys?: string
  /** Where each id ends in `keys`. */
  readonly keyEnds?: Uint32Array
}

/** Some documents of an index, in its order. */
export interface KeyBatch {
  readonly documents: Uint32Array
  readonly keys: string
  readonly keyEnds: Uint32Array
  /** JSON objects, or empty texts. */
  readonly stored: string
  readonly storedEnds: Uint32Array
  /** Where the next batch begins. */
  readonly next: number
}

export interface WriterOpening {
  /** Empty: in memory. */
  readonly folder: string
  readonly mode: 'create' | 'replace' | 'add'
  readonly threads: number
  readonly memoryBytes: number
  readonly replaceDuplicates: boolean
  readonly settings?: Bm25Settings | undefined
  readonly names?: KeyNames | undefined
  readonly storeMeta?: string | undefined
  readonly base?: Bm25Handle | undefined
}

/** Documents by columns: fields (F, N), the others (N). */
export interface DocumentColumns {
  readonly keys?: readonly (string | undefined)[] | undefined
  readonly fields: readonly (readonly (string | readonly string[])[])[]
  readonly stored?: readonly string[] | undefined
  readonly lines?: readonly string[] | undefined
}

export interface VerifyReport {
  readonly segments: number
  readonly documents: number
  readonly bytes: number
  readonly terms: number
  readonly postings: number
  /** What is wrong, at most one for each segment. Empty: the index is whole. */
  readonly problems: readonly string[]
}

/** What native/addon/retrieval/bm25_*.cc export. */
export interface Bm25Binding {
  createBm25(): Bm25Handle
  openBm25(index: Bm25Handle, path: string): Promise<void>
  scoreBm25(index: Bm25Handle, parameters: Omit<Bm25Settings, 'analyzer' | 'fields'>): void
  refreshBm25(index: Bm25Handle): Promise<boolean>
  saveBm25(index: Bm25Handle, path: string, replace: boolean, stop?: StopHandle): Promise<void>
  searchBm25(
    index: Bm25Handle,
    queries: readonly (string | readonly string[])[],
    topK: number,
    threads: number,
    filter?: FilterHandle,
    stop?: StopHandle,
  ): Promise<HitLists>
  explainBm25(
    index: Bm25Handle,
    query: string | readonly string[],
    document: string | number,
  ): Promise<Omit<Explanation, 'toString'> | undefined>
  infoBm25(index: Bm25Handle): Omit<Bm25Info, 'path'>
  disposeBm25(index: Bm25Handle): void

  keysOf(index: Bm25Handle, first: number, most: number): Promise<KeyBatch>
  liveBits(index: Bm25Handle): Promise<Uint32Array>
  createFilter(ordinals: number, bits: Uint32Array): FilterHandle

  createBm25Writer(): WriterHandle
  openWriter(writer: WriterHandle, opening: WriterOpening): Promise<void>
  addDocuments(writer: WriterHandle, batch: DocumentColumns, stop?: StopHandle): Promise<void>
  startLines(writer: WriterHandle, path: string, isCopied: boolean): Promise<void>
  /** How many documents the file had so far; so does endLines(). */
  addLines(writer: WriterHandle, bytes: Uint8Array, stop?: StopHandle): Promise<number>
  endLines(writer: WriterHandle, stop?: StopHandle): Promise<number>
  removeDocuments(writer: WriterHandle, ids: readonly string[]): Promise<number>
  commitWriter(writer: WriterHandle, maxSegments: number, stop?: StopHandle): Promise<void>
  adoptBm25(index: Bm25Handle, writer: WriterHandle): void
  verifyIndex(writer: WriterHandle, path: string, stop?: StopHandle): Promise<VerifyReport>
  writerProgress(writer: WriterHandle): {
    stage: string
    done: number
    total: number
    invalidText?: InvalidText
  }
  closeWriter(writer: WriterHandle): Promise<void>
}
