import type { Binary } from '@querl/base'
import type { DenseBinding } from './dense/dense-binding.js'

declare const kind: unique symbol

/** An index, under construction or ready, with the native thread that works on it. */
export interface Bm25Handle {
  readonly [kind]: 'bm25'
}

/** The native end of an AbortSignal. */
export interface StopHandle {
  readonly [kind]: 'stop'
}

/** The hits of all queries behind one another: those of query q end at `ends[q]`. */
export interface HitLists {
  readonly documents: Uint32Array
  readonly scores: Float64Array
  readonly ends: Uint32Array
}

export interface Bm25Info {
  /** How many documents the index has. */
  readonly documents: number
  /** How many words they have together, with repetitions. */
  readonly words: number
  /** How many different words. */
  readonly terms: number
  /** How many pairs of a document and a word in it. */
  readonly postings: number
  readonly k1: number
  readonly b: number
  /** Bytes of memory, or of the mapped file. */
  readonly bytes: number
}

/** What native/addon/bm25_addon.cc exports. */
export interface RetrievalBinding extends Binary, DenseBinding {
  createStopSource(): StopHandle
  requestStop(stop: StopHandle): void
  createBm25(k1: number, b: number): Bm25Handle
  addDocuments(index: Bm25Handle, documents: readonly string[], stop?: StopHandle): Promise<void>
  finishBm25(index: Bm25Handle): Promise<void>
  openBm25(index: Bm25Handle, path: string): Promise<void>
  saveBm25(index: Bm25Handle, path: string): Promise<void>
  searchBm25(
    index: Bm25Handle,
    queries: readonly string[],
    topK: number,
    stop?: StopHandle,
  ): Promise<HitLists>
  infoBm25(index: Bm25Handle): Bm25Info
  disposeBm25(index: Bm25Handle): void
  wordsOf(text: string): string[]
}
