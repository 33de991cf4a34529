import { checkNonNegative, checkPositiveInteger, QuerlError } from '@querl/base'
import type { RetrievedPassage, Retriever } from '../retriever.js'
import { checkFound } from './check-found.js'
import { Refusal } from './refusal.js'

/** How requests are gathered into calls of the retriever. */
export interface BatchingOptions {
  /** Queries of one call at most. Default 256. */
  readonly maxBatch?: number | undefined
  /**
   * How long the first query of a call that is not full waits for more, in milliseconds. Default 0:
   * a call takes what came in the same turn of the event loop, or while others were under way.
   */
  readonly maxWaitMs?: number | undefined
  /** Calls at a time. Default 2: one is prepared and written while the other searches. */
  readonly maxCalls?: number | undefined
  /** Queries that may wait; a request that comes on top is refused. Default 16 384. */
  readonly maxQueued?: number | undefined
}

/** What a queue tells of its work. */
export interface BatchObserver {
  onBatch(queries: number, seconds: number, error: unknown): void
}

/** One request that waits for its queries' passages. */
export interface SearchJob {
  /** Shape (Q, ≤ K). Rejects with the retriever's error, or with the reason of cancel(). */
  readonly result: Promise<RetrievedPassage[][]>
  /** Nobody waits any more: what is not searched for anybody else stops. */
  cancel(reason: unknown): void
}

/**
 * Gathers the queries of many requests into few calls of a retriever.
 *
 * Only queries with the same topK share a call: a fused or approximate retriever may answer a larger
 * topK with other first passages, and what a request is given must not depend on its neighbours.
 */
export class BatchQueue {
  readonly maxQueued: number
  readonly #retriever: Retriever
  readonly #observer: BatchObserver
  readonly #maxBatch: number
  readonly #maxWaitMs: number
  readonly #maxCalls: number
  /** Jobs with queries that are in no call yet, by topK, each list in order of arrival. */
  readonly #waiting = new Map<number, Job[]>()
  #queued = 0
  #calls = 0
  #deafCalls = 0
  #arrivals = 0
  #isScheduled = false
  #timer: NodeJS.Timeout | undefined

  constructor(retriever: Retriever, options: BatchingOptions, observer: BatchObserver) {
    this.#retriever = retriever
    this.#observer = observer
    this.#maxBatch = checkPositiveInteger('maxBatch', options.maxBatch ?? 256)
    this.#maxWaitMs = checkNonNegative('maxWaitMs', options.maxWaitMs ?? 0)
    this.#maxCalls = checkPositiveInteger('maxCalls', options.maxCalls ?? 2)
    this.maxQueued = checkPositiveInteger('maxQueued', options.maxQueued ?? 16_384)
  }

  /** Queries that wait for a call. */
  get queued(): number {
    return this.#queued
  }

  /** Calls of the retriever that are under way. */
  get calls(): number {
    return this.#calls
  }

  /** @throws {Refusal} 503 if too many queries wait already */
  submit(queries: readonly string[], topK: number): SearchJob {
    if (this.#queued + queries.length > this.maxQueued) {
      throw new Refusal(
        503,
        'overloaded',
        `${this.#queued} queries wait already; ${queries.length} more would be over ${this.maxQueued}.`,
        1,
      )
    }
    const job = new Job(queries, topK, this.#arrivals++, (waiting) => {
      this.#queued -= waiting
    })
    if (queries.length === 0) return job
    const jobs = this.#waiting.get(topK)
    if (jobs) jobs.push(job)
    else this.#waiting.set(topK, [job])
    this.#queued += queries.length
    this.#schedule()
    return job
  }

  #schedule(): void {
    if (this.#isScheduled || this.#queued === 0 || this.#calls >= this.#maxCalls) return
    this.#isScheduled = true
    // A turn of the event loop reads every socket that has something: those requests share a call.
    setImmediate(() => {
      this.#isScheduled = false
      this.#startCalls()
    })
  }

  #startCalls(): void {
    while (this.#calls < this.#maxCalls && this.#queued > 0) {
      const oldest = this.#oldest()
      if (!oldest) return
      const wait = this.#queued < this.#maxBatch ? oldest.arrivedAt + this.#maxWaitMs - now() : 0
      if (this.#maxWaitMs > 0 && wait > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined
          this.#startCalls()
        }, wait)
        return
      }
      void this.#call(this.#take(oldest.topK), oldest.topK)
    }
  }

  #oldest(): Job | undefined {
    let oldest: Job | undefined
    for (const [topK, jobs] of this.#waiting) {
      while (jobs[0]?.isSettled) jobs.shift()
      const [first] = jobs
      if (!first) this.#waiting.delete(topK)
      else if (!oldest || first.arrival < oldest.arrival) oldest = first
    }
    return oldest
  }

  /** Takes queries out of the queue until a call is full. */
  #take(topK: number): Slice[] {
    const jobs = this.#waiting.get(topK)!
    const slices: Slice[] = []
    let room = this.#maxBatch
    let done = 0
    for (const job of jobs) {
      if (room === 0) break
      if (!job.isSettled) {
        const slice = job.take(room)
        slices.push(slice)
        room -= slice.count
        this.#queued -= slice.count
        if (job.waiting > 0) break
      }
      done++
    }
    jobs.splice(0, done)
    return slices
  }

  async #call(slices: readonly Slice[], topK: number): Promise<void> {
    this.#calls++
    try {
      const error = await this.#search(slices, topK)
      // One request's bad query must not fail those that it happened to share a call with.
      if (error !== undefined && slices.length > 1 && isAboutInput(error)) {
        for (const slice of slices) await this.#search([slice], topK, true)
      } else if (error !== undefined) for (const { job } of slices) job.fail(error)
    } finally {
      this.#calls--
      this.#schedule()
    }
  }

  /** A retriever that goes on although it was stopped gives up its place among the calls. */
  async #unlessDeaf<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const deaf = new Promise<never>((_, reject) => {
      const leave = () => {
        if (this.#deafCalls >= mostDeafCalls) return
        this.#deafCalls++
        const ended = () => this.#deafCalls--
        Promise.resolve(answer).then(ended, ended)
        reject(signal.reason)
      }
      const onAbort = () => {
        timer = setTimeout(leave, deafMs).unref()
      }
      signal.addEventListener('abort', onAbort, { once: true })
    })
    try {
      return await Promise.race([answer, deaf])
    } finally {
      clearTimeout(timer)
    }
  }

  /** @returns what went wrong; it is told to the jobs only where `isLast` */
  async #search(slices: readonly Slice[], topK: number, isLast = false): Promise<unknown> {
    const live = slices.filter(({ job }) => !job.isSettled)
    if (live.length === 0) return undefined
    const queries = live.flatMap(({ job, start, count }) =>
      count === job.queries.length ? job.queries : job.queries.slice(start, start + count),
    )
    const stop = new AbortController()
    let listeners = live.length
    const leave = () => {
      if (--listeners === 0) stop.abort(new QuerlError('ERR_QUERL_ABORTED', 'Nobody waits for it.'))
    }
    for (const { job } of live) job.onCancel(leave)
    const began = now()
    try {
      const answer = this.#retriever.search(queries, { topK, signal: stop.signal })
      const lists = checkFound(await this.#unlessDeaf(answer, stop.signal), queries.length, topK)
      this.#observer.onBatch(queries.length, (now() - began) / 1000, undefined)
      let at = 0
      for (const { job, start, count } of live) {
        job.settle(lists, at, start, count)
        at += count
      }
      return undefined
    } catch (error) {
      const failure = error ?? new Error('The retriever threw nothing.')
      if (!stop.signal.aborted) {
        this.#observer.onBatch(queries.length, (now() - began) / 1000, failure)
      }
      if (isLast) for (const { job } of live) job.fail(failure)
      return failure
    }
  }
}

const deafMs = 1000 // after which a stopped call counts as one that does not listen
const mostDeafCalls = 32 // that may go on besides

/** A part of a job's queries that goes into one call. */
interface Slice {
  readonly job: Job
  readonly start: number
  readonly count: number
}

class Job implements SearchJob {
  readonly result: Promise<RetrievedPassage[][]>
  readonly queries: readonly string[]
  readonly topK: number
  readonly arrival: number
  readonly arrivedAt = now()
  isSettled = false
  readonly #lists: RetrievedPassage[][]
  readonly #leaveQueue: (waiting: number) => void
  readonly #cancelled: (() => void)[] = []
  #taken = 0
  #missing: number
  #resolve!: (lists: RetrievedPassage[][]) => void
  #reject!: (reason: unknown) => void

  constructor(
    queries: readonly string[],
    topK: number,
    arrival: number,
    leaveQueue: (waiting: number) => void,
  ) {
    this.queries = queries
    this.topK = topK
    this.arrival = arrival
    this.#leaveQueue = leaveQueue
    this.#missing = queries.length
    this.#lists = new Array(queries.length)
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (queries.length === 0) {
      this.isSettled = true
      this.#resolve([])
    }
  }

  /** Queries that are in no call yet. */
  get waiting(): number {
    return this.queries.length - this.#taken
  }

  take(atMost: number): Slice {
    const start = this.#taken
    const count = Math.min(atMost, this.waiting)
    this.#taken += count
    return { job: this, start, count }
  }

  onCancel(listener: () => void): void {
    this.#cancelled.push(listener)
  }

  settle(lists: RetrievedPassage[][], from: number, to: number, count: number): void {
    for (let at = 0; at < count; at++) this.#lists[to + at] = lists[from + at]!
    this.#missing -= count
    if (this.#missing > 0 || this.isSettled) return
    this.isSettled = true
    this.#resolve(this.#lists)
  }

  fail(reason: unknown): void {
    if (this.isSettled) return
    this.isSettled = true
    this.#leaveQueue(this.waiting)
    this.#taken = this.queries.length
    this.#reject(reason)
  }

  cancel(reason: unknown): void {
    if (this.isSettled) return
    this.fail(reason)
    for (const listener of this.#cancelled) listener()
  }
}

function isAboutInput(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return code === 'ERR_QUERL_ARGUMENT' || code === 'ERR_QUERL_DATA'
}

function now(): number {
  return performance.now()
}
