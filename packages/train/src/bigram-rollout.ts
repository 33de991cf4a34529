// A task for the bigram model: behind the question, one token; a tool's token; one more token. Both
// of the policy's must be the right one. For tests.
import { randomStream } from '@querl/base'
import type { Segment, Trajectory } from '@querl/rollout'
import type { BigramModel } from './bigram-model.js'

/** The tokens 0 and 1 are questions, 2 is the tool's, 3 to 5 are answers. */
export const VOCABULARY = 6
const TOOL = 2
const RIGHT: readonly number[] = [3, 4]

export interface BigramRolloutOptions {
  readonly seed: number
  readonly questions?: number
  readonly groupSize?: number
  readonly temperature?: number
  readonly bannedIds?: readonly number[]
  /** The order in which trajectories are finished must not matter. Default: as they were begun. */
  readonly order?: (trajectories: Trajectory[]) => Trajectory[]
}

/** Samples the trajectories of a step from the model as it is. */
export async function* bigramRollout(
  model: BigramModel,
  step: number,
  { questions = 8, groupSize = 8, order = (all) => all, ...options }: BigramRolloutOptions,
): AsyncGenerator<Trajectory> {
  const all: Trajectory[] = []
  for (let index = 0; index < questions; index++)
    for (let sample = 0; sample < groupSize; sample++)
      all.push(trajectory(model, step, index, sample, options))
  yield* order(all)
}

/** 1 where both of the policy's tokens are right, a half where one is. */
export function bigramReward({ example, segments }: Trajectory): number {
  const written = segments.filter(({ author }) => author === 'policy').map(({ ids }) => ids[0])
  return written.filter((id) => String(id) === example.answers[0]).length / 2
}

function trajectory(
  model: BigramModel,
  step: number,
  index: number,
  sample: number,
  { seed, ...logits }: Omit<BigramRolloutOptions, 'questions' | 'groupSize' | 'order'>,
): Trajectory {
  const stream = randomStream(seed, 'bigram', step, index, sample)
  const question = index % 2
  const write = (previous: number): Segment => {
    const logprobs = model.distribution(previous, logits)
    let rest = stream.uniform()
    const id = logprobs.findIndex((each) => (rest -= Math.exp(each)) < 0)
    return {
      author: 'policy',
      ids: Int32Array.of(id),
      logprobs: Float32Array.of(logprobs[id]!),
    }
  }
  const segments: Segment[] = [
    { author: 'prompt', ids: Int32Array.of(question) },
    write(question),
    { author: 'tool', ids: Int32Array.of(TOOL, question) },
    write(question),
  ]
  return {
    example: { id: `q${index}`, question: String(question), answers: [String(RIGHT[question])] },
    index,
    sample,
    segments,
    turns: 2,
    searches: [{ query: 'x', ok: true, passages: [] }],
    invalidTurns: 0,
    cutObservations: 0,
    finish: 'answer',
    answer: String(segments[3]!.ids[0]),
    response: '',
    policyVersion: model.version,
    seconds: 0,
  }
}
