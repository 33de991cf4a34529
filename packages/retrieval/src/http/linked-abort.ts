/** A controller that aborts when `signal` does, and can abort by itself. */
export class LinkedAbort implements Disposable {
  readonly #controller = new AbortController()
  readonly #unlink: () => void

  constructor(signal: AbortSignal | undefined) {
    // Not AbortSignal.any(): Node warns of a leak when eleven wait for such a signal.
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
