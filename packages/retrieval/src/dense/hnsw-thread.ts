import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { QuerlError } from '@querl/base'

/** What usearch needs to know of an index. */
export interface HnswSettings {
  readonly dimensions: number
  readonly metric: 'ip' | 'cos' | 'l2sq'
  readonly quantization: 'f32' | 'f16' | 'bf16' | 'i8'
  readonly connectivity: number
  readonly expansion_add: number
  readonly expansion_search: number
  readonly threads: number
}

interface Waiting {
  readonly stop: Int32Array
  resolve(result: unknown): void
  reject(error: unknown): void
}

// What a worker and its owner share beside messages: whether a call runs, whether the process ends.
const places = { busy: 0, ended: 1 } as const
const atWork = new Set<Int32Array>()

// A worker that the process ends within usearch takes it down by a signal: the running piece is
// waited for, which is a matter of milliseconds but for saving and opening.
process.on('exit', () => {
  for (const state of atWork) Atomics.store(state, places.ended, 1)
  for (const state of atWork) Atomics.wait(state, places.busy, 1)
})

/** A worker thread in which usearch holds one index. It keeps no process alive while it has no work. */
export class HnswThread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  readonly #state = new Int32Array(new SharedArrayBuffer(8))
  #next = 0
  /** Why it takes no calls any more. */
  #failure: QuerlError | undefined

  /** @throws {QuerlError} ERR_QUERL_NATIVE_MISSING if usearch is not installed */
  constructor(settings: HnswSettings) {
    try {
      createRequire(import.meta.url).resolve('usearch')
    } catch (cause) {
      throw new QuerlError('ERR_QUERL_NATIVE_MISSING', 'HnswIndex needs the package usearch.', {
        remedy: 'Install it: npm install usearch@2.25',
        cause,
      })
    }
    this.#worker = new Worker(new URL('./hnsw-worker.js', import.meta.url), {
      workerData: { from: import.meta.url, index: settings, state: this.#state },
      execArgv: [],
    })
    atWork.add(this.#state)
    this.#worker.unref()
    this.#worker.on('message', ({ id, result, error }) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (this.#waiting.size === 0) this.#worker.unref()
      if (error === undefined) waiting?.resolve(result)
      else waiting?.reject(new QuerlError('ERR_QUERL_NATIVE', `usearch: ${error}.`))
    })
    this.#worker.on('error', (cause: Error) => {
      this.#fail(new QuerlError('ERR_QUERL_NATIVE', `usearch: ${cause.message}.`, { cause }))
    })
    this.#worker.on('exit', () => {
      atWork.delete(this.#state)
      this.#fail(new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed.'))
    })
  }

  /**
   * @param argument of the call; with a signal, a `stop` that fires with it is added
   * @throws the signal's reason once it has fired
   */
  async call<T>(call: string, argument: object, signal?: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted()
    if (this.#failure) throw this.#failure
    const stop = new Int32Array(new SharedArrayBuffer(4))
    let onAbort: (() => void) | undefined
    try {
      return await new Promise<T>((resolve, reject) => {
        const id = this.#next++
        this.#waiting.set(id, { stop, resolve: (result) => resolve(result as T), reject })
        this.#worker.ref()
        onAbort = () => {
          Atomics.store(stop, 0, 1)
          reject(signal!.reason)
        }
        signal?.addEventListener('abort', onAbort, { once: true })
        this.#worker.postMessage({ id, call, argument: { ...argument, stop } })
      })
    } finally {
      if (onAbort) signal?.removeEventListener('abort', onAbort)
    }
  }

  /**
   * Calls that wait reject with ERR_QUERL_CLOSED, and the thread ends by itself once the running one
   * has stopped. (A worker that is terminated within usearch takes the process with it.)
   */
  dispose(): void {
    for (const { stop } of this.#waiting.values()) Atomics.store(stop, 0, 1)
    this.#worker.postMessage({ call: 'end' })
    this.#worker.unref()
    this.#fail(new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed.'))
  }

  #fail(error: QuerlError): void {
    this.#failure ??= error
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
