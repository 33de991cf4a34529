import type { Reranker } from '../retriever.js'
import { Refusal } from './refusal.js'

const waitingPerCall = 16

/** Lets a few requests at a time use a reranker; the others wait in line, and not too many of them. */
export class RerankLine {
  readonly #reranker: Reranker
  readonly #maxCalls: number
  readonly #waiting = new Set<() => void>()
  #calls = 0

  constructor(reranker: Reranker, maxCalls: number) {
    this.#reranker = reranker
    this.#maxCalls = maxCalls
  }

  /** @throws {Refusal} 503 if too many wait already; the reason of `signal` if it fires meanwhile */
  async run<T>(signal: AbortSignal, work: (reranker: Reranker) => Promise<T>): Promise<T> {
    if (this.#calls >= this.#maxCalls) await this.#wait(signal)
    else this.#calls++
    try {
      signal.throwIfAborted()
      return await work(this.#reranker)
    } finally {
      const [next] = this.#waiting
      if (next) next()
      else this.#calls--
    }
  }

  #wait(signal: AbortSignal): Promise<void> {
    if (this.#waiting.size >= this.#maxCalls * waitingPerCall) {
      throw new Refusal(503, 'overloaded', `${this.#waiting.size} requests wait already.`, 1)
    }
    return new Promise((resolve, reject) => {
      const go = () => {
        this.#waiting.delete(go)
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = () => {
        this.#waiting.delete(go)
        reject(signal.reason)
      }
      this.#waiting.add(go)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }
}
