import { availableParallelism } from 'node:os'
import {
  argumentError,
  checkNonNegativeInteger,
  checkPositiveInteger,
  QuerlError,
} from '@querl/base'
import { fromNative, native, type SamplerHandle, type SamplerStats } from '@querl/torch/native'
import { checkedGenerate, type GenerateOptions } from './generate-options.js'
import type { LanguageModel } from './language-model.js'
import { type SamplerActivity, type WatchOptions, watch } from './sampler-activity.js'
import type { TokenBytes } from './token-bytes.js'
import { closedError, deliver, type PendingTurn, settle, type Turn } from './turns.js'

export type { GenerateOptions } from './generate-options.js'
export type { SamplerActivity, WatchOptions } from './sampler-activity.js'
export type { Turn } from './turns.js'

export interface SamplerOptions {
  /** Budget for keys and values over all sessions, in tokens. Default 262144. */
  readonly maxTokens?: number | undefined
  /** Default: the processors that this process may use. A session stays on one of them. */
  readonly threads?: number | undefined
  /**
   * Tokens that go through the model together, at most: one of each session that samples, and then
   * chunks of prompts. More make prompts cheaper, fewer let sessions wait less for each other's prompts.
   * Default: what is fast for the model.
   */
  readonly maxBatchTokens?: number | undefined
  /**
   * How long turns wait for memory that idle pinned sessions hold while none runs; they fail then.
   * Infinity: for ever. Default 120 000.
   */
  readonly stallTimeoutMs?: number | undefined
}

export interface SessionOptions {
  /**
   * Whether the session keeps its keys and values from turn to turn. Default true.
   *
   * A pinned session's turn begins when there is memory for all that it may sample, then ends without
   * waiting again, and leaves what was computed in place: while its tool is called, others wait rather
   * than take it. It is lost in two cases: the turn is aborted; or the session waits for memory for its
   * next turn, no session runs, and one that has waited longer needs it.
   *
   * A session that is not pinned takes memory as it grows, and lends it: while it is idle to whoever
   * needs it, while it samples to turns that began earlier. What it loses is computed again when it goes
   * on, to the same tokens while the weights are the same. It fits where maxTokens of a turn is far more
   * than it will sample, or many idle sessions are kept.
   */
  readonly pinned?: boolean | undefined
}

/**
 * Samples from a model in many sessions at once. It reads the model's weights in place, so that a step
 * is seen from the next token on.
 *
 * Memory for keys and values is bounded by `maxTokens`. Turns for which there is none yet wait in the
 * order in which they were asked for; `stats()` tells how many.
 *
 * Free it with `using` or dispose(); a forgotten one is freed when it is collected.
 */
export class Sampler {
  readonly model: LanguageModel
  /** For Session. Internal. */
  readonly handle: SamplerHandle
  readonly #turns = new Map<number, PendingTurn>()
  readonly #sessions: FinalizationRegistry<number>
  #requests = 0
  #disposed = false

  /**
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, ERR_QUERL_CLOSED if the model was disposed,
   *   ERR_QUERL_OUT_OF_MEMORY
   */
  constructor(model: LanguageModel, options: SamplerOptions = {}) {
    const { maxTokens = 262_144, threads = availableParallelism() } = options
    const { maxBatchTokens, stallTimeoutMs = 120_000 } = options
    checkPositiveInteger('maxTokens', maxTokens)
    checkPositiveInteger('threads', threads)
    if (maxBatchTokens !== undefined) checkPositiveInteger('maxBatchTokens', maxBatchTokens)
    if (stallTimeoutMs !== Number.POSITIVE_INFINITY)
      checkNonNegativeInteger('stallTimeoutMs', stallTimeoutMs)
    this.model = model
    const { bytes, offsets } = bytesOf(model)
    // The listener knows the pending turns and not the sampler, which can so be collected without them.
    const turns = this.#turns
    try {
      this.handle = native().createSampler(
        model.handle,
        bytes,
        offsets,
        { threads, maxTokens, maxBatchTokens: maxBatchTokens ?? 0, stallTimeoutMs },
        (...arrays) => deliver(turns, ...arrays),
      )
    } catch (error) {
      throw fromNative(error)
    }
    const { handle } = this
    this.#sessions = new FinalizationRegistry((session) => {
      if (!this.#disposed) native().closeSession(handle, session)
    })
  }

  /**
   * A session that starts with these tokens. They are computed once, when it, or a fork of it, first
   * generates.
   *
   * @param promptIds shape (T); kept, so they must not change until then
   * @throws {QuerlError} ERR_QUERL_CLOSED
   */
  open(promptIds: Int32Array, { pinned = true }: SessionOptions = {}): Session {
    const id = this.call((handle) => native().openSession(handle, pinned))
    return this.adopt(new Session(this, id, promptIds.length, promptIds))
  }

  /**
   * Sessions, turns that run and wait now, pages of the budget, and tokens since it was made.
   *
   * @throws {QuerlError} ERR_QUERL_CLOSED
   */
  stats(): SamplerStats {
    return this.call((handle) => native().samplerStats(handle))
  }

  /**
   * The same with rates, again and again, until the sampler is disposed or the signal fires. It keeps
   * the process alive no more than the sampler does.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT
   */
  watch(options: WatchOptions = {}): AsyncGenerator<SamplerActivity, void> {
    return watch(() => (this.#disposed ? undefined : this.stats()), options)
  }

  /** Ends all sessions: their pending turns reject with ERR_QUERL_CLOSED. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    native().disposeSampler(this.handle)
    for (const turn of this.#turns.values()) settle(turn, () => turn.reject(closedError()))
    this.#turns.clear()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** For Session. Internal. */
  call<T>(run: (handle: SamplerHandle) => T): T {
    try {
      return run(this.handle)
    } catch (error) {
      throw fromNative(error)
    }
  }

  /** For Session. Internal: closes it when it is collected. */
  adopt(session: Session): Session {
    this.#sessions.register(session, session.id, session)
    return session
  }

  /** For Session. Internal. */
  release(session: Session): void {
    this.#sessions.unregister(session)
    if (!this.#disposed) native().closeSession(this.handle, session.id)
  }

  /** For Session. Internal. */
  start(
    session: Session,
    pending: Int32Array | undefined,
    options: GenerateOptions,
  ): Promise<Turn> {
    const checked = checkedGenerate(options, this.model)
    const { signal } = options
    signal?.throwIfAborted()
    const request = ++this.#requests
    this.call((handle) =>
      native().generate(
        handle,
        session.id,
        request,
        pending,
        checked.maxTokens,
        checked.temperature,
        checked.topP,
        checked.topK,
        checked.minP,
        checked.seed,
        options.onTokens !== undefined,
        checked.topLogprobs,
        options.stop,
        checked.stopIds,
        checked.bannedIds,
      ),
    )
    const onAbort =
      signal &&
      (() => {
        if (!this.#disposed) native().abortTurn(this.handle, request)
      })
    signal?.addEventListener('abort', onAbort!, { once: true })
    return new Promise((resolve, reject) => {
      this.#turns.set(request, { session, options, onAbort, resolve, reject })
    })
  }
}

/** Tokens that are computed once and go on from turn to turn. Made by Sampler.open() and fork(). */
export class Session {
  /** For Sampler. Internal. */
  readonly id: number
  readonly #sampler: Sampler
  #length: number
  #pending: Int32Array | undefined
  #isGenerating = false
  #disposed = false

  /** For Sampler. Internal. */
  constructor(sampler: Sampler, id: number, length: number, pending: Int32Array | undefined) {
    this.#sampler = sampler
    this.id = id
    this.#length = length
    this.#pending = pending
  }

  /** Tokens so far: the prompt's, those appended, and those of finished turns. */
  get length(): number {
    return this.#length
  }

  /**
   * Samples a turn, which becomes part of the session.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT; ERR_QUERL_WINDOW if the session fills the window;
   *   ERR_QUERL_DIVERGED if a logit is not finite; ERR_QUERL_CLOSED once it, its sampler or its model is
   *   disposed; ERR_QUERL_OUT_OF_MEMORY if the budget cannot hold it, or idle sessions held the memory
   *   for longer than stallTimeoutMs. The session can go on after the last two.
   * @throws the signal's reason; what was sampled until then stays in the session, its memory is freed
   */
  async generate(options: GenerateOptions): Promise<Turn> {
    this.#checkIdle('generate')
    const window = this.#sampler.model.config.maxPositions
    if (this.#length >= window)
      throw new QuerlError(
        'ERR_QUERL_WINDOW',
        `The session has ${this.#length} tokens, and the model's window is ${window}: there is no ` +
          'room for another.',
        { remedy: 'Give a shorter prompt.' },
      )
    const turn = this.#sampler.start(this, this.#pending, options)
    this.#pending = undefined
    this.#isGenerating = true
    return turn
  }

  /**
   * Adds tokens that the next turn sees.
   *
   * @param ids shape (T); copied
   * @throws {QuerlError} ERR_QUERL_ARGUMENT while a turn is pending, ERR_QUERL_CLOSED
   */
  append(ids: Int32Array): void {
    this.#checkIdle('append')
    if (!(ids instanceof Int32Array)) throw argumentError('ids', 'an Int32Array', ids)
    const before = this.#pending
    const all = new Int32Array((before?.length ?? 0) + ids.length)
    if (before) all.set(before)
    all.set(ids, all.length - ids.length)
    this.#pending = all
    this.#length += ids.length
  }

  /**
   * A second session that starts with all tokens of this one, and is pinned if this one is. What both
   * share is computed once.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT while a turn is pending, ERR_QUERL_CLOSED
   */
  fork(): Session {
    this.#checkIdle('fork')
    const pending = this.#pending
    const id = this.#sampler.call((handle) => native().forkSession(handle, this.id, pending))
    this.#pending = undefined
    return this.#sampler.adopt(new Session(this.#sampler, id, this.#length, undefined))
  }

  /**
   * Keeps its keys and values from turn to turn, from the next turn on.
   *
   * @throws {QuerlError} ERR_QUERL_CLOSED
   * @see SessionOptions.pinned
   */
  pin(): void {
    this.#pin(true)
  }

  /**
   * Lets others take its memory from now on; what they take is computed again when the session goes on.
   *
   * @throws {QuerlError} ERR_QUERL_CLOSED
   * @see SessionOptions.pinned
   */
  unpin(): void {
    this.#pin(false)
  }

  /** Frees its memory. A pending turn rejects with ERR_QUERL_CLOSED. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.#sampler.release(this)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** For Sampler. Internal. */
  textOf(ids: Int32Array): string {
    const { model } = this.#sampler
    return model.hasTokenizer ? model.tokenizer.decode(ids) : ''
  }

  /** For Sampler. Internal. */
  ended(sampled: number): void {
    this.#length += sampled
    this.#isGenerating = false
  }

  #pin(pinned: boolean): void {
    this.#checkOpen()
    this.#sampler.call((handle) => native().pinSession(handle, this.id, pinned))
  }

  #checkOpen(): void {
    if (this.#disposed) throw new QuerlError('ERR_QUERL_CLOSED', 'The session was disposed.')
  }

  #checkIdle(call: string): void {
    this.#checkOpen()
    if (this.#isGenerating)
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        `${call}() was called while the session generates a turn.`,
        { remedy: 'Await the turn first, or fork the session before it.' },
      )
  }
}

// Ids behind the tokenizer's stand for no bytes: models pad their vocabulary.
function bytesOf(model: LanguageModel): TokenBytes {
  const offsets = new Uint32Array(model.config.vocabSize + 1)
  if (!model.hasTokenizer) return { bytes: new Uint8Array(0), offsets }
  const table = model.tokenizer.tokenBytes()
  offsets.set(table.offsets)
  offsets.fill(table.bytes.length, table.offsets.length)
  return { bytes: table.bytes, offsets }
}
