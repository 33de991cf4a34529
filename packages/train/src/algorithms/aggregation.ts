/**
 * How per-token losses become one number.
 *
 * `tokens`: the mean over all tokens of the mini-batch. `sequences`: the mean over each row's
 * tokens, then over rows; long rows weigh no more than short ones. `constant`: the sum over tokens
 * divided by rows × `constantLength` (Dr. GRPO), which has no bias by length.
 */
export type Aggregation =
  | 'tokens'
  | 'sequences'
  | { readonly kind: 'constant'; readonly constantLength: number }

/**
 * The weights that the native loss sums with; they hold the mask and the mean at once.
 *
 * The mini-batch may be split into any micro-batches after this: the sums add up to the same loss.
 *
 * @param masks one mini-batch, shape (T) per row: 1 where the loss may touch the token
 * @returns shape (T) per row, 0 where the mask is 0
 */
export function aggregationWeights(
  masks: readonly Uint8Array[],
  aggregation: Aggregation,
): Float32Array[] {
  const counts = masks.map(countOnes)
  const tokens = counts.reduce((total, count) => total + count, 0)
  // A row without a token of the policy's has no loss; it must not thin out the others' mean.
  const rows = counts.filter((count) => count > 0).length
  return masks.map((mask, row) => {
    const weights = new Float32Array(mask.length)
    const weight = weightOf(aggregation, tokens, rows, counts[row]!)
    for (let t = 0; t < mask.length; t++) if (mask[t] !== 0) weights[t] = weight
    return weights
  })
}

function weightOf(aggregation: Aggregation, tokens: number, rows: number, own: number): number {
  if (aggregation === 'tokens') return 1 / tokens
  if (aggregation === 'sequences') return 1 / (rows * own)
  return 1 / (rows * aggregation.constantLength)
}

/** How many entries of a mask are not 0. */
export function countOnes(mask: Uint8Array): number {
  let count = 0
  for (const bit of mask) if (bit !== 0) count++
  return count
}
