import type { Retriever } from '@querl/rollout'
import type { RunFolder } from '@querl/train'
import type { Listener } from './events.js'
import type { Recipe } from './recipe.js'
import type { Task } from './task.js'

/** What every stage of a run works with. */
export interface Run {
  readonly recipe: Recipe
  readonly folder: RunFolder
  readonly task: Task
  readonly retriever: Retriever
  readonly emit: Listener
  /** Turns true when the user asks for an orderly end. */
  readonly interrupt: { readonly requested: boolean }
  /** Fires when everything should stop at once. */
  readonly signal: AbortSignal
}

/** An orderly end was asked for, and everything is saved. */
export class RunInterrupted extends Error {
  /** @param phase where the run stopped, and after which step */
  constructor(
    readonly phase: string,
    readonly step: number,
  ) {
    super(`interrupted in ${phase} after step ${step}`)
  }
}

/** Tells that a stage began, and when it is done, with its time. */
export async function stage<T>(
  emit: Listener,
  name: string,
  work: () => Promise<readonly [result: T, detail: string]>,
): Promise<T> {
  emit({ kind: 'stage', stage: name, state: 'started' })
  const began = performance.now()
  const [result, detail] = await work()
  const seconds = (performance.now() - began) / 1000
  emit({ kind: 'stage', stage: name, state: 'done', detail, seconds })
  return result
}
