import { QuerlError } from '@querl/base'
import { byteTokenizer } from './byte-tokenizer.js'
import type { GenerateOptions, Sampler, Session, Tokenizer, Turn } from './interfaces.js'

/** What a script knows when it is asked for a turn. */
export interface ScriptContext {
  /** Turns that this session has had. */
  readonly turn: number
  /** All of the session's text so far. */
  readonly text: string
  readonly options: GenerateOptions
}

/** What the policy says: by turn, or by what it has read. */
export type Script = readonly string[] | ((context: ScriptContext) => string | Promise<string>)

export interface ScriptedSamplerOptions {
  /** Default {@link byteTokenizer}. */
  readonly tokenizer?: Tokenizer
  /** Tokens of the longest sequence. Default Infinity. */
  readonly window?: number
  /** Reported by each turn. Default 0. */
  readonly policyVersion?: number
}

/** A sampler whose words are known beforehand. */
export interface ScriptedSampler extends Sampler, Disposable {
  /** Sessions that nobody has disposed of. */
  readonly openSessions: number
  /** Calls of `generate`, in order. */
  readonly generations: readonly GenerateOptions[]
  /** Prompts that were opened; forks are not. */
  readonly prompts: readonly Int32Array[]
}

/**
 * A policy that reads its lines from a script.
 *
 * A second implementation of {@link Sampler}, for tests and dry runs: it keeps the same promises as
 * a real one on stop strings, stop ids, limits and aborts. A token's log-prob is -1/8. A script that
 * is at its end says nothing but the token that ends a text.
 */
export function scriptedSampler(
  script: Script,
  options: ScriptedSamplerOptions = {},
): ScriptedSampler {
  const {
    tokenizer = byteTokenizer(),
    window = Number.POSITIVE_INFINITY,
    policyVersion = 0,
  } = options
  const generations: GenerateOptions[] = []
  const prompts: Int32Array[] = []
  const sessions = new Set<Session>()

  function session(ids: number[], turn: number): Session {
    let turns = turn
    let isGenerating = false
    const checkUsable = () => {
      if (!sessions.has(self)) throw new QuerlError('ERR_QUERL_CLOSED', 'The session is closed.')
      if (isGenerating)
        throw new QuerlError('ERR_QUERL_ARGUMENT', 'The session is generating already.')
    }
    const self: Session = {
      get length() {
        return ids.length
      },
      append: (more) => {
        checkUsable()
        for (const id of more) ids.push(id)
      },
      fork: () => {
        checkUsable()
        return session([...ids], turns)
      },
      generate: async (request) => {
        checkUsable()
        request.signal?.throwIfAborted()
        generations.push(request)
        if (ids.length >= window)
          throw new QuerlError('ERR_QUERL_WINDOW', `${ids.length} tokens fill the window.`)
        isGenerating = true
        try {
          const text =
            typeof script === 'function'
              ? await script({
                  turn: turns,
                  text: tokenizer.decode(Int32Array.from(ids)),
                  options: request,
                })
              : await script[turns]
          request.signal?.throwIfAborted()
          const said = text === undefined ? endOf(tokenizer) : tokenizer.encode(text)
          const spoken = cut(said, tokenizer, request, window - ids.length)
          turns++
          for (const id of spoken.ids) ids.push(id)
          request.onTokens?.(spoken.ids)
          return { ...spoken, policyVersion }
        } finally {
          isGenerating = false
        }
      },
      [Symbol.dispose]: () => {
        sessions.delete(self)
      },
    }
    sessions.add(self)
    return self
  }

  return {
    generations,
    prompts,
    get openSessions() {
      return sessions.size
    },
    open: (promptIds) => {
      prompts.push(promptIds)
      return session([...promptIds], 0)
    },
    [Symbol.dispose]: () => sessions.clear(),
  }
}

function endOf({ eosId }: Tokenizer): Int32Array {
  return eosId === undefined ? new Int32Array() : Int32Array.of(eosId)
}

/** Ends a turn where a real sampler would: at a stop, or where its tokens are used up. */
function cut(
  said: Int32Array,
  tokenizer: Tokenizer,
  { maxTokens, stop = [], stopIds = [], bannedIds = [] }: GenerateOptions,
  room: number,
): Omit<Turn, 'policyVersion'> {
  const ids = said.filter((id) => !bannedIds.includes(id))
  const most = Math.min(maxTokens, room)
  const limit = Math.min(most, ids.length)
  const wholeText = tokenizer.decode(ids.subarray(0, limit))
  const mayStop = stop.some((each) => wholeText.includes(each))
  const turn = (count: number, finish: Turn['finish'], stopped?: string) => {
    const kept = ids.slice(0, count)
    const text = tokenizer.decode(kept)
    const logprobs = new Float32Array(count).fill(-1 / 8)
    return { ids: kept, logprobs, text, finish, ...(stopped !== undefined && { stop: stopped }) }
  }
  for (let count = 1; count <= limit; count++) {
    if (mayStop) {
      const text = tokenizer.decode(ids.subarray(0, count))
      const stopped = stop.find((each) => text.includes(each))
      if (stopped !== undefined) return turn(count, 'stop', stopped)
    }
    if (stopIds.includes(ids[count - 1]!)) return turn(count, 'stopId')
  }
  // Out of words before any limit: a script cannot go on, so it has reached its length.
  return turn(limit, most === room && limit === most ? 'window' : 'length')
}
