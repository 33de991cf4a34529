/** How a turn of the policy ended. */
export type TurnFinish = 'stop' | 'stopId' | 'length' | 'window'

/** What the policy sampled in one go, as it was sampled. */
export interface Turn {
  /** Sampled token ids, the one that completes a stop string included. Shape (n). */
  readonly ids: Int32Array
  /** Natural log of each id's probability when it was sampled. Shape (n). */
  readonly logprobs: Float32Array
  /** The text of `ids`. */
  readonly text: string
  readonly finish: TurnFinish
  /** The stop string that ended the turn, where `finish` is `'stop'`. */
  readonly stop?: string | undefined
  /** Version of the weights that sampled the last token. */
  readonly policyVersion: number
}

/** How to sample one turn. */
export interface GenerateOptions {
  /** At most so many tokens; positive. */
  readonly maxTokens: number
  /** The turn ends behind the first of these; the string stays in the turn. Default none. */
  readonly stop?: readonly string[]
  /** Token ids that end the turn and stay in it. Default none. */
  readonly stopIds?: readonly number[]
  /** Token ids that are never sampled. Default none. */
  readonly bannedIds?: readonly number[]
  /** 0 picks the likeliest token. Default 1. */
  readonly temperature?: number
  /** Default 1: all of the distribution. */
  readonly topP?: number
  /** Default 0: all tokens. */
  readonly topK?: number
  /** Integer in [0, 2^53). The draw at a position depends on it and on the position alone. */
  readonly seed: number
  readonly signal?: AbortSignal
  /** Receives the ids as they are sampled, in pieces. */
  readonly onTokens?: (ids: Int32Array) => void
}

/** One growing sequence of tokens, with whatever the engine keeps of it (its KV cache). */
export interface Session extends Disposable {
  /** Tokens so far. */
  readonly length: number
  /** Samples a turn and appends it; one at a time. */
  generate(options: GenerateOptions): Promise<Turn>
  /** Appends tokens that the policy did not write. */
  append(ids: Int32Array): void
  /** A second session with the same tokens; what both share is computed once. */
  fork(): Session
}

/** A policy that can be sampled from: ours, a scripted one, or one behind a server. */
export interface Sampler {
  /** Starts a sequence; cheap, since nothing is computed before it is generated from. */
  open(promptIds: Int32Array): Session
}

/** One message of a chat. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** What the rollout needs of a tokenizer. */
export interface Tokenizer {
  /** Ids of the text; adds no special tokens. Must not change the array afterwards. */
  encode(text: string): Int32Array
  decode(ids: Int32Array): string
  /** The id that ends a text, if there is one. */
  readonly eosId?: number | undefined
  /** Renders a chat, if the tokenizer has a template. */
  readonly chatTemplate?:
    | ((messages: readonly Message[], options: { addGenerationPrompt: boolean }) => string)
    | undefined
}

/** A question to answer. */
export interface Question {
  readonly id: string
  readonly question: string
  /** Any of these is right. */
  readonly answers: readonly string[]
  readonly kind?: string | undefined
}

/** A passage that a search found. */
export interface FoundPassage {
  readonly id: string
  readonly title: string
  readonly text: string
  readonly score?: number | undefined
}

/** Finds passages for a batch of queries. */
export interface Retriever {
  search(
    queries: readonly string[],
    options: { topK: number; signal?: AbortSignal },
  ): Promise<readonly (readonly FoundPassage[])[]>
}

/** What a tool gave back. A failure is data: the policy reads it, the trajectory counts it. */
export type ToolResult =
  | { readonly ok: true; readonly passages: readonly FoundPassage[] }
  | { readonly ok: false; readonly message: string }

/** Something that the policy may call. */
export interface Tool {
  /** The name by which a protocol's actions call it. */
  readonly name: string
  /** Resolves also where the work failed; rejects only with the reason of `signal`. */
  call(input: string, context: { signal?: AbortSignal | undefined }): Promise<ToolResult>
}
