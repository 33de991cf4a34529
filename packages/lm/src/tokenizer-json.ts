// What is read of a tokenizer's JSON files.

export interface AddedToken {
  readonly id: number
  readonly content: string
  readonly special?: boolean | undefined
  readonly lstrip?: boolean | undefined
  readonly rstrip?: boolean | undefined
  readonly single_word?: boolean | undefined
  readonly normalized?: boolean | undefined
}

export interface TokenizerJson {
  readonly version?: string | undefined
  readonly added_tokens?: readonly AddedToken[] | undefined
  readonly normalizer?: unknown
  readonly pre_tokenizer?: unknown
  readonly post_processor?: unknown
  readonly decoder?: unknown
  readonly truncation?: unknown
  readonly padding?: unknown
  readonly model: {
    readonly type?: string | undefined
    readonly vocab: Readonly<Record<string, number>>
    readonly [key: string]: unknown
  }
}

type SpecialToken = string | { readonly content: string } | null | undefined

export interface TokenizerConfig {
  readonly tokenizer_class?: string | undefined
  readonly bos_token?: SpecialToken
  readonly eos_token?: SpecialToken
  /** One template, or several by name. */
  readonly chat_template?:
    | string
    | readonly { readonly name: string; readonly template: string }[]
    | null
    | undefined
  readonly added_tokens_decoder?: Readonly<Record<string, Omit<AddedToken, 'id'>>> | undefined
  readonly [key: string]: unknown
}

const specialTokenNames = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map(
  (name) => `${name}_token`,
)

/** What the configuration calls `bos_token`, `eos_token` and so on: those that it names. */
export function specialTokensOf(config: TokenizerConfig): Readonly<Record<string, string>> {
  const entries = specialTokenNames.map((name) => [name, textOf(config[name])] as const)
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => !!entry[1]))
}

function textOf(token: unknown): string | undefined {
  return typeof token === 'string' ? token : (token as SpecialToken & object)?.content
}

/** What a post-processor puts before and behind a text. */
export function wrappingTokensOf(postProcessor: unknown): {
  readonly before: readonly number[]
  readonly after: readonly number[]
} {
  const { type, processors, single, special_tokens } = (postProcessor ?? {}) as PostProcessor
  if (type === 'Sequence') {
    const all = (processors ?? []).map(wrappingTokensOf)
    return {
      before: all.flatMap(({ before }) => before),
      after: all.flatMap(({ after }) => after),
    }
  }
  if (type !== 'TemplateProcessing' || !single) return { before: [], after: [] }
  const at = single.findIndex((piece) => piece.Sequence)
  const idsOf = (pieces: typeof single) =>
    pieces.flatMap(({ SpecialToken }) => special_tokens?.[SpecialToken?.id ?? '']?.ids ?? [])
  return { before: idsOf(single.slice(0, at)), after: idsOf(single.slice(at + 1)) }
}

interface PostProcessor {
  readonly type?: string
  readonly processors?: readonly unknown[]
  readonly single?: readonly {
    readonly Sequence?: object
    readonly SpecialToken?: { id: string }
  }[]
  readonly special_tokens?: Readonly<Record<string, { readonly ids: readonly number[] }>>
}
