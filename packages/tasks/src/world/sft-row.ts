import type { BpeEncoder } from '../tokenizer/bpe-encoder.js'

/** A sequence to train on, and how much the loss of predicting each of its tokens counts. */
export interface SftRow {
  readonly text: string
  /** Shape (T). */
  readonly ids: Int32Array
  /** Shape (T), in [0, 1]. Entry 0 is 0: nothing comes before the first token. */
  readonly weights: Float32Array
}

/** A piece of a sequence whose tokens have one weight. */
export type WeightedText = readonly [text: string, weight: number]

/**
 * Puts pieces together.
 *
 * Each piece is encoded alone; pieces must begin or end with a token that is found before all others
 * or break at a newline, where the tokens are the same as those of the whole text.
 */
export function sftRow(encoder: BpeEncoder, pieces: readonly WeightedText[]): SftRow {
  const encoded = pieces.map(([text]) => encoder.encode(text))
  const length = encoded.reduce((sum, { length }) => sum + length, 0)
  const ids = new Int32Array(length)
  const weights = new Float32Array(length)
  let start = 0
  encoded.forEach((piece, at) => {
    ids.set(piece, start)
    weights.fill(pieces[at]![1], start, start + piece.length)
    start += piece.length
  })
  weights[0] = 0
  return { text: pieces.map(([text]) => text).join(''), ids, weights }
}
