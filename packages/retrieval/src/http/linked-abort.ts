import { setMaxListeners } from 'node:events'

/** A controller that aborts when `signal` does, and can abort by itself. Any number may listen. */
export class LinkedAbort implements Disposable {
  readonly #controller = new AbortController()
  readonly #unlink: () => void

  constructor(signal: AbortSignal | undefined) {
    setMaxListeners(0, this.#controller.signal) // else Node warns of a leak from the eleventh on
    const onAbort = () => this.#controller.abort(signal?.reason)
    if (signal?.aborted) onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#unlink = () => signal?.removeEventListener('abort', onAbort)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason)
  }

  [Symbol.dispose](): void {
    this.#unlink()
  }
}
