import { join } from 'node:path'
import { writeJsonAtomic } from '@querl/base'
import { comparison } from '@querl/evaluate'
import type { LanguageModel } from '@querl/lm'
import type { Retriever } from '@querl/rollout'
import { writeReport } from '@querl/studio'
import type { RunFolder, RunSummary } from '@querl/train'
import { baselinePlans, mainPlan } from './baselines.js'
import type { Listener } from './events.js'
import { modelOptions } from './models.js'
import type { Recipe } from './recipe.js'
import { type Run, stage } from './run.js'
import { finalEvaluation, type PolicyToMeasure } from './stages/final-evaluation.js'
import { preflight } from './stages/preflight.js'
import { reinforce } from './stages/reinforce.js'
import { setUp } from './stages/set-up.js'
import { warmStart } from './stages/warm-start.js'
import { type SeedResult, summarise } from './summary.js'
import { grouped } from './terminal/numbers.js'

export interface PipelineOptions {
  /** A new folder, or that of a run which is to go on. */
  readonly folder: RunFolder
  readonly emit: Listener
  /** `requested` turns true when the user asks for an orderly end. Default: never. */
  readonly interrupt?: { readonly requested: boolean }
  /** Fires when everything should stop at once. */
  readonly signal?: AbortSignal
  /** Stands in for the index of the passages: another engine, or a faulty one in a test. */
  readonly retriever?: Retriever
}

/**
 * The whole way of one run: data, index, tokenizer and model, checks, warm start, RL, evaluation,
 * summary and report. What a folder holds already is not done again.
 *
 * @throws RunInterrupted after saving, when an orderly end is asked for; QuerlError by its cause
 */
export async function runPipeline(recipe: Recipe, options: PipelineOptions): Promise<SeedResult> {
  const {
    folder,
    emit,
    interrupt = { requested: false },
    signal = new AbortController().signal,
  } = options
  const began = performance.now()
  const lap = lapTimer()
  using table = await setUp(recipe, { folder, emit, signal, retriever: options.retriever })
  const run: Run = { recipe, folder, emit, interrupt, signal, ...table }
  using fresh = await stage(emit, 'model', async () => {
    const model = await table.task.createModel(modelOptions(recipe))
    return [model, modelSummary(model, recipe)]
  })
  await preflight(run, fresh)
  const setup = lap()

  const start = await warmStart(run, fresh)
  lap()
  const main = mainPlan(recipe)
  const policies: PolicyToMeasure[] = []
  for (const plan of [...(main ? [main] : []), ...baselinePlans(recipe)])
    policies.push({ plan, trained: await reinforce(run, plan, start) })
  lap()
  const figures = await finalEvaluation(run, start, policies)
  const evaluateSeconds = lap()

  const rl = policies.reduce((sum, { trained }) => sum + trained.seconds, 0)
  // A resumed run took what its parts took, not only what this process saw.
  const inParts = setup + start.seconds + rl + evaluateSeconds
  const total = Math.max(inParts, (performance.now() - began) / 1000)
  const result: SeedResult = {
    seed: recipe.seed,
    figures,
    seconds: { setup, warmStart: start.seconds, rl, evaluate: evaluateSeconds, total },
    sampledTokens: policies.reduce((sum, { trained }) => sum + trained.sampledTokens, 0),
    samplingSeconds: policies.reduce((sum, { trained }) => sum + trained.samplingSeconds, 0),
  }
  await writeJsonAtomic(join(folder.path, 'result.json'), result)
  await conclude(folder, summarise([result]))
  return result
}

/** Writes what a finished run is known by: summary.json, comparison.json and report.html. */
export async function conclude(folder: RunFolder, summary: RunSummary): Promise<string> {
  await folder.writeSummary(summary)
  await writeJsonAtomic(join(folder.path, 'comparison.json'), comparison(Object.keys(summary.em)))
  return writeReport(folder.path)
}

function modelSummary(model: LanguageModel, { threads, model: { dir } }: Recipe): string {
  const made = dir === undefined ? 'made from nothing' : 'loaded'
  return `${grouped(model.parameterCount)} parameters, ${made}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
}

/** Seconds since the last call. */
function lapTimer(): () => number {
  let last = performance.now()
  return () => {
    const seconds = (performance.now() - last) / 1000
    last += seconds * 1000
    return seconds
  }
}
