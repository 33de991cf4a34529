/**
 * Ctrl-C, in two degrees: once asks for an orderly end, twice stops at once.
 *
 * SIGTERM counts as the first.
 */
export class Interrupt implements Disposable {
  readonly #stopNow = new AbortController()
  readonly #onRequest: () => void
  readonly #listener: () => void
  #requested = false

  /** @param onRequest called at the first signal, to tell the user what happens now */
  constructor(onRequest: () => void, onStop: () => void) {
    this.#onRequest = onRequest
    this.#listener = () => {
      if (this.#requested) {
        onStop()
        this.#stopNow.abort(new Error('stopped by a second signal'))
        return
      }
      this.#requested = true
      this.#onRequest()
    }
    process.on('SIGINT', this.#listener)
    process.on('SIGTERM', this.#listener)
  }

  /** True once a signal has come: finish the step, save, end. */
  get requested(): boolean {
    return this.#requested
  }

  /** Fires at the second signal. */
  get signal(): AbortSignal {
    return this.#stopNow.signal
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#listener)
    process.off('SIGTERM', this.#listener)
  }
}
