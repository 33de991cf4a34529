import { randomStream } from '@querl/base'
import { type Evaluation, evaluate } from '@querl/evaluate'
import { type LanguageModel, Sampler } from '@querl/lm'
import type { Example } from '@querl/tasks'
import { rolloutOptions, type Table, throwIfNoneWasPlayed } from '../play.js'
import type { Task } from '../task.js'

export interface MeasureOptions {
  readonly split: 'dev' | 'test'
  /** Default: as the recipe says for the split. */
  readonly count?: number
  /** False: the policy cannot search. Default true. */
  readonly search?: boolean
  /** True: the policy answers at once. Default false. */
  readonly direct?: boolean
  /** 0, the default, is greedy. */
  readonly temperature?: number
}

/** Exact match of a policy on a split. */
export async function measure(
  table: Table & { readonly task: Pick<Task, 'tokenizer' | 'questions'> },
  model: LanguageModel,
  { split, count, search = true, direct = false, temperature = 0 }: MeasureOptions,
): Promise<Evaluation<Example>> {
  const { recipe, task } = table
  const asked = count ?? (split === 'dev' ? recipe.evaluate.devCount : recipe.evaluate.count)
  using sampler = new Sampler(model, { threads: recipe.threads })
  // Awaited here, since the sampler is gone once this returns.
  const result = await evaluate({
    ...rolloutOptions(table, {
      sampler,
      examples: task.questions(split, asked),
      groupSize: 1,
      temperature,
      seed: randomStream(recipe.seed, 'evaluate', split).seed(),
      search,
      direct,
    }),
    temperature,
  })
  throwIfNoneWasPlayed(result.trajectories, `the ${split} split`)
  return result
}
