import { aggregationWeights } from './algorithms/aggregation.js'
import type { Algorithm } from './algorithms/algorithm.js'
import type { TrainingRow } from './experience.js'
import { byTokenBudget, concatenate, pack } from './packing.js'
import type { LossBatch } from './update.js'

/**
 * Cuts the step's rows, in order, into mini-batches of `size`; the last may be smaller.
 *
 * Rows that are left out still count, so that the number of updates does not depend on luck.
 */
export function miniBatches(
  rows: readonly TrainingRow[],
  size: number = rows.length,
): TrainingRow[][] {
  const batches: TrainingRow[][] = []
  for (let start = 0; start < rows.length; start += size)
    batches.push(rows.slice(start, start + size).filter(({ kept }) => kept))
  return batches
}

/** One mini-batch as micro-batches of the policy's loss; none where no row is left. */
export function policyParts(
  rows: readonly TrainingRow[],
  { terms, needsReference }: Algorithm,
  budget: number,
): LossBatch[] {
  const { clipLow, clipHigh, klCoefficient, entropyCoefficient } = terms
  return weighted(rows, terms.aggregation, budget).map((part) => ({
    batch: pack(part.map(({ row }) => row.ids)),
    loss: {
      kind: 'policy',
      weights: concatenate(part.map(({ weights }) => weights)),
      oldLogprobs: concatenate(part.map(({ row }) => row.logprobs)),
      advantages: concatenate(part.map(({ row }) => row.advantages)),
      ...(needsReference &&
        klCoefficient > 0 && {
          referenceLogprobs: concatenate(part.map(({ row }) => row.referenceLogprobs!)),
        }),
      clipLow,
      clipHigh,
      klCoefficient,
      entropyCoefficient,
    },
  }))
}

/** One mini-batch as micro-batches of the value loss, a mean over tokens. */
export function criticParts(
  rows: readonly TrainingRow[],
  { critic }: Algorithm,
  budget: number,
): LossBatch[] {
  return weighted(rows, 'tokens', budget).map((part) => ({
    batch: pack(part.map(({ row }) => row.ids)),
    loss: {
      kind: 'value',
      weights: concatenate(part.map(({ weights }) => weights)),
      returns: concatenate(part.map(({ row }) => row.returns!)),
      oldValues: concatenate(part.map(({ row }) => row.values!)),
      ...(critic && { clip: critic.valueClip }),
    },
  }))
}

function weighted(
  rows: readonly TrainingRow[],
  aggregation: Algorithm['terms']['aggregation'],
  budget: number,
): { row: TrainingRow; weights: Float32Array }[][] {
  const weights = aggregationWeights(
    rows.map(({ mask }) => mask),
    aggregation,
  )
  const pairs = rows.map((row, index) => ({ row, weights: weights[index]! }))
  return byTokenBudget(pairs, ({ row }) => row.ids.length, budget)
}
