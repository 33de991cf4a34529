import { type Author, policyTokens, type Trajectory } from '@querl/rollout'
import { type Metrics, mean } from './metrics.js'

/** Ends that are the budget's doing, not the policy's. */
const CUT: ReadonlySet<Trajectory['finish']> = new Set(['budget', 'window', 'turns'])

/** Lengths, searches and ends of a step's trajectories. */
export function trajectoryMetrics(
  trajectories: readonly Trajectory[],
  rolloutSeconds: number,
): Metrics {
  const over = (measure: (each: Trajectory) => number) => mean(trajectories.map(measure))
  const written = trajectories.map(policyTokens)
  return {
    'rollout/trajectories': trajectories.length,
    'rollout/searches': over(({ searches }) => searches.length),
    'rollout/failedSearches': over(({ searches }) => searches.filter(({ ok }) => !ok).length),
    'rollout/answered': over(({ finish }) => Number(finish === 'answer')),
    'rollout/invalidTurns': over(({ invalidTurns }) => invalidTurns),
    'rollout/cut': over(({ finish }) => Number(CUT.has(finish))),
    'rollout/failed': over(({ finish }) => Number(finish === 'error')),
    'rollout/promptTokens': over((each) => tokensBy(each, 'prompt')),
    'rollout/policyTokens': mean(written),
    'rollout/toolTokens': over((each) => tokensBy(each, 'tool')),
    ...(rolloutSeconds > 0 && {
      'rollout/tokensPerSecond': written.reduce((a, b) => a + b, 0) / rolloutSeconds,
    }),
  }
}

function tokensBy({ segments }: Trajectory, author: Author): number {
  return segments.reduce((sum, each) => sum + (each.author === author ? each.ids.length : 0), 0)
}
