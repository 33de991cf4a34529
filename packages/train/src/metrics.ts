/** One line of a training curve: names of the table below, and numbers. */
export type Metrics = Record<string, number>

export interface MetricDefinition {
  /** '' for a plain number. */
  readonly unit: '' | 'tokens' | 's' | 'nats' | 'share' | 'tokens/s'
  readonly definition: string
}

/**
 * Every metric that training writes. The report's captions and the documentation are made from it.
 *
 * `reward/<term>` stands for the mean of each named term of the reward.
 */
export const METRICS: Readonly<Record<string, MetricDefinition>> = {
  'reward/mean': { unit: '', definition: 'Mean reward of the step’s trajectories.' },
  'reward/std': { unit: '', definition: 'Standard deviation of the reward over trajectories.' },
  'reward/em': { unit: 'share', definition: 'Trajectories whose answer matches a gold answer.' },
  'reward/equalGroups': {
    unit: 'share',
    definition: 'Groups whose rewards are all equal: they teach nothing.',
  },
  'rollout/trajectories': { unit: '', definition: 'Trajectories sampled in this step.' },
  'rollout/searches': { unit: '', definition: 'Mean searches of a trajectory.' },
  'rollout/failedSearches': { unit: '', definition: 'Mean failed searches of a trajectory.' },
  'rollout/answered': { unit: 'share', definition: 'Trajectories that ended with an answer.' },
  'rollout/invalidTurns': { unit: '', definition: 'Mean turns without an action.' },
  'rollout/cut': {
    unit: 'share',
    definition: 'Trajectories that ran out of tokens, turns or window.',
  },
  'rollout/failed': { unit: 'share', definition: 'Trajectories that an error ended.' },
  'rollout/promptTokens': { unit: 'tokens', definition: 'Mean length of the prompt.' },
  'rollout/policyTokens': { unit: 'tokens', definition: 'Mean tokens that the policy wrote.' },
  'rollout/toolTokens': { unit: 'tokens', definition: 'Mean tokens that tools returned.' },
  'rollout/tokensPerSecond': {
    unit: 'tokens/s',
    definition: 'Policy tokens of the step per second of rollout.',
  },
  'policy/loss': { unit: '', definition: 'The loss that was minimised, mean over updates.' },
  'policy/entropy': {
    unit: 'nats',
    definition: 'Mean entropy of the next-token distribution at trained tokens.',
  },
  'policy/kl': {
    unit: 'nats',
    definition: 'KL from the sampling policy at trained tokens, estimator k3.',
  },
  'policy/referenceKl': {
    unit: 'nats',
    definition:
      'KL from the frozen reference at trained tokens, estimator k3 (k1 where in reward).',
  },
  'policy/clipFraction': {
    unit: 'share',
    definition: 'Trained tokens whose gradient the clip removed.',
  },
  'policy/ratioMax': {
    unit: '',
    definition: 'Largest ratio of new to old probability of a trained token.',
  },
  'policy/gradNorm': {
    unit: '',
    definition: 'Norm of the gradient before clipping, mean over updates that were made.',
  },
  'policy/learningRate': { unit: '', definition: 'Learning rate of this step.' },
  'policy/updates': { unit: '', definition: 'Optimiser steps taken.' },
  'policy/skippedUpdates': {
    unit: '',
    definition: 'Updates left out because the loss or the gradient was not finite.',
  },
  'policy/trainedTokens': { unit: 'tokens', definition: 'Tokens that the loss touched.' },
  'policy/samplerDeltaMean': {
    unit: 'nats',
    definition: 'Mean |log-prob by trainer − by sampler| before the step’s first update.',
  },
  'policy/samplerDeltaMax': {
    unit: 'nats',
    definition: 'Largest |log-prob by trainer − by sampler| before the step’s first update.',
  },
  'critic/loss': { unit: '', definition: 'Value loss, mean over updates.' },
  'critic/gradNorm': {
    unit: '',
    definition: 'Norm of the critic’s gradient before clipping, mean over updates.',
  },
  'critic/explainedVariance': {
    unit: 'share',
    definition: 'Share of the returns’ variance that the values explain, before the update.',
  },
  'critic/skippedUpdates': { unit: '', definition: 'As policy/skippedUpdates, of the critic.' },
  'supervised/loss': {
    unit: 'nats',
    definition: 'Cross entropy per unit of weight over the batch.',
  },
  'supervised/tokens': { unit: 'tokens', definition: 'Tokens with a weight in the batch.' },
  'supervised/learningRate': { unit: '', definition: 'Learning rate of this step.' },
  'supervised/gradNorm': { unit: '', definition: 'Norm of the gradient before clipping.' },
  'supervised/skippedUpdates': {
    unit: '',
    definition: 'Updates left out because the loss or the gradient was not finite.',
  },
  'dev/em': { unit: 'share', definition: 'Greedy exact match on the development split.' },
  'dev/oneHop': { unit: 'share', definition: 'The same on questions that need one passage.' },
  'dev/twoHop': { unit: 'share', definition: 'The same on questions that need two passages.' },
  'time/rollout': { unit: 's', definition: 'Sampling with searches.' },
  'time/score': { unit: 's', definition: 'Rewards, reference log-probs, values and advantages.' },
  'time/update': { unit: 's', definition: 'Forward, backward and optimiser.' },
  'time/step': { unit: 's', definition: 'The whole step.' },
}

/** The mean of some numbers; 0 of none. */
export function mean(values: Iterable<number>): number {
  let total = 0
  let count = 0
  for (const value of values) {
    total += value
    count++
  }
  return count === 0 ? 0 : total / count
}
