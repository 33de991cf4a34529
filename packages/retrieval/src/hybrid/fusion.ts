import type { RetrievedPassage } from '../retriever.js'

/** How a list's scores are brought onto one scale before they are added up. */
export type Normalisation = 'minMax' | 'zScore' | 'none'

/** One member's hits for one query, best first, and how much they count. */
export interface RankedList {
  readonly passages: readonly RetrievedPassage[]
  readonly weight: number
}

/**
 * Reciprocal rank fusion: score(d) = Σ weight / (k + rank), over the lists that have d; ranks begin
 * at 1. A passage that a list holds twice counts there once, at its better rank.
 *
 * @param k dampens the first ranks; 60 in the paper
 * @returns every passage of every list once, best first; ties in the order of first appearance, list
 *   by list
 * @see Cormack, Clarke and Büttcher 2009, "Reciprocal rank fusion outperforms Condorcet and
 *   individual rank learning methods"
 */
export function reciprocalRankFusion(lists: readonly RankedList[], k: number): RetrievedPassage[] {
  const sums = new Sums()
  for (const { passages, weight } of lists) {
    const seen = new Set<string>()
    passages.forEach((passage, at) => {
      if (seen.has(passage.id)) return
      seen.add(passage.id)
      sums.add(passage, weight / (k + at + 1))
    })
  }
  return sums.ranked()
}

/**
 * Weighted sum: score(d) = Σ weight · normalised score. A passage that a list does not have counts
 * there as much as the list's worst one: all that is known of it is that it is no better.
 *
 * @returns every passage of every list once, best first; ties in the order of first appearance
 */
export function weightedSum(
  lists: readonly RankedList[],
  normalisation: Normalisation,
): RetrievedPassage[] {
  const sums = new Sums()
  const found = lists.map(({ passages, weight }) => {
    const scores = normalised(passages, normalisation)
    const best = new Map<string, number>()
    passages.forEach((passage, at) => {
      const before = best.get(passage.id)
      if (before === undefined || scores[at]! > before) best.set(passage.id, scores[at]!)
      sums.add(passage, 0)
    })
    // Without a scale of its own, the worst score of a list says nothing about what it lacks.
    const absent = normalisation === 'none' || scores.length === 0 ? 0 : Math.min(...scores)
    return { best, absent, weight }
  })
  for (const { best, absent, weight } of found)
    for (const passage of sums.passages()) {
      sums.add(passage, weight * (best.get(passage.id) ?? absent))
    }
  return sums.ranked()
}

/**
 * One list's scores on a common scale.
 *
 * - `minMax`: (s - min) / (max - min), so [0, 1]; 1 where all are equal, since to be found counts for
 *   more than not to be found
 * - `zScore`: (s - mean) / standard deviation, of the list as a whole population; 0 where all are
 *   equal
 * - `none`: as they are
 */
export function normalised(
  passages: readonly { readonly score: number }[],
  normalisation: Normalisation,
): number[] {
  const scores = passages.map(({ score }) => score)
  if (normalisation === 'none' || scores.length === 0) return scores
  if (normalisation === 'minMax') {
    const least = Math.min(...scores)
    const range = Math.max(...scores) - least
    return scores.map((score) => (range > 0 ? (score - least) / range : 1))
  }
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / scores.length
  const deviation = Math.sqrt(variance)
  return scores.map((score) => (deviation > 0 ? (score - mean) / deviation : 0))
}

/** Scores by passage, in the order in which passages came first. */
class Sums {
  readonly #entries = new Map<string, { readonly passage: RetrievedPassage; score: number }>()

  add(passage: RetrievedPassage, score: number): void {
    const entry = this.#entries.get(passage.id)
    if (entry) entry.score += score
    else this.#entries.set(passage.id, { passage, score })
  }

  passages(): RetrievedPassage[] {
    return [...this.#entries.values()].map(({ passage }) => passage)
  }

  ranked(): RetrievedPassage[] {
    return [...this.#entries.values()]
      .sort((one, other) => other.score - one.score) // stable
      .map(({ passage, score }) => ({ ...passage, score }))
  }
}
