import { type ErrorCode, QuerlError } from '@querl/base'
import type { Retriever } from '@querl/rollout'
import {
  type Protocol,
  type RolloutOptions,
  rollout,
  search,
  searchR1,
  type Trajectory,
} from '@querl/rollout'
import { directPrefix, type Example, worldFormat } from '@querl/tasks'
import type { Recipe } from './recipe.js'
import type { Task } from './task.js'

/** What playing a question stands on. */
export interface Table {
  readonly recipe: Recipe
  readonly task: Pick<Task, 'tokenizer'>
  readonly retriever: Retriever
  readonly signal: AbortSignal
}

export interface PlayOptions {
  readonly sampler: RolloutOptions['sampler']
  readonly examples: readonly Example[]
  readonly groupSize: number
  readonly temperature: number
  readonly seed: number
  /** False: the policy cannot search. */
  readonly search: boolean
  /** True: the policy has to answer at once, without a thought of its own. */
  readonly direct?: boolean
}

/** Plays questions by the recipe's rules. */
export function playQuestions(
  table: Table,
  options: PlayOptions,
): AsyncIterable<Trajectory<Example>> {
  return rollout(rolloutOptions(table, options))
}

/** What {@link rollout} and `evaluate` take, by the recipe's rules. */
export function rolloutOptions(
  { recipe, task, retriever, signal }: Table,
  { direct = false, ...options }: PlayOptions,
): RolloutOptions<Example> {
  const { maxSearches, maxPolicyTokens, maxTurnTokens, maxTokens } = recipe.rollout
  const { topK, timeoutMs, url } = recipe.retrieval
  const bannedIds = bannedFor(task, options.search)
  return {
    ...options,
    tokenizer: task.tokenizer,
    protocol: protocolOf(recipe, { search: options.search, direct }),
    // A client of a server knows which failures may pass, and when to come again.
    tools: [search(retriever, { topK, timeoutMs, ...(url !== undefined && { retries: 0 }) })],
    maxTurns: maxSearches, // the paper's: a turn is a search, or an invalid action
    maxPolicyTokens,
    maxTurnTokens,
    maxTokens,
    ...(bannedIds.length > 0 && { bannedIds }),
    signal,
  }
}

/** The rules of the game, by the recipe. */
export function protocolOf(
  { rollout: { prompt, maxSearches, maxObservationTokens, onInvalid } }: Recipe,
  { search = true, direct = false }: { search?: boolean; direct?: boolean } = {},
): Protocol {
  return searchR1({
    maxSearches: search ? maxSearches : 0,
    maxObservationTokens,
    onInvalid,
    ...(direct && { forcedPrefix: directPrefix }),
    ...(prompt === 'question' && {
      chat: false,
      promptText: worldFormat.promptText,
      information: worldFormat.information,
    }),
  })
}

/** What a policy that must not search cannot say; nothing where `<search>` is no single token. */
export function bannedFor({ tokenizer }: Pick<Task, 'tokenizer'>, search: boolean): number[] {
  const id = search ? undefined : tokenizer.idOf('<search>')
  return id === undefined ? [] : [id]
}

/**
 * A failed trajectory is data; where there is nothing else, the policy itself is broken.
 *
 * @param where for the message: `step 3 of grpo`
 * @throws {QuerlError} with the code of the first failure
 */
export function throwIfNoneWasPlayed(trajectories: readonly Trajectory[], where: string): void {
  const error = trajectories[0]?.error
  if (!error || trajectories.some((each) => each.error === undefined)) return
  throw new QuerlError(
    (error.code as ErrorCode | undefined) ?? 'ERR_QUERL_MODEL',
    `Every trajectory of ${where} failed. The first: ${error.message}`,
    { remedy: 'If the weights are no numbers any more, resume with a lower learning rate.' },
  )
}
