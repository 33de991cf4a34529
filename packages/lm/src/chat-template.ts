// Conversations as a model was trained to read them: the Jinja templates of Hugging Face.

import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import { argumentError, QuerlError } from '@querl/base'
import { strftime } from './strftime.js'
import { filtersAsCalls, selectingFunctions } from './template-filters.js'
import { specialTokensOf, type TokenizerConfig } from './tokenizer-json.js'

/** A message, in the names that templates read. */
export interface ChatMessage {
  /** `system`, `user`, `assistant`, `tool`, or what else the template knows. */
  readonly role: string
  /** Left out, or null, where a message only calls tools. A list of parts for templates that take it. */
  readonly content?: string | null | undefined | readonly object[]
  /** What the assistant thought before its answer, for templates that treat it apart. */
  readonly reasoning_content?: string | null | undefined
  readonly tool_calls?: readonly ChatToolCall[] | null | undefined
  /** Which of the calls a message of a tool answers. */
  readonly tool_call_id?: string | undefined
  /** Of the tool that answers, or of the one who speaks. */
  readonly name?: string | undefined
}

/** A call as the assistant wrote it. */
export interface ChatToolCall {
  readonly id?: string | undefined
  readonly type?: string | undefined
  readonly function: {
    readonly name: string
    /** By name; a few templates want JSON text. */
    readonly arguments: Readonly<Record<string, unknown>> | string
  }
}

export interface ChatOptions {
  /** Whether the text ends where the assistant is to begin. Default true. */
  readonly addGenerationPrompt?: boolean | undefined
  /** What the model may call, as JSON schemas: `{ type: 'function', function: { name, … } }`. */
  readonly tools?: readonly object[] | undefined
  /** Of retrieval, for templates that take them: `{ title, text }`. */
  readonly documents?: readonly object[] | undefined
  /** What templates ask for that tell today's date. Default: now. */
  readonly date?: Date | undefined
  /** More that the template reads: `{ enable_thinking: false }`, `{ date_string: '26 Jul 2024' }`. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Renders a conversation.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT where the template refuses the messages, or they are none;
 *   ERR_QUERL_MODEL where the template itself is at fault
 */
export type ChatTemplate = (messages: readonly ChatMessage[], options?: ChatOptions) => string

/**
 * The template of a tokenizer_config.json, where there is one. Of several, `tool_use` is taken where
 * tools are given, else `default`.
 */
export function chatTemplateOf(config: TokenizerConfig): ChatTemplate | undefined {
  const { chat_template: source } = config
  if (source === undefined || source === null) return undefined
  const sources =
    typeof source === 'string'
      ? new Map([['default', source]])
      : new Map(source.map(({ name, template }) => [name, template]))
  const programs = new Map<string, Program>()
  const tokens = specialTokensOf(config)
  return (messages, options = {}) => {
    if (!Array.isArray(messages) || messages.length === 0)
      throw argumentError('messages', 'a list of at least one message', messages)
    const name = options.tools && sources.has('tool_use') ? 'tool_use' : 'default'
    let program = programs.get(name)
    if (!program) {
      program = parsed(sources.get(name), name)
      programs.set(name, program)
    }
    return rendered(program, messages, options, tokens)
  }
}

type Program = ReturnType<typeof parse>

function parsed(source: string | undefined, name: string): Program {
  if (source === undefined)
    throw new QuerlError('ERR_QUERL_MODEL', `The tokenizer has no chat template named ${name}.`)
  try {
    // As transformers sets Jinja up.
    return filtersAsCalls(parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true })))
  } catch (cause) {
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `The chat template cannot be read: ${(cause as Error).message}.`,
      { cause },
    )
  }
}

/** What the template itself says against the messages. */
class Refusal extends Error {}

function rendered(
  program: Program,
  messages: readonly ChatMessage[],
  { addGenerationPrompt = true, tools, documents, date, variables }: ChatOptions,
  tokens: Readonly<Record<string, string>>,
): string {
  const given = {
    ...tokens,
    messages: messages.map(withReasoning),
    // None rather than undefined, as transformers has it: templates tell them apart.
    tools: tools ?? null,
    documents: documents ?? null,
    add_generation_prompt: addGenerationPrompt,
    ...variables,
  }
  const environment = new Environment()
  const functions = selectingFunctions(environment.tests)
  for (const [name, value] of Object.entries({ ...globals(date), ...functions, ...given }))
    environment.set(name, value)
  try {
    return new Interpreter(environment).run(program).value as string
  } catch (cause) {
    if (cause instanceof Refusal)
      throw new QuerlError(
        'ERR_QUERL_ARGUMENT',
        `The chat template refuses the messages: ${cause.message}`,
        { cause },
      )
    throw new QuerlError(
      'ERR_QUERL_MODEL',
      `The chat template failed on these messages: ${(cause as Error).message}.`,
      {
        remedy: 'It may ask for a variable, or for a field of a message, that is not there.',
        cause,
      },
    )
  }
}

interface Reasoning extends Pick<ChatMessage, 'reasoning_content'> {
  readonly thinking?: string | null | undefined
  readonly reasoning?: string | null | undefined
}

// Older names of the same field, and the one that some templates read: as in transformers.
function withReasoning(message: ChatMessage): object {
  const { reasoning_content, thinking, reasoning }: Reasoning = message
  const text = reasoning_content ?? thinking ?? reasoning
  return text == null ? message : { thinking: text, ...message, reasoning_content: text }
}

// What every template may use. The library's own set takes its dates from the locale, and gives no
// way to tell the template's complaints from its faults.
function globals(date: Date | undefined): Readonly<Record<string, unknown>> {
  return {
    ...{ true: true, false: false, none: null, True: true, False: false, None: null },
    range,
    strftime_now: (format: string) => strftime(date ?? new Date(), format),
    raise_exception: (message: unknown) => {
      throw new Refusal(String(message))
    },
  }
}

function range(start: number, end?: number | null, step?: number | null): number[] {
  const [from, to] = end == null ? [0, start] : [start, end]
  const by = step ?? 1
  if (by === 0) throw new Error('range() must not have a step of 0')
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / by)) }, (_, i) => from + i * by)
}
