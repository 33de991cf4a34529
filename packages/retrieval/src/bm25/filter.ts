import { argumentError } from '@querl/base'
import { native } from '../loaded.js'
import type { FilterHandle, KeyBatch } from './binding.js'
import type { StoredKeys } from './bm25-document.js'

/** What a predicate sees of a document. `Keys` is what its author knows of the stored keys. */
export interface FilterCandidate<Keys extends object = StoredKeys> {
  readonly id: string
  /** The document's place among all that were ever added. */
  readonly index: number
  /** What the document was added with as `keys`; empty where it had none. */
  readonly keys: Keys
}

/**
 * A set of documents of one index, for searches to stay within. Documents that are added later are
 * outside of it. Costs a bit for each document.
 */
export class Bm25Filter {
  /** Which index it is of. */
  readonly source: object
  /**
   * Bit `index % 8` of byte `index / 8` for each document: a `RowFilter` for vectors whose rows are in
   * the index's order.
   */
  readonly bits: Uint8Array
  readonly #documents: number
  readonly #bits: Uint32Array
  #handle: FilterHandle | undefined

  /** @param bits one for each document, low ones first */
  constructor(source: object, documents: number, bits: Uint32Array) {
    this.source = source
    this.#documents = documents
    this.#bits = bits
    this.bits = new Uint8Array(bits.buffer, bits.byteOffset, Math.ceil(documents / 8))
  }

  /** How many documents are in it. */
  get size(): number {
    let count = 0
    for (let word of this.#bits) for (; word !== 0; word &= word - 1) count++
    return count
  }

  has(index: number): boolean {
    if (!Number.isInteger(index) || index < 0 || index >= this.#documents) return false
    return ((this.#bits[index >>> 5]! >>> (index & 31)) & 1) === 1
  }

  /** The documents that are in both. */
  and(other: Bm25Filter): Bm25Filter {
    return this.#combine(other, (a, b) => a & b)
  }

  /** The documents that are in one of them or both. */
  or(other: Bm25Filter): Bm25Filter {
    return this.#combine(other, (a, b) => a | b)
  }

  /** The documents of the index that are not in it. */
  not(): Bm25Filter {
    const bits = this.#bits.map((word) => ~word)
    const last = this.#documents & 31
    if (last !== 0) bits[bits.length - 1]! &= 2 ** last - 1
    return new Bm25Filter(this.source, this.#documents, bits)
  }

  /** Its native end, made once. */
  handle(): FilterHandle {
    return (this.#handle ??= native().createFilter(this.#documents, this.#bits))
  }

  #combine(other: Bm25Filter, operation: (a: number, b: number) => number): Bm25Filter {
    if (!(other instanceof Bm25Filter) || other.source !== this.source)
      throw argumentError('other', 'a filter of the same index', other)
    const documents = Math.max(this.#documents, other.#documents)
    const bits = Uint32Array.from({ length: Math.ceil(documents / 32) }, (_, i) =>
      operation(this.#bits[i] ?? 0, other.#bits[i] ?? 0),
    )
    return new Bm25Filter(this.source, documents, bits)
  }
}

/** What a predicate said, of which a promise would always be true. */
export function isChosen(said: unknown): boolean {
  if (typeof (said as { then?: unknown } | null | undefined)?.then !== 'function')
    return Boolean(said)
  throw argumentError('predicate', 'a function that returns true or false', said)
}

/** Calls `visit` for each document of a batch. */
export function visitKeys<Keys extends object>(
  batch: KeyBatch,
  visit: (candidate: FilterCandidate<Keys>) => void,
): void {
  const { documents, keys, keyEnds, stored, storedEnds } = batch
  let keyStart = 0
  let storedStart = 0
  documents.forEach((index, i) => {
    const id = keys.slice(keyStart, keyEnds[i])
    const json = stored.slice(storedStart, storedEnds[i])
    keyStart = keyEnds[i]!
    storedStart = storedEnds[i]!
    visit({ id, index, keys: (json === '' ? {} : JSON.parse(json)) as Keys })
  })
}
