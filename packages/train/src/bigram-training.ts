// A training run with checkpoints, as the command line makes one, on the bigram model. For tests.
import { grpo } from './algorithms/grpo.js'
import { BigramModel } from './bigram-model.js'
import { bigramReward, bigramRollout } from './bigram-rollout.js'
import { type CheckpointParts, latestCheckpoint, saveCheckpoint } from './checkpoint.js'
import { Trainer } from './trainer.js'

export interface BigramTrainingOptions {
  readonly steps: number
  readonly startStep?: number
  /** Where to save after every second step. Default: nowhere. */
  readonly checkpoints?: string
  readonly onPart?: CheckpointParts['onPart']
}

export async function trainBigram(
  model: BigramModel,
  { steps, startStep = 0, checkpoints, onPart }: BigramTrainingOptions,
): Promise<void> {
  const trainer = new Trainer({
    model,
    rollout: (step) => bigramRollout(model, step, { seed: 1 }),
    reward: bigramReward,
    algorithm: grpo({ kl: 0, entropy: 0 }),
    optimizer: { lr: 0.2 },
    steps,
    startStep,
  })
  for await (const { step } of trainer)
    if (checkpoints && step % 2 === 0)
      await saveCheckpoint(checkpoints, { model, state: { step }, ...(onPart && { onPart }) })
}

/** Goes on from the newest whole checkpoint, or from nothing; returns the trained model. */
export async function resumeBigram(checkpoints: string, fresh: BigramModel, steps: number) {
  const last = await latestCheckpoint(checkpoints)
  const model = last ? await BigramModel.load(last.model, last.optimizer) : fresh
  await trainBigram(model, { steps, startStep: last?.state.step ?? 0, checkpoints })
  return model
}
