import type { Bm25Settings } from './settings.js'

/** Counts and settings of an index. Plain JSON. */
export interface Bm25Info extends Omit<Bm25Settings, 'fields'> {
  /** The folder; absent for an index in memory. */
  readonly path?: string
  /** How many documents it has, without those that were deleted. */
  readonly documents: number
  /** Deleted documents that no merge has dropped yet. They still count in the statistics. */
  readonly deleted: number
  /** How many documents were ever added: each hit's `index` is below. */
  readonly added: number
  readonly segments: number
  /** Grows with each change. */
  readonly generation: number
  /** Words of all fields together, with repetitions. */
  readonly words: number
  /** Different words, counted for each field and segment. */
  readonly terms: number
  /** Pairs of a document and a word in it. */
  readonly postings: number
  /** Of the mapped files, or of memory. */
  readonly bytes: number
  readonly fields: readonly FieldInfo[]
}

export interface FieldInfo {
  readonly name: string
  readonly weight: number
  /** Documents with at least one word in it. */
  readonly documents: number
  readonly words: number
  readonly terms: number
  readonly postings: number
}
