/** A row of Search-R1's own comparison. */
export interface PublishedRow {
  /** As the paper calls it. */
  readonly label: string
  /** Exact match, mean over the seven sets. */
  readonly em: number
}

/** Where the rows are from, for every place that shows one. */
export const PUBLISHED_SOURCE =
  'Search-R1 (arXiv 2503.09516 v5), Qwen2.5-7B base, mean exact match over seven QA sets'

/**
 * Search-R1's published averages. Not comparable in height with figures of another task: what is to
 * be compared is the order, and what the mask and the search are worth.
 */
export const PUBLISHED = {
  direct: { label: 'direct inference', em: 0.181 },
  rag: { label: 'RAG', em: 0.304 },
  r1: { label: 'R1-base (no search)', em: 0.276 },
  grpo: { label: 'Search-R1 (GRPO)', em: 0.35 },
  ppo: { label: 'Search-R1 (PPO)', em: 0.431 },
  ppoNoMask: { label: 'Search-R1 (PPO), no mask', em: 0.343 },
} as const satisfies Record<string, PublishedRow>
