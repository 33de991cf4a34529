import type { TokenBatch } from './model.js'

/** Lays sequences end to end, without padding. */
export function pack(sequences: readonly Int32Array[]): TokenBatch {
  const offsets = [0]
  for (const ids of sequences) offsets.push(offsets.at(-1)! + ids.length)
  const tokens = new Int32Array(offsets.at(-1)!)
  for (const [index, ids] of sequences.entries()) tokens.set(ids, offsets[index]!)
  return { tokens, offsets }
}

/** Lays per-token arrays end to end, as `pack` does with the ids. */
export function concatenate(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((total, row) => total + row.length, 0))
  let start = 0
  for (const row of rows) {
    all.set(row, start)
    start += row.length
  }
  return all
}

/** Cuts a packed per-token array back into one view for each sequence. */
export function unpack(packed: Float32Array, { offsets }: TokenBatch): Float32Array[] {
  return offsets.slice(1).map((end, index) => packed.subarray(offsets[index]!, end))
}

/**
 * Splits rows, in order, into runs of at most `budget` tokens; a longer row stands alone.
 *
 * The split changes the order of float sums, so it depends on nothing but the rows.
 */
export function byTokenBudget<T>(
  rows: readonly T[],
  lengthOf: (row: T) => number,
  budget: number,
): T[][] {
  const runs: T[][] = []
  let room = 0
  for (const row of rows) {
    const length = lengthOf(row)
    if (runs.length === 0 || length > room) {
      runs.push([])
      room = budget
    }
    runs.at(-1)!.push(row)
    room -= length
  }
  return runs
}
