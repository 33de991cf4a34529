import { logprobsOf, lossMask, type Trajectory, tokensOf } from '@querl/rollout'
import { countOnes } from './algorithms/aggregation.js'
import type { Algorithm, ScoredRow } from './algorithms/algorithm.js'
import { type Metrics, mean } from './metrics.js'
import type { CriticModel, LogitOptions, ScoringModel, TrainableModel } from './model.js'
import { byTokenBudget, concatenate, pack, unpack } from './packing.js'
import { type RewardFunction, type RewardTerms, scoreAll } from './reward.js'

/** A trajectory with all that the update needs of it; arrays have shape (T). */
export interface TrainingRow extends ScoredRow {
  readonly ids: Int32Array
  readonly advantages: Float32Array
  readonly returns?: Float32Array
  /** False: left out of the update. */
  readonly kept: boolean
}

export interface Experience {
  readonly rows: readonly TrainingRow[]
  readonly scores: readonly RewardTerms[]
  readonly metrics: Metrics
}

export interface ExperienceOptions {
  readonly model: TrainableModel
  readonly critic?: CriticModel
  readonly reference?: ScoringModel
  readonly reward: RewardFunction
  readonly algorithm: Algorithm
  readonly logits: LogitOptions
  readonly microBatchTokens?: number
}

/** A row in the making. */
type Draft = { -readonly [Key in keyof ScoredRow]: ScoredRow[Key] } & {
  readonly ids: Int32Array
  /** Shape (T): 1 where the policy wrote the token, so that its log-prob was recorded. */
  readonly sampled: Uint8Array
}

/**
 * Scores trajectories, and estimates advantages, all under the weights that sampled them.
 *
 * Log-probs of the policy's own tokens are the sampler's, which reads the same weights as the
 * trainer; `policy/samplerDeltaMax` watches that they agree.
 */
export async function gatherExperience(
  trajectories: readonly Trajectory[],
  options: ExperienceOptions,
): Promise<Experience> {
  const { algorithm, model, reference, critic, logits, reward } = options
  const scores = await scoreAll(trajectories, reward)
  const drafts = trajectories.flatMap((each, index) =>
    // What an error cut short says nothing about the policy.
    each.finish === 'error' ? [] : [draft(each, scores[index]!.reward, algorithm)],
  )
  const runs = byTokenBudget(drafts, ({ ids }) => ids.length, options.microBatchTokens ?? 16_384)
  for (const run of runs) {
    const batch = pack(run.map(({ ids }) => ids))
    const weights = concatenate(run.map(({ mask }) => Float32Array.from(mask)))
    if (algorithm.trainOn === 'response') {
      const scored = await model.logprobs(batch, { ...logits, weights })
      for (const [index, all] of unpack(scored.logprobs, batch).entries())
        fillToolLogprobs(run[index]!, all)
    }
    if (algorithm.needsReference && reference) {
      const scored = await reference.logprobs(batch, { ...logits, weights })
      for (const [index, all] of unpack(scored.logprobs, batch).entries())
        run[index]!.referenceLogprobs = all
    }
    if (algorithm.critic && critic) {
      const { signal } = logits
      const values = await critic.values(batch, { weights, ...(signal && { signal }) })
      for (const [index, all] of unpack(values, batch).entries()) run[index]!.values = all
    }
  }
  const { advantages, returns, kept } = algorithm.estimate(drafts)
  const rows = drafts.map((each, index) => ({
    ...each,
    advantages: advantages[index]!,
    ...(returns && { returns: returns[index]! }),
    kept: kept[index]! && countOnes(each.mask) > 0,
  }))
  return { rows, scores, metrics: { ...groupMetrics(drafts), ...estimateMetrics(rows) } }
}

function draft(trajectory: Trajectory, reward: number, { trainOn }: Algorithm): Draft {
  const { segments, index } = trajectory
  const sampled = lossMask(segments)
  const mask = sampled.slice()
  if (trainOn === 'response') {
    let start = 0
    for (const { author, ids } of segments) {
      if (author === 'tool') mask.fill(1, start, start + ids.length)
      start += ids.length
    }
  }
  // The first token is not predicted from anything, whoever wrote it.
  mask[0] = 0
  return {
    group: String(index),
    reward,
    mask,
    sampled,
    ids: tokensOf(trajectory),
    logprobs: logprobsOf(trajectory),
  }
}

/** What a tool wrote was never sampled, so its old log-probs come from the trainer. */
function fillToolLogprobs(row: Draft, all: Float32Array): void {
  row.logprobs = row.logprobs.map((known, t) => (row.sampled[t] === 0 ? all[t]! : known))
}

function groupMetrics(rows: readonly Draft[]): Metrics {
  const rewards = new Map<string, Set<number>>()
  for (const { group, reward } of rows)
    rewards.set(group, (rewards.get(group) ?? new Set()).add(reward))
  // Groups of one, as in PPO, are all equal; the figure would say nothing.
  if (rewards.size === rows.length) return {}
  return { 'reward/equalGroups': mean([...rewards.values()].map(({ size }) => Number(size === 1))) }
}

/** How well the critic predicts, and how far the policy is from the reference. */
function estimateMetrics(rows: readonly TrainingRow[]): Metrics {
  const metrics: Metrics = {}
  const returns: number[] = []
  const errors: number[] = []
  const drift: number[] = []
  for (const row of rows)
    for (let t = 0; t < row.mask.length; t++) {
      if (row.mask[t] === 0) continue
      if (row.returns && row.values) {
        returns.push(row.returns[t]!)
        errors.push((row.returns[t]! - row.values[t]!) ** 2)
      }
      if (row.referenceLogprobs) drift.push(row.logprobs[t]! - row.referenceLogprobs[t]!)
    }
  if (returns.length > 0) {
    const centre = mean(returns)
    const variance = mean(returns.map((value) => (value - centre) ** 2))
    metrics['critic/explainedVariance'] = variance > 0 ? 1 - mean(errors) / variance : 0
  }
  if (drift.length > 0) metrics['policy/referenceKl'] = mean(drift)
  return metrics
}
