import { QuerlError } from '@querl/base'
import type { LanguageModel } from '@querl/lm'
import { type Example, exactMatch } from '@querl/tasks'
import { mainPlan } from '../baselines.js'
import { promptText } from '../demonstrations.js'
import { protocolOf } from '../play.js'
import { type Run, stage } from '../run.js'
import type { TaskTokenizer } from '../task.js'

// Enough to meet the odd long question; a whole set of real questions would take its time.
const promptsChecked = 256

/**
 * What would otherwise go wrong an hour from now: the tokenizer and the model disagree, a prompt
 * leaves no room to answer, a right answer earns nothing.
 *
 * @throws {QuerlError} ERR_QUERL_CONFIG, ERR_QUERL_WINDOW, ERR_QUERL_MODEL or ERR_QUERL_DATA
 */
export async function preflight(run: Run, model: LanguageModel): Promise<void> {
  await stage(run.emit, 'checks', async () => {
    checkTokenizer(run.task.tokenizer, model)
    const examples = sample(run)
    checkRewards(examples)
    const longest = checkPrompts(run, model, examples)
    checkSteps(run)
    await checkSearch(run, examples)
    return [
      undefined,
      `longest prompt ${longest} of ${run.recipe.rollout.maxTokens} tokens; a right answer earns 1`,
    ]
  })
}

function sample({ task, recipe }: Run): readonly Example[] {
  const { count, devCount } = recipe.evaluate
  const some = [
    ...task.questions('dev', Math.min(devCount, promptsChecked)),
    ...task.questions('test', Math.min(count, promptsChecked)),
    ...task.trainingQuestions(0, Math.min(recipe.train.questions, promptsChecked)),
  ]
  if (some.length === 0) throw new QuerlError('ERR_QUERL_DATA', 'There is not one question.')
  return some
}

function checkTokenizer(tokenizer: TaskTokenizer, { config }: LanguageModel): void {
  if (tokenizer.vocabSize > config.vocabSize)
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `The tokenizer has ${tokenizer.vocabSize} ids, but the model knows ${config.vocabSize}.`,
      { remedy: 'Give the tokenizer that belongs to the model: model.tokenizer.' },
    )
  const tags = '<think> a </think><search> b </search><answer> c </answer>'
  const back = tokenizer.decode(tokenizer.encode(tags))
  if (back !== tags)
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `The tokenizer turns ${JSON.stringify(tags)} into ${JSON.stringify(back)}: a turn's end would not be found.`,
      { remedy: 'Give a tokenizer that keeps text as it is, as byte-level BPE does.' },
    )
}

function checkRewards(examples: readonly Example[]): void {
  for (const { id, answers } of examples) {
    const unmatched = answers.length === 0 || exactMatch(answers[0]!, answers) !== 1
    if (unmatched || exactMatch('', answers) === 1)
      throw new QuerlError(
        'ERR_QUERL_DATA',
        `The answers of question ${id} are ${JSON.stringify(answers)}: ${unmatched ? 'none could ever be matched' : 'saying nothing would match'}.`,
        { remedy: 'Leave the question out, or give it an answer of letters or digits.' },
      )
  }
}

/** @returns tokens of the longest prompt */
function checkPrompts(
  { recipe, task }: Run,
  { config }: LanguageModel,
  examples: readonly Example[],
): number {
  const { maxTokens } = recipe.rollout
  if (maxTokens > config.maxPositions)
    throw new QuerlError(
      'ERR_QUERL_WINDOW',
      `rollout.maxTokens is ${maxTokens}, but the model's window has ${config.maxPositions} tokens.`,
      {
        remedy: `Lower rollout.maxTokens to ${config.maxPositions}, or take a model with a longer window.`,
      },
    )
  const protocol = protocolOf(recipe)
  let longest = 0
  for (const example of examples) {
    const length = task.tokenizer.encode(promptText(protocol, example, task.tokenizer)).length
    if (length >= maxTokens)
      throw new QuerlError(
        'ERR_QUERL_WINDOW',
        `The prompt of question ${example.id} has ${length} tokens, which leaves no room in rollout.maxTokens (${maxTokens}) for an answer.`,
        { remedy: 'Raise rollout.maxTokens, shorten the question, or leave it out.' },
      )
    longest = Math.max(longest, length)
  }
  return longest
}

function checkSteps({ recipe }: Run): void {
  const plan = mainPlan(recipe)
  if (!plan) return
  const { questions, groupSize, minibatch, algorithm } = plan.train
  if (minibatch > questions * groupSize)
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      `train.minibatch is ${minibatch}, but a step has ${questions * groupSize} trajectories (train.questions × train.groupSize).`,
      { remedy: `Lower train.minibatch to ${questions * groupSize}.` },
    )
  if (algorithm === 'grpo' && groupSize === 1)
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      'train.groupSize is 1, but GRPO compares the trajectories of a group with each other.',
      { remedy: 'Set train.groupSize to 5, as the paper, or more.' },
    )
}

/** One search, so that an engine that is down is found out now; a failure is told, not fatal. */
async function checkSearch(run: Run, examples: readonly Example[]): Promise<void> {
  const { retriever, recipe, signal, emit } = run
  const { topK, timeoutMs } = recipe.retrieval
  try {
    await retriever.search([examples[0]!.question], {
      topK,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
  } catch (error) {
    signal.throwIfAborted()
    emit({
      kind: 'note',
      level: 'warning',
      text: `the search for the first question failed: ${(error as Error).message.split('\n')[0]}`,
    })
  }
}
