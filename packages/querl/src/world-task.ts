import { randomStream } from '@querl/base'
import { LanguageModel, Tokenizer } from '@querl/lm'
import { createWorld, type World, worldModel } from '@querl/tasks'
import type { SupervisedRow } from '@querl/train'
import { sizesOf } from './models.js'
import type { Recipe } from './recipe.js'
import type { Task } from './task.js'
import { grouped } from './terminal/numbers.js'

/** The generated world as a task. */
export function worldTask(recipe: Recipe): Task {
  const { seed } = recipe
  const world = createWorld({ seed })
  return {
    summary: `a world of ${grouped(world.passages.length)} facts; tested names occur in no training`,
    passages: world.passages,
    tokenizer: world.encoder,
    questions: heldOut(world, seed),
    trainingQuestions: (step, count) =>
      world.questions({
        split: 'train',
        stream: randomStream(seed, 'rl', 'questions', step),
        count,
      }),
    createModel(options) {
      const { config, initialise } = worldModel(world)
      return LanguageModel.create(
        { ...config, ...sizesOf(recipe) },
        { ...options, tokenizer: Tokenizer.fromJson(world.tokenizerJson), initialise },
      )
    },
    async warmStart(retriever, signal) {
      const { demonstrations: count } = recipe.warmStart
      const stream = randomStream(seed, 'warm start', 'demonstrations')
      const { topK } = recipe.retrieval
      const pool = await world.demonstrations({ stream, count, retriever, topK, signal })
      return (step) => warmStartRows(world, pool, recipe, step)
    },
    redrawn() {
      // Far from the seeds that people choose, so that no run was trained on these facts.
      const other = world.redraw(seed + 1_000_003)
      return { passages: other.passages, questions: heldOut(other, seed) }
    },
  }
}

function heldOut(world: World, seed: number): Task['questions'] {
  return (split, count) =>
    world.questions({ split, stream: randomStream(seed, 'questions', split), count })
}

/** Reading practice first; then demonstrations, among which some reading practice goes on. */
function warmStartRows(
  world: World,
  pool: readonly SupervisedRow[],
  { seed, warmStart }: Recipe,
  step: number,
): readonly SupervisedRow[] {
  const { readingSteps, readingShare, batchSize } = warmStart
  const stream = randomStream(seed, 'warm start', 'rows', step)
  const reading = step < readingSteps ? batchSize : Math.round(readingShare * batchSize)
  return Array.from({ length: batchSize }, (_, row) =>
    row < reading ? world.readingRow(stream, step) : stream.pick(pool),
  )
}
