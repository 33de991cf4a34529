/**
 * Rows of tokens behind each other, as @querl/torch takes them.
 *
 * @param rows shape (T) each
 */
export class PackedRows {
  /** Shape (B + 1): where each row begins, and where the last one ends. */
  readonly offsets: readonly number[]

  constructor(rows: readonly { readonly length: number }[]) {
    let end = 0
    this.offsets = [0, ...rows.map(({ length }) => (end += length))]
  }

  /** Numbers of every row in one array. */
  floats(rows: readonly Float32Array[]): Float32Array {
    return this.#filled(new Float32Array(this.offsets.at(-1)!), rows)
  }

  /** Masks of every row in one array. */
  bytes(rows: readonly Uint8Array[]): Uint8Array {
    return this.#filled(new Uint8Array(this.offsets.at(-1)!), rows)
  }

  /** The rows of what was computed from packed ones, each in its own memory. */
  unpacked(packed: Float32Array): Float32Array[] {
    return this.offsets.slice(1).map((end, row) => packed.slice(this.offsets[row], end))
  }

  #filled<Data extends Float32Array | Uint8Array>(packed: Data, rows: readonly Data[]): Data {
    for (const [row, values] of rows.entries()) packed.set(values, this.offsets[row])
    return packed
  }
}
