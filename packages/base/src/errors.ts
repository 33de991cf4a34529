import { inspect } from 'node:util'

/** What went wrong, for programs. Codes are part of the public API: they are added, never renamed. */
export type ErrorCode =
  | 'ERR_QUERL_ABORTED'
  | 'ERR_QUERL_ARGUMENT'
  | 'ERR_QUERL_BUDGET'
  | 'ERR_QUERL_BUSY'
  | 'ERR_QUERL_CHECKPOINT_CORRUPT'
  | 'ERR_QUERL_CLOSED'
  | 'ERR_QUERL_CONFIG'
  | 'ERR_QUERL_DATA'
  | 'ERR_QUERL_DIVERGED'
  | 'ERR_QUERL_INDEX_CORRUPT'
  | 'ERR_QUERL_IO'
  | 'ERR_QUERL_MODEL'
  | 'ERR_QUERL_NATIVE'
  | 'ERR_QUERL_NATIVE_MISSING'
  | 'ERR_QUERL_NOT_RECORDED'
  | 'ERR_QUERL_OUT_OF_MEMORY'
  | 'ERR_QUERL_PENDING'
  | 'ERR_QUERL_REMOTE'
  | 'ERR_QUERL_TOOL'
  | 'ERR_QUERL_WINDOW'

export interface QuerlErrorOptions extends ErrorOptions {
  /** One thing to do about it, as a sentence or a command. Shown on a line of its own. */
  readonly remedy?: string | undefined
}

/**
 * The only error class that querl throws.
 *
 * The message names the value at fault; the remedy follows on its own line. What a library below
 * threw is kept as `cause`.
 */
export class QuerlError extends Error {
  override readonly name = 'QuerlError'
  readonly code: ErrorCode
  readonly remedy: string | undefined

  constructor(code: ErrorCode, message: string, { remedy, ...options }: QuerlErrorOptions = {}) {
    super(remedy === undefined ? message : `${message}\n${remedy}`, options)
    this.code = code
    this.remedy = remedy
  }
}

/**
 * An ERR_QUERL_ARGUMENT in the one form that all of them have:
 * `Expected topK to be a positive integer, but got -3 (number).`
 *
 * @param name of the argument, with its path where it is nested: `schedule.warmup`
 * @param expected continues "to be": `a positive integer`, `in [0, 1]`
 */
export function argumentError(name: string, expected: string, actual: unknown): QuerlError {
  return new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `Expected ${name} to be ${expected}, but got ${shown(actual)}.`,
  )
}

const longestShown = 80 // characters: a message stays readable when a whole tensor was passed

function shown(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  const text =
    typeof value === 'string'
      ? JSON.stringify(value)
      : inspect(value, { depth: 0, maxArrayLength: 8, breakLength: Number.POSITIVE_INFINITY })
  const cut = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
  return `${cut} (${typeof value})`
}
