import {
  checkNonNegativeInteger,
  checkPositive,
  checkPositiveInteger,
  checkString,
} from '@querl/base'
import type { FoundPassage, Retriever, Tool, ToolResult } from '../interfaces.js'
import { attempts, type RetryOptions } from './attempts.js'
import { LruCache } from './lru.js'

export interface SearchOptions {
  /** Passages for each query. Default 3, as in the paper. */
  readonly topK?: number
  /** What one call of the retriever may take, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number
  /** How often a failed call is made again. Default 2. */
  readonly retries?: number
  /** The wait before the first retry, in milliseconds; it doubles each time. Default 200. */
  readonly backoffMs?: number
  /** Calls of the retriever at a time; queries wait and gather meanwhile. Default 4. */
  readonly maxCalls?: number
  /** Queries whose passages are remembered. Default 10 000; 0: none. */
  readonly cache?: number
  /** The name by which a protocol calls it. Default `search`. */
  readonly name?: string
}

/** What a search tool has done since it was made. */
export interface SearchStats {
  /** Queries, answered ones and failed ones. */
  readonly queries: number
  /** Of them, those that were remembered or were being asked already. */
  readonly shared: number
  /** Calls of the retriever, retries included. */
  readonly calls: number
  /** Queries that failed for good. */
  readonly failed: number
}

export interface SearchTool extends Tool {
  readonly stats: SearchStats
}

/**
 * A tool that finds passages.
 *
 * Queries that are asked in the same turn of the event loop go to the retriever in one call; equal
 * ones are asked once. An empty query finds nothing. A retriever that fails or does not answer in
 * time, after all retries, gives `{ ok: false }` with a message for the policy.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range
 */
export function search(retriever: Retriever, options: SearchOptions = {}): SearchTool {
  return new BatchedSearch(retriever, options)
}

/** One query that is being asked, for everybody who wants to know. */
interface Question {
  readonly query: string
  readonly answer: Promise<ToolResult>
  readonly settle: (result: ToolResult) => void
  batch?: Batch
  waiting: number
}

interface Batch {
  readonly questions: readonly Question[]
  readonly stop: AbortController
}

class BatchedSearch implements SearchTool {
  readonly name: string
  readonly #retriever: Retriever
  readonly #topK: number
  readonly #retry: RetryOptions
  readonly #maxCalls: number
  readonly #known: LruCache<string, ToolResult>
  readonly #asked = new Map<string, Question>()
  #gathered: Question[] = []
  #isScheduled = false
  #running = 0
  readonly #stats = { queries: 0, shared: 0, calls: 0, failed: 0 }

  constructor(retriever: Retriever, options: SearchOptions) {
    this.name = checkString('name', options.name ?? 'search')
    this.#retriever = retriever
    this.#topK = checkPositiveInteger('topK', options.topK ?? 3)
    this.#maxCalls = checkPositiveInteger('maxCalls', options.maxCalls ?? 4)
    this.#known = new LruCache(checkNonNegativeInteger('cache', options.cache ?? 10_000))
    this.#retry = {
      timeoutMs: checkPositive('timeoutMs', options.timeoutMs ?? 10_000),
      retries: checkNonNegativeInteger('retries', options.retries ?? 2),
      backoffMs: checkPositive('backoffMs', options.backoffMs ?? 200),
    }
  }

  get stats(): SearchStats {
    return { ...this.#stats }
  }

  async call(query: string, { signal }: { signal?: AbortSignal | undefined }): Promise<ToolResult> {
    signal?.throwIfAborted()
    this.#stats.queries++
    if (query.trim() === '') return { ok: true, passages: [] }
    const known = this.#known.get(query)
    if (known) {
      this.#stats.shared++
      return known
    }
    const question = this.#ask(query)
    if (!signal) return question.answer
    return this.#untilAborted(question, signal)
  }

  #ask(query: string): Question {
    let question = this.#asked.get(query)
    if (question) this.#stats.shared++
    else {
      let settle: Question['settle'] = () => {}
      const answer = new Promise<ToolResult>((resolve) => {
        settle = resolve
      })
      question = { query, answer, settle, waiting: 0 }
      this.#asked.set(query, question)
      this.#gathered.push(question)
      this.#schedule()
    }
    question.waiting++
    return question
  }

  async #untilAborted(question: Question, signal: AbortSignal): Promise<ToolResult> {
    let onAbort = () => {}
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => {
        this.#leave(question)
        reject(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
    })
    try {
      return await Promise.race([question.answer, aborted])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }

  /** Nobody waits for a batch any more: the retriever may stop. */
  #leave(question: Question): void {
    question.waiting--
    const { batch } = question
    if (!batch?.questions.every(({ waiting }) => waiting === 0)) return
    for (const { query } of batch.questions) this.#asked.delete(query) // whoever asks now asks anew
    batch.stop.abort()
  }

  // setImmediate rather than a microtask: it runs behind all turns that ended in one poll of the
  // event loop, however many promises each of them is away from its query.
  #schedule(): void {
    if (this.#isScheduled || this.#running >= this.#maxCalls || this.#gathered.length === 0) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      const questions = this.#gathered.filter((each) => each.waiting > 0)
      for (const { query, waiting } of this.#gathered) if (waiting === 0) this.#asked.delete(query)
      this.#gathered = []
      if (questions.length > 0) void this.#run({ questions, stop: new AbortController() })
    })
  }

  async #run(batch: Batch): Promise<void> {
    const { questions, stop } = batch
    for (const question of questions) question.batch = batch
    this.#running++
    const queries = questions.map(({ query }) => query)
    const outcome = await attempts(
      (signal) => {
        this.#stats.calls++
        return this.#retriever.search(queries, { topK: this.#topK, signal })
      },
      (found) => checkFound(found, queries.length),
      { ...this.#retry, signal: stop.signal },
    )
    this.#running--
    questions.forEach((question, at) => {
      if (this.#asked.get(question.query) === question) this.#asked.delete(question.query)
      const result: ToolResult = outcome.ok
        ? { ok: true, passages: outcome.value[at]! }
        : { ok: false, message: `Search failed: ${outcome.message}` }
      if (result.ok) this.#known.set(question.query, result)
      else this.#stats.failed++
      question.settle(result)
    })
    this.#schedule()
  }
}

function checkFound(found: readonly (readonly FoundPassage[])[], queries: number): void {
  if (!Array.isArray(found) || found.length !== queries || !found.every(Array.isArray))
    throw new Error(`the retriever did not answer all of ${queries} queries.`)
}
