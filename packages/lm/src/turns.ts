import { type ErrorCode, QuerlError } from '@querl/base'
import { finishReasons, turnColumns } from '@querl/torch/native'
import type { GenerateOptions } from './generate-options.js'
import type { Session } from './sampler.js'

/** What one call of generate() sampled. */
export interface Turn {
  /** Shape (n). */
  readonly ids: Int32Array
  /**
   * Natural log of each id's probability when it was sampled, under the temperature and the bans, before
   * topP, topK and minP. Shape (n).
   */
  readonly logprobs: Float32Array
  /**
   * Where topLogprobs was asked for: the k most likely ids at each position, the most likely first,
   * equals by the lower id; -1 where bans leave none. Shape (n, k), row-major.
   */
  readonly topIds?: Int32Array
  /** Their log-probs, as in `logprobs`; -Infinity where the id is -1. Shape (n, k), row-major. */
  readonly topLogprobs?: Float32Array
  readonly text: string
  /** `window`: the model has no room for a further token. */
  readonly finish: 'stop' | 'stopId' | 'length' | 'window'
  /** The stop string that ended the turn, and is its end but for the rest of its last token. */
  readonly stop?: string
  /** Version of the weights that sampled the last token. */
  readonly policyVersion: number
}

/** A turn that has not come yet. */
export interface PendingTurn {
  readonly session: Session
  readonly options: GenerateOptions
  readonly onAbort: (() => void) | undefined
  resolve(turn: Turn): void
  reject(reason: unknown): void
}

/** Ends a pending turn by `end`. */
export function settle({ options, onAbort }: PendingTurn, end: () => void): void {
  if (onAbort) options.signal?.removeEventListener('abort', onAbort)
  end()
}

/** Settles the turns that native code reports, and streams parts of others. */
export function deliver(
  turns: Map<number, PendingTurn>,
  table: Float64Array,
  ids: Int32Array,
  logprobs: Float32Array,
  errors: string[],
  topIds: Int32Array,
  topLogprobs: Float32Array,
): void {
  let start = 0
  let topStart = 0
  let error = 0
  for (let at = 0; at < table.length; at += turnColumns) {
    const request = table[at]!
    const end = start + table[at + 1]!
    const turn = turns.get(request)
    const sampled = ids.slice(start, end)
    const finish = finishReasons[table[at + 3]!]!
    const [code, message] = finish === 'error' ? errors.slice(error, (error += 2)) : []
    const scores = logprobs.slice(start, end)
    const topEnd = topStart + table[at + 6]! * sampled.length
    const top = topEnd > topStart && {
      topIds: topIds.slice(topStart, topEnd),
      topLogprobs: topLogprobs.slice(topStart, topEnd),
    }
    start = end
    topStart = topEnd
    if (!turn) continue
    if (table[at + 2] === 1) {
      stream(turn, sampled)
      continue
    }
    turns.delete(request)
    turn.session.ended(sampled.length)
    settle(turn, () => {
      if (finish === 'aborted') turn.reject(turn.options.signal?.reason ?? closedError())
      else if (finish === 'error') turn.reject(new QuerlError(code as ErrorCode, message!))
      else {
        const whole = turnOf(turn, sampled, scores, finish, table[at + 4]!, table[at + 5]!)
        turn.resolve(top ? { ...whole, ...top } : whole)
      }
    })
  }
}

// What a callback throws must not keep the other turns of the batch from being delivered.
function stream(turn: PendingTurn, ids: Int32Array): void {
  try {
    turn.options.onTokens?.(ids)
  } catch (error) {
    turn.reject(error)
  }
}

function turnOf(
  { session, options }: PendingTurn,
  ids: Int32Array,
  logprobs: Float32Array,
  finish: Turn['finish'],
  stopIndex: number,
  policyVersion: number,
): Turn {
  const text = session.textOf(ids)
  const turn = { ids, logprobs, text, finish, policyVersion }
  return finish === 'stop' ? { ...turn, stop: options.stop![stopIndex]! } : turn
}

export function closedError(): QuerlError {
  return new QuerlError('ERR_QUERL_CLOSED', 'The session was disposed before its turn ended.')
}
