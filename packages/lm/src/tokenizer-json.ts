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

export interface TokenizerConfig {
  readonly tokenizer_class?: string | undefined
  readonly eos_token?: string | { readonly content: string } | null | undefined
  readonly chat_template?: string | undefined
  readonly added_tokens_decoder?: Readonly<Record<string, Omit<AddedToken, 'id'>>> | undefined
  readonly [key: string]: unknown
}
