import type { Sampler, Session } from '@querl/rollout'

/** Who is told, and of what. */
export interface Watcher {
  /** Ids that the policy has just sampled, in pieces. */
  onPolicy(ids: Int32Array): void
  /** Ids that were put behind them: an observation. */
  onTool(ids: Int32Array): void
}

/** A sampler that lets somebody watch; it changes nothing of what is sampled. */
export function watchedSampler(sampler: Sampler, watcher: Watcher): Sampler {
  return { open: (promptIds) => watchedSession(sampler.open(promptIds), watcher) }
}

function watchedSession(session: Session, watcher: Watcher): Session {
  return {
    get length() {
      return session.length
    },
    generate: (options) =>
      session.generate({
        ...options,
        onTokens: (ids) => {
          options.onTokens?.(ids)
          watcher.onPolicy(ids)
        },
      }),
    append: (ids) => {
      session.append(ids)
      watcher.onTool(ids)
    },
    fork: () => watchedSession(session.fork(), watcher),
    [Symbol.dispose]: () => session[Symbol.dispose](),
  }
}

/** Turns ids that arrive in pieces into text, never half a character. */
export class TextStream {
  readonly #decode: (ids: Int32Array) => string
  #ids: number[] = []
  #shown = ''

  constructor(decode: (ids: Int32Array) => string) {
    this.#decode = decode
  }

  /** @returns the text that has become whole */
  push(ids: Int32Array): string {
    this.#ids.push(...ids)
    const text = this.#decode(Int32Array.from(this.#ids))
    // A character whose bytes are not all there yet decodes to this.
    if (text.endsWith('\ufffd')) return ''
    const fresh = text.slice(this.#shown.length)
    this.#shown = text
    return fresh
  }
}
