import { combineSeeds, type Evaluation } from '@querl/evaluate'
import type { RunSummary } from '@querl/train'
import type { Figures } from './stages/final-evaluation.js'

/** What one seed's run gave. */
export interface SeedResult {
  readonly seed: number
  readonly figures: Readonly<Record<string, Figures>>
  readonly seconds: RunSummary['seconds']
  /** Tokens that the policies wrote in RL, and the seconds in which they did. */
  readonly sampledTokens: number
  readonly samplingSeconds: number
}

/** summary.json of one run, or of the same recipe with several seeds, none of them left out. */
export function summarise(results: readonly SeedResult[]): RunSummary {
  const policies = [...new Set(results.flatMap(({ figures }) => Object.keys(figures)))]
  const em = policies.map((policy) => {
    const measured = results.flatMap(({ figures }) => figures[policy] ?? [])
    // Trajectories and scores are in their own files; the figures stand on neither.
    const evaluations = measured.map(
      (each): Evaluation => ({ ...each, trajectories: [], scores: [] }),
    )
    return [policy, combineSeeds(evaluations)] as const
  })
  const sum = (of: (result: SeedResult) => number) =>
    results.reduce((total, result) => total + of(result), 0)
  const stages = ['setup', 'warmStart', 'rl', 'evaluate', 'total'] as const
  const seconds = Object.fromEntries(
    stages.map((stage) => [stage, round(sum((each) => each.seconds[stage] ?? 0) / results.length)]),
  ) as unknown as RunSummary['seconds']
  const samplingSeconds = sum((each) => each.samplingSeconds)
  return {
    em: Object.fromEntries(em),
    seconds,
    tokensPerSecond:
      samplingSeconds > 0 ? Math.round(sum((each) => each.sampledTokens) / samplingSeconds) : 0,
    seeds: results.map(({ seed }) => seed),
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
