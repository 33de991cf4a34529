import { join } from 'node:path'
import { writeJsonAtomic } from '@querl/base'
import { type Evaluation, randomPassages } from '@querl/evaluate'
import { LanguageModel } from '@querl/lm'
import { PassageRetriever } from '@querl/retrieval'
import type { Example } from '@querl/tasks'
import { trajectoryRecord } from '@querl/train'
import type { PolicyPlan } from '../baselines.js'
import { loadPolicy, modelOptions } from '../models.js'
import { type Run, stage } from '../run.js'
import { measure } from './measure.js'
import type { TrainedPolicy } from './reinforce.js'
import type { WarmStart } from './warm-start.js'

const trajectoriesKept = 48

export interface PolicyToMeasure {
  readonly plan: PolicyPlan
  readonly trained: TrainedPolicy
}

/** An evaluation without its trajectories, as evaluations.json keeps it. */
export type Figures = Omit<Evaluation<Example>, 'trajectories' | 'scores'>

/**
 * The figures of the run, all on the test split, which nothing before has looked at.
 *
 * The first of `policies` is the one that the run is about; it also answers with passages drawn at
 * random, and about the same entities with other facts.
 *
 * @returns by the keys of `summary.em`
 */
export async function finalEvaluation(
  run: Run,
  start: WarmStart,
  policies: readonly PolicyToMeasure[],
): Promise<Record<string, Figures>> {
  const { recipe, folder, task, emit } = run
  const figures: Record<string, Figures> = {}
  const keep = async (name: string, step: number, result: Evaluation<Example>) => {
    const { trajectories, scores, ...rest } = result
    figures[name] = rest
    const { em, oneHop, twoHop } = rest
    emit({ kind: 'evaluation', phase: name, split: 'test', step, em, oneHop, twoHop })
    const records = trajectories.slice(0, trajectoriesKept).map((each, index) =>
      trajectoryRecord(
        each,
        { reward: scores[index]! },
        {
          phase: name,
          step,
          decode: (ids) => task.tokenizer.decode(ids),
        },
      ),
    )
    await folder.writeTrajectories(`test-${name}`, records)
  }

  await stage(emit, 'evaluate', async () => {
    const options = modelOptions(recipe)
    {
      using model = await LanguageModel.load(start.model, options)
      if (recipe.evaluate.direct && recipe.task.kind === 'world')
        await keep('direct', start.step, await measure(run, model, { split: 'test', direct: true }))
      await keep('warmStart', start.step, await measure(run, model, { split: 'test' }))
    }
    for (const [index, { plan, trained }] of policies.entries()) {
      using model = await loadPolicy(trained.model, start.model, options)
      const { search } = plan.train
      await keep(plan.name, trained.step, await measure(run, model, { split: 'test', search }))
      if (index === 0 && search) {
        for (const [name, result] of await counterfactuals(run, model))
          await keep(name, trained.step, result)
      }
    }
    await writeJsonAtomic(join(folder.path, 'evaluations.json'), figures)
    const questions = task.questions('test', recipe.evaluate.count).length
    return [
      undefined,
      `${Object.keys(figures).length} policies and tests, ${questions} questions each`,
    ]
  })
  return figures
}

/** Where the answers come from: what is left of them when the passages lie, or the world changes. */
async function counterfactuals(
  run: Run,
  model: LanguageModel,
): Promise<[string, Evaluation<Example>][]> {
  const { recipe, task } = run
  const results: [string, Evaluation<Example>][] = []
  if (recipe.evaluate.randomPassages && task.passages.length > 0) {
    const retriever = randomPassages(task.passages, recipe.seed)
    results.push(['randomPassages', await measure({ ...run, retriever }, model, { split: 'test' })])
  }
  if (recipe.evaluate.redrawnFacts && task.redrawn) {
    const other = task.redrawn()
    const { k1, b } = recipe.retrieval
    using retriever = await PassageRetriever.build(other.passages, { k1, b })
    const changed = { ...run, retriever, task: { ...task, ...other } }
    results.push(['redrawnFacts', await measure(changed, model, { split: 'test' })])
  }
  return results
}
