import type { Baseline, Recipe } from './recipe.js'

/** One policy that RL trains: its name in the run folder, and how it differs from the recipe. */
export interface PolicyPlan {
  /** The phase in metrics and checkpoints, and the key in `summary.em`. */
  readonly name: string
  readonly train: Recipe['train']
}

/** The policy that the recipe is about; undefined for a warm start alone. */
export function mainPlan({ train }: Recipe): PolicyPlan | undefined {
  if (train.algorithm === 'none') return undefined
  const name = train.search
    ? train.mask
      ? train.algorithm
      : noMask(train.algorithm)
    : ('noSearchRl' as const)
  return { name, train }
}

/** The further policies that the recipe asks for, each from the same warm start. */
export function baselinePlans(recipe: Recipe): PolicyPlan[] {
  const main = mainPlan(recipe)?.name
  return recipe.evaluate.baselines
    .filter((name) => name !== main)
    .map((name) => ({ name, train: baselineTraining(name, recipe.train) }))
}

function baselineTraining(name: Baseline, train: Recipe['train']): Recipe['train'] {
  switch (name) {
    case 'grpo':
      return byGrpo({ ...train, search: true, mask: true })
    case 'ppo':
      return byPpo({ ...train, search: true, mask: true })
    case 'grpoNoMask':
      return byGrpo({ ...train, search: true, mask: false })
    case 'ppoNoMask':
      return byPpo({ ...train, search: true, mask: false })
    case 'noSearchRl':
      return { ...train, search: false, mask: true }
  }
}

/** The same number of trajectories, in groups. */
function byGrpo(train: Recipe['train']): Recipe['train'] {
  if (train.algorithm === 'grpo') return train
  const groupSize = train.groupSize > 1 ? train.groupSize : 8
  const questions = Math.max(1, Math.round((train.questions * train.groupSize) / groupSize))
  const minibatch = Math.min(train.minibatch, questions * groupSize)
  return { ...train, algorithm: 'grpo', groupSize, questions, minibatch, aggregation: 'sequences' }
}

/**
 * Half of the trajectories, each of its own question, in two updates at half the rate, and a critic as
 * fast as the policy: at the full rate PPO got stuck at one search on some seeds of the quickstart.
 */
function byPpo(train: Recipe['train']): Recipe['train'] {
  if (train.algorithm === 'ppo') return train
  const questions = Math.max(1, Math.round((train.questions * train.groupSize) / 2))
  const lr = train.lr / 2
  return {
    ...train,
    algorithm: 'ppo',
    questions,
    groupSize: 1,
    minibatch: Math.ceil(questions / 2),
    aggregation: 'tokens',
    lr,
    criticLr: Math.max(lr, train.criticLr),
    criticWarmup: train.warmup,
  }
}

function noMask(algorithm: 'grpo' | 'ppo'): 'grpoNoMask' | 'ppoNoMask' {
  return algorithm === 'grpo' ? 'grpoNoMask' : 'ppoNoMask'
}
