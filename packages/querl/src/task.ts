import type { LanguageModel, ModelOptions } from '@querl/lm'
import type { Passage } from '@querl/retrieval'
import type { Retriever, Tokenizer } from '@querl/rollout'
import type { Example } from '@querl/tasks'
import type { SupervisedRow } from '@querl/train'

/**
 * What a run is about: questions in three splits, passages to search, a tokenizer, and a model to
 * start from. A generated world is one, files of one's own are another.
 */
export interface Task {
  /** In a few words, for the set-up's lines. */
  readonly summary: string
  /** None where a server has them. */
  readonly passages: readonly Passage[]
  readonly tokenizer: TaskTokenizer
  /** At most `count` questions that training never sees; the same at every call. */
  questions(split: 'dev' | 'test', count: number): readonly Example[]
  /** The questions of an RL step; every step has its own. */
  trainingQuestions(step: number, count: number): readonly Example[]
  /** The model that the run starts from. */
  createModel(options: ModelOptions): Promise<LanguageModel>
  /** Makes the rows of the warm start's steps, where the task has demonstrations. */
  readonly warmStart?: (
    retriever: Retriever,
    signal: AbortSignal,
  ) => Promise<(step: number) => readonly SupervisedRow[]>
  /** The same entities with other facts: what a model that knows by heart gets wrong. */
  readonly redrawn?: () => Pick<Task, 'passages' | 'questions'>
}

/** What a rollout needs of a tokenizer, and the ids of single tokens. */
export interface TaskTokenizer extends Tokenizer {
  readonly vocabSize: number
  idOf(token: string): number | undefined
}
