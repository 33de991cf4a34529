// How special tokens are put around a text, or around two.

import { QuerlError } from '@querl/base'
import type { TokenizerJson } from './tokenizer-json.js'

/** Ids of special tokens, or the place of the first (0) or the second (1) text. */
export type TemplatePiece =
  | { readonly ids: readonly number[]; readonly type: number }
  | { readonly text: 0 | 1; readonly type: number }

export interface TextTemplate {
  readonly single: readonly TemplatePiece[]
  readonly pair: readonly TemplatePiece[]
}

interface Processor {
  readonly type?: string
  readonly processors?: readonly Processor[]
  readonly single?: readonly JsonPiece[]
  readonly pair?: readonly JsonPiece[]
  readonly special_tokens?: Readonly<Record<string, { readonly ids: readonly number[] }>>
  readonly sep?: readonly [string, number]
  readonly cls?: readonly [string, number]
}

interface JsonPiece {
  readonly Sequence?: { readonly id: 'A' | 'B'; readonly type_id: number }
  readonly SpecialToken?: { readonly id: string; readonly type_id: number }
}

/**
 * The template of a tokenizer.json's post-processor.
 *
 * @throws {QuerlError} ERR_QUERL_MODEL for a kind that is not known here
 */
export function textTemplate(json: TokenizerJson): TextTemplate {
  const template = templateOf(json.post_processor as Processor | null)
  if (template) return template
  const type = (json.post_processor as Processor | undefined)?.type ?? 'none'
  throw new QuerlError(
    'ERR_QUERL_MODEL',
    `The tokenizer puts special tokens around texts by ${type}; TemplateProcessing, ` +
      'BertProcessing and RobertaProcessing can be read.',
  )
}

function templateOf(processor: Processor | null): TextTemplate | undefined {
  const { type, processors = [], single, pair, special_tokens = {}, sep, cls } = processor ?? {}
  if (type === 'Sequence')
    return processors.map(templateOf).find((template) => template !== undefined)
  if (type === 'TemplateProcessing' && single && pair) {
    const pieces = (from: readonly JsonPiece[]) =>
      from.map((piece) => pieceOf(piece, special_tokens))
    return { single: pieces(single), pair: pieces(pair) }
  }
  if (!sep || !cls) return undefined
  const mark = ([, id]: readonly [string, number], of: number) => ({ ids: [id], type: of })
  const first = [mark(cls, 0), { text: 0, type: 0 }, mark(sep, 0)] as const
  if (type === 'BertProcessing')
    return { single: first, pair: [...first, { text: 1, type: 1 }, mark(sep, 1)] }
  if (type === 'RobertaProcessing')
    return { single: first, pair: [...first, mark(sep, 0), { text: 1, type: 0 }, mark(sep, 0)] }
  return undefined
}

function pieceOf(
  { Sequence, SpecialToken }: JsonPiece,
  special: NonNullable<Processor['special_tokens']>,
): TemplatePiece {
  if (Sequence) return { text: Sequence.id === 'A' ? 0 : 1, type: Sequence.type_id }
  return { ids: special[SpecialToken?.id ?? '']?.ids ?? [], type: SpecialToken?.type_id ?? 0 }
}

/** Special tokens of a template. */
export function addedTokens(pieces: readonly TemplatePiece[]): number {
  return pieces.reduce((sum, piece) => sum + ('ids' in piece ? piece.ids.length : 0), 0)
}

/**
 * How many tokens of two texts are kept where `most` are: the longer one is cut, and once they are
 * equally long both are. As `longest_first` of `transformers`.
 */
export function longestFirst(first: number, second: number, most: number): [number, number] {
  if (first + second <= most) return [first, second]
  const shorter = Math.min(first, second)
  const half = Math.floor(most / 2)
  // What is left over when both are cut goes to the longer one.
  const kept = shorter <= half ? [shorter, most - shorter] : [half, most - half]
  return (first > second ? kept.reverse() : kept) as [number, number]
}
