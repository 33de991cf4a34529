import { QuerlError, randomStream } from '@querl/base'
import { LanguageModel, type ModelConfig, Tokenizer } from '@querl/lm'
import { type Example, readPassages, readQuestions } from '@querl/tasks'
import { drawRows, formDemonstrations } from './demonstrations.js'
import { sizesOf } from './models.js'
import { protocolOf } from './play.js'
import type { Recipe } from './recipe.js'
import type { Task } from './task.js'
import { grouped } from './terminal/numbers.js'

type FilesRecipe = Recipe['task'] & { readonly kind: 'files' }

/**
 * Questions and passages of one's own as a task.
 *
 * Which questions are held out depends on the file alone, not on the seed: runs with different
 * seeds are measured on the same ones.
 *
 * @throws {QuerlError} ERR_QUERL_DATA or ERR_QUERL_IO names the file that cannot be read;
 *   ERR_QUERL_CONFIG where the recipe asks for more questions than there are
 */
export async function filesTask(recipe: Recipe, files: FilesRecipe): Promise<Task> {
  const { model, seed } = recipe
  const tokenizerPath = model.tokenizer ?? model.dir
  if (tokenizerPath === undefined)
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      'model.tokenizer is missing: a task of files needs one.',
      {
        remedy: 'Give a folder with tokenizer.json, or model.dir with a whole model.',
      },
    )
  if (files.passages === undefined && recipe.retrieval.url === undefined)
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      'task.passages is missing: there is nothing to search without them.',
      { remedy: 'Give a file of passages, or a server that has them as retrieval.url.' },
    )
  const [all, passages, tokenizer] = await Promise.all([
    readQuestions(files.questions),
    files.passages === undefined ? [] : readPassages(files.passages),
    Tokenizer.load(tokenizerPath),
  ])
  const { train, dev, test } = split(all, files)
  return {
    summary: [
      `${grouped(all.length)} questions (${train.length} train, ${dev.length} dev, ${test.length} test)`,
      ...(passages.length > 0 ? [`${grouped(passages.length)} passages`] : []),
    ].join(', '),
    passages,
    tokenizer,
    questions: (split, count) => (split === 'dev' ? dev : test).slice(0, count),
    trainingQuestions: epochs(train, seed),
    async warmStart(retriever, signal) {
      const { demonstrations, batchSize } = recipe.warmStart
      const pool = await formDemonstrations({
        examples: train.slice(0, demonstrations),
        tokenizer,
        protocol: protocolOf(recipe),
        retriever,
        topK: recipe.retrieval.topK,
        signal,
      })
      return drawRows(pool, seed, batchSize)
    },
    async createModel(options) {
      if (model.dir !== undefined) return LanguageModel.load(model.dir, options)
      const config: ModelConfig = {
        vocabSize: tokenizer.vocabSize,
        rmsNormEpsilon: 1e-6,
        ropeTheta: 10_000,
        qkvBias: true,
        tiedEmbeddings: true,
        ...sizesOf(recipe),
      }
      return LanguageModel.create(config, { ...options, tokenizer, initialise: freshWeights(seed) })
    },
  }
}

function split(all: readonly Example[], files: FilesRecipe) {
  const { dev, test, questions } = files
  if (all.length <= dev + test)
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      `${questions} has ${all.length} questions: after ${dev} for task.dev and ${test} for task.test none is left to train on.`,
      { remedy: 'Lower task.dev or task.test.' },
    )
  const shuffled = [...all]
  randomStream(0, 'files', 'split').shuffle(shuffled)
  return {
    test: shuffled.slice(0, test),
    dev: shuffled.slice(test, test + dev),
    train: shuffled.slice(test + dev),
  }
}

/** Goes through all questions before one comes again, in another order each time. */
function epochs(train: readonly Example[], seed: number): Task['trainingQuestions'] {
  const order = (epoch: number) => {
    const shuffled = [...train]
    randomStream(seed, 'rl', 'questions', epoch).shuffle(shuffled)
    return shuffled
  }
  return (step, count) => {
    const chosen: Example[] = []
    for (let at = step * count; chosen.length < count; ) {
      const epoch = Math.floor(at / train.length)
      const offset = at - epoch * train.length
      const piece = order(epoch).slice(offset, offset + count - chosen.length)
      chosen.push(...piece)
      at += piece.length
    }
    return chosen
  }
}

// Standard deviations, times 1/sqrt(fan in) for linear maps. Wider than Qwen2's own 0.02, which
// suits a width of thousands: at the width of tens that is trained here, nothing would come through.
const embeddingScale = 0.1
const linearScale = 0.7

/** Weights of a model that has learned nothing; norms 1, biases 0. */
function freshWeights(seed: number) {
  return (name: string, shape: readonly number[]): Float32Array => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if (name.endsWith('norm.weight')) return values.fill(1)
    if (name.endsWith('.bias')) return values
    const stream = randomStream(seed, 'model', name)
    const isEmbedding = name.endsWith('embed_tokens.weight')
    const deviation = isEmbedding ? embeddingScale : linearScale / Math.sqrt(shape[1]!)
    return values.map(() => deviation * stream.normal())
  }
}
