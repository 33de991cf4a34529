const VARIANCE_FLOOR = 1e-8 // Search-R1's; keeps a batch of equal advantages at 0

/**
 * Shifts and scales the masked-in entries of a whole batch to mean 0 and unbiased variance 1.
 *
 * Entries with mask 0 are neither counted nor touched; Search-R1 counted retrieved tokens and even
 * padding in these statistics.
 *
 * @param rows  shape (T) each
 * @param masks shape (T) each, in the rows' order
 * @returns new arrays, 0 where the mask is 0; all 0 with fewer than two entries
 */
export function whiten(
  rows: readonly Float32Array[],
  masks: readonly Uint8Array[],
): Float32Array[] {
  const { count, mean } = masked(rows, masks, 0, (value) => value)
  const { sum } = masked(rows, masks, mean, (value) => value * value)
  const scale = count < 2 ? 0 : 1 / Math.sqrt(sum / (count - 1) + VARIANCE_FLOOR)
  return rows.map((row, index) => {
    const mask = masks[index]!
    return row.map((value, t) => (mask[t] === 0 ? 0 : (value - mean) * scale))
  })
}

/** Sums `term(value - centre)` over the masked-in entries, in float64 and in order. */
function masked(
  rows: readonly Float32Array[],
  masks: readonly Uint8Array[],
  centre: number,
  term: (value: number) => number,
): { count: number; sum: number; mean: number } {
  let count = 0
  let sum = 0
  for (const [index, row] of rows.entries()) {
    const mask = masks[index]!
    for (let t = 0; t < row.length; t++) {
      if (mask[t] === 0) continue
      count++
      sum += term(row[t]! - centre)
    }
  }
  return { count, sum, mean: count === 0 ? 0 : sum / count }
}
