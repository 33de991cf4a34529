import type { Message, Question, ToolResult } from './interfaces.js'

/** How a trajectory starts. */
export type Prompt = { readonly prefix?: string | undefined } & (
  | { /** Plain text, encoded as it is. */ readonly text: string }
  | {
      /** A chat for the tokenizer's template; without one, the contents joined by newlines. */
      readonly messages: readonly Message[]
    }
)

/** What a turn of the policy asks for. */
export type Action =
  | { readonly kind: 'answer'; readonly answer: string }
  | { readonly kind: 'call'; readonly tool: string; readonly input: string }
  | { readonly kind: 'invalid'; readonly reason: string }

/** A tool's result as the policy reads it. Only the body is cut where it is too long. */
export interface Observation {
  readonly open: string
  readonly body: string
  readonly close: string
}

/**
 * The rules of the conversation between a policy and its tools. Pure: no model, no network.
 *
 * The rollout loop owns the tokens, the limits and the calls; a protocol owns the words.
 */
export interface Protocol {
  readonly name: string
  /** Names of the tools that its actions call. */
  readonly tools: readonly string[]
  /** A turn ends behind the first of these; it stays in the turn. */
  readonly stop: readonly string[]
  /** Calls of a trajectory at most; Infinity for no limit but the turns. */
  readonly maxCalls: number
  /**
   * Whether the policy gets one more turn, without tools, when its turns or calls are used up.
   */
  readonly finalAnswerTurn: boolean
  /** Tokens of one observation at most, its wrapper included. */
  readonly maxObservationTokens: number
  /** The start of a trajectory; `prefix` is put into the policy's mouth and is not trained on. */
  prompt(question: Question): Prompt
  /**
   * Reads a turn.
   *
   * @param text   what the policy sampled in this turn
   * @param prefix what was put before it, in the first turn
   */
  parse(text: string, prefix?: string): Action
  /** Words a tool's result. */
  observe(result: ToolResult): Observation
  /** What to tell a policy after an invalid turn; undefined ends the trajectory. */
  feedback(action: Action & { kind: 'invalid' }): string | undefined
}
