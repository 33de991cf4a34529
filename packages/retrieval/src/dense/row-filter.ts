import { argumentError, checkNonNegativeInteger } from '@querl/base'

/** The rows that a search may return, made once for many searches. */
export interface RowFilter {
  /** Bit `row % 8` of byte `row / 8` is 1 where the row may be a hit; missing bytes are 0. */
  readonly bits: Uint8Array
}

/**
 * Allows rows by number, or by a predicate.
 *
 * @param size how many rows the index has
 * @param rows those that may be hits, or whether a row may
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for a row that is not in [0, size)
 */
export function rowFilter(
  size: number,
  rows: Iterable<number> | ((row: number) => boolean),
): RowFilter {
  checkNonNegativeInteger('size', size)
  const bits = new Uint8Array(Math.ceil(size / 8))
  if (typeof rows === 'function') {
    for (let row = 0; row < size; row++) if (rows(row)) bits[row >> 3]! |= 1 << (row & 7)
    return { bits }
  }
  for (const row of rows) {
    if (!(Number.isInteger(row) && row >= 0 && row < size)) {
      throw argumentError('row', `an integer in [0, ${size})`, row)
    }
    bits[Math.floor(row / 8)]! |= 1 << (row % 8)
  }
  return { bits }
}
