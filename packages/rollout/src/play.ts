import { QuerlError } from '@querl/base'
import type { Question, Session, Turn } from './interfaces.js'
import type { ObservationEncoder } from './observation.js'
import type { Settings } from './options.js'
import type { Finish, SearchRecord, Segment, Trajectory } from './trajectory.js'

/** One trajectory to be made. */
export interface Attempt<Q extends Question> {
  readonly example: Q
  readonly index: number
  readonly sample: number
  readonly seed: number
  /** The prompt and the forced prefix, as they are in the session already. */
  readonly promptIds: Int32Array
  readonly prefix: string
}

/**
 * Plays one trajectory to its end.
 *
 * What fails in the sampler ends the trajectory as an `error`; what fails in a tool is read by the
 * policy; what fails in a protocol is a bug and is thrown.
 *
 * @param open gives the session that holds the prompt; it is disposed of here
 * @throws the signal's reason when it fires
 */
export async function play<Q extends Question>(
  attempt: Attempt<Q>,
  open: () => Session,
  settings: Settings<Q>,
  observations: ObservationEncoder,
  signal: AbortSignal,
): Promise<Trajectory<Q>> {
  const course = new Course(attempt, settings, observations, signal)
  let session: Session | undefined
  try {
    if (course.finish === undefined) session = open()
    while (session && course.finish === undefined) await course.turn(session)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof SamplingFailure) && session) throw error
    course.fail(error instanceof SamplingFailure ? error.cause : error)
  } finally {
    session?.[Symbol.dispose]()
  }
  return course.trajectory()
}

/** Tells what a sampler threw from a bug in a protocol. */
class SamplingFailure extends Error {}

/** What has happened in a trajectory so far. */
class Course<Q extends Question> {
  finish: Finish | undefined
  readonly #attempt: Attempt<Q>
  readonly #settings: Settings<Q>
  readonly #observations: ObservationEncoder
  readonly #signal: AbortSignal
  readonly #began = performance.now()
  readonly #segments: Segment[]
  readonly #searches: SearchRecord[] = []
  #response: string
  #length: number
  #written = 0
  #turns = 0
  #invalidTurns = 0
  #cutObservations = 0
  #policyVersion = -1
  #answer: string | undefined
  #error: Trajectory['error']

  constructor(
    attempt: Attempt<Q>,
    settings: Settings<Q>,
    observations: ObservationEncoder,
    signal: AbortSignal,
  ) {
    this.#attempt = attempt
    this.#settings = settings
    this.#observations = observations
    this.#signal = signal
    this.#segments = [{ author: 'prompt', ids: attempt.promptIds }]
    this.#response = attempt.prefix
    this.#length = attempt.promptIds.length
    if (this.#length >= settings.maxTokens) this.fail(promptTooLong(attempt, settings.maxTokens))
  }

  /** Lets the policy write, and does what it asks for. */
  async turn(session: Session): Promise<void> {
    const { protocol, maxTurns, maxTurnTokens, maxTokens } = this.#settings
    const isLast = this.#turns >= maxTurns || this.#searches.length >= protocol.maxCalls
    if (isLast && !protocol.finalAnswerTurn) return this.#end('turns')
    const room = Math.min(maxTurnTokens, this.#budget(), maxTokens - this.#length)
    const isFirst = this.#turns === 0
    const turn = await this.#generate(session, room)
    const action = protocol.parse(turn.text, isFirst ? this.#attempt.prefix : '')

    if (action.kind === 'answer') {
      this.#answer = action.answer
      return this.#end('answer')
    }
    const feedback = action.kind === 'invalid' ? protocol.feedback(action) : undefined
    if (action.kind === 'invalid') this.#invalidTurns++
    if (this.#budget() === 0) return this.#end('budget')
    if (turn.finish === 'window' || this.#length >= maxTokens) return this.#end('window')
    if (action.kind === 'call') {
      if (isLast) return this.#end('turns')
      return this.#call(session, action.tool, action.input)
    }
    if (feedback === undefined || isLast)
      return this.#end(turn.finish === 'stopId' ? 'eos' : 'invalid')
    this.#append(
      session,
      this.#observations.encode({ open: feedback, body: '', close: '' }, maxTokens),
    )
  }

  fail(error: unknown): void {
    const isFull = error instanceof QuerlError && error.code === 'ERR_QUERL_WINDOW'
    // Behind the prompt, a model whose window is shorter than maxTokens is a limit like maxTokens.
    if (isFull && this.#turns > 0) {
      this.#end('window')
      return
    }
    const message = error instanceof Error ? error.message : String(error)
    this.#error = error instanceof QuerlError ? { code: error.code, message } : { message }
    this.#end('error')
  }

  trajectory(): Trajectory<Q> {
    const { example, index, sample } = this.#attempt
    return {
      example,
      index,
      sample,
      segments: this.#segments,
      turns: this.#turns,
      searches: this.#searches,
      invalidTurns: this.#invalidTurns,
      cutObservations: this.#cutObservations,
      finish: this.finish!,
      ...(this.#answer !== undefined && { answer: this.#answer }),
      response: this.#response,
      ...(this.#error && { error: this.#error }),
      policyVersion: this.#policyVersion,
      seconds: (performance.now() - this.#began) / 1000,
    }
  }

  #end(finish: Finish): void {
    this.finish = finish
  }

  /** Tokens that the policy may still write. */
  #budget(): number {
    return this.#settings.maxPolicyTokens - this.#written
  }

  async #generate(session: Session, maxTokens: number): Promise<Turn> {
    const { protocol, stopIds, bannedIds, temperature, topP, topK } = this.#settings
    const { seed } = this.#attempt
    const sampling = { temperature, topP, topK, seed, signal: this.#signal }
    let turn: Turn
    try {
      turn = await session.generate({
        maxTokens,
        stop: protocol.stop,
        stopIds,
        bannedIds,
        ...sampling,
      })
    } catch (cause) {
      throw new SamplingFailure('', { cause })
    }
    const { ids, logprobs, text, policyVersion } = turn
    this.#segments.push({ author: 'policy', ids, logprobs })
    this.#response += text
    this.#length += ids.length
    this.#written += ids.length
    this.#turns++
    this.#policyVersion =
      this.#policyVersion < 0 ? policyVersion : Math.min(this.#policyVersion, policyVersion)
    return turn
  }

  async #call(session: Session, name: string, input: string): Promise<void> {
    const { protocol, tools } = this.#settings
    const result = await tools.get(name)!.call(input, { signal: this.#signal })
    this.#searches.push({
      query: input,
      ok: result.ok,
      ...(result.ok ? { passages: result.passages } : { message: result.message }),
    })
    const observation = protocol.observe(result)
    const encoded = this.#observations.encode(observation, protocol.maxObservationTokens)
    if (encoded.isCut) this.#cutObservations++
    this.#append(session, encoded)
  }

  /** Appends what the policy did not write, unless that would leave it no room to go on. */
  #append(session: Session, { ids, text }: { ids: Int32Array; text: string }): void {
    if (this.#length + ids.length >= this.#settings.maxTokens) {
      this.#end('window')
      return
    }
    if (ids.length === 0) return
    try {
      session.append(ids)
    } catch (cause) {
      throw new SamplingFailure('', { cause })
    }
    this.#segments.push({ author: 'tool', ids })
    this.#response += text
    this.#length += ids.length
  }
}

function promptTooLong({ example, promptIds }: Attempt<Question>, maxTokens: number): QuerlError {
  return new QuerlError(
    'ERR_QUERL_WINDOW',
    `The prompt of example ${example.id} has ${promptIds.length} tokens, and a trajectory at most ${maxTokens}.`,
    { remedy: 'Raise maxTokens, or leave the example out.' },
  )
}
