// What the PyTorch twin learns from: the very rows, questions and passages of our run.

import { writeFileSync } from 'node:fs'
import { PassageRetriever } from '@querl/retrieval'
import { createWorld, directPrefix, type Example, worldModel } from '@querl/tasks'
import type { Recipe } from '../../packages/querl/src/recipe.js'
import { openTask } from '../../packages/querl/src/tasks.js'

/** Writes what twin.py reads for the run of a recipe. */
export async function writeTwinData(recipe: Recipe, path: string): Promise<void> {
  const { seed, rollout, retrieval, warmStart, train, evaluate } = recipe
  const world = createWorld({ seed })
  const task = await openTask(recipe)
  using retriever = await PassageRetriever.build(task.passages, retrieval)
  const rows = await task.warmStart!(retriever, new AbortController().signal)
  const steps = warmStart.readingSteps + warmStart.demonstrationSteps
  const { config } = worldModel(world)
  const data = {
    seed,
    model: config,
    tokenizer: world.tokenizerJson,
    eosId: task.tokenizer.idOf('<|eos|>'),
    passages: task.passages.map(({ title, text }) => ({ title, text })),
    directPrefix,
    limits: {
      topK: retrieval.topK,
      maxSearches: rollout.maxSearches,
      maxPolicyTokens: rollout.maxPolicyTokens,
      maxTokens: rollout.maxTokens,
    },
    warmStart: {
      lr: warmStart.lr,
      warmUpSteps: warmStart.warmupSteps,
      batches: range(steps).map((step) =>
        rows(step).map(({ ids, weights }) => ({ ids: [...ids], weights: [...weights] })),
      ),
    },
    rl: {
      lr: train.lr,
      warmUpSteps: Math.round(train.warmup * train.steps),
      groupSize: train.groupSize,
      miniBatch: train.minibatch,
      evaluateEvery: evaluate.every,
      stopAt: evaluate.stopAt ?? 2,
      questions: range(train.steps).map((step) =>
        task.trainingQuestions(step, train.questions).map(asked),
      ),
    },
    dev: task.questions('dev', evaluate.devCount).map(asked),
    test: task.questions('test', evaluate.count).map(asked),
  }
  writeFileSync(path, JSON.stringify(data))
}

function asked({ question, answers, kind }: Example) {
  return { question, answers, kind }
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
