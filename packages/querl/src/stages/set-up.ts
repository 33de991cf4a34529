import { join } from 'node:path'
import { PassageRetriever } from '@querl/retrieval'
import type { Retriever } from '@querl/rollout'
import type { RunFolder } from '@querl/train'
import type { Listener } from '../events.js'
import type { Recipe } from '../recipe.js'
import { stage } from '../run.js'
import { openIndex, openRemote } from '../searching.js'
import type { Task } from '../task.js'
import { openTask } from '../tasks.js'
import { grouped } from '../terminal/numbers.js'

export interface SetUpOptions {
  readonly folder: Pick<RunFolder, 'path'>
  readonly emit: Listener
  readonly signal?: AbortSignal | undefined
  readonly retriever?: Retriever | undefined
}

/** Questions, passages, and something that searches them. */
export interface SetUp extends Disposable {
  readonly task: Task
  readonly retriever: Retriever
}

/** Reads or makes the data, and opens or builds the index. */
export async function setUp(
  recipe: Recipe,
  { folder, emit, signal, retriever }: SetUpOptions,
): Promise<SetUp> {
  const task = await stage(emit, 'data', async () => {
    const task = await openTask(recipe)
    return [task, task.summary]
  })
  if (retriever) return { task, retriever, [Symbol.dispose]() {} }
  const { url } = recipe.retrieval
  if (url !== undefined) {
    const remote = await stage(emit, 'index', async () => {
      const remote = openRemote({ ...recipe.retrieval, url })
      return [remote, `searches go to ${remote.url}`]
    })
    return { task, retriever: remote, [Symbol.dispose]: () => remote.dispose() }
  }
  const index = await stage(emit, 'index', async () => {
    const path = recipe.retrieval.index ?? join(folder.path, 'index.bm25')
    const total = task.passages.length
    const { index, built } = await openIndex(path, task.passages, recipe.retrieval, {
      ...(signal && { signal }),
      onProgress: ({ documents: done }) => emit({ kind: 'progress', stage: 'index', done, total }),
    })
    return [index, `BM25 over ${grouped(index.size)} passages, ${built ? 'built' : 'opened'}`]
  })
  return {
    task,
    retriever: new PassageRetriever(index, task.passages),
    [Symbol.dispose]: () => index[Symbol.dispose](),
  }
}
