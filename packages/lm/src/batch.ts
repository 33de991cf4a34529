import { argumentError, QuerlError } from '@querl/base'

/**
 * Sequences without padding. What is "per token" elsewhere has shape (T), and its entry t is about
 * predicting token t from those before it in its sequence.
 */
export interface TokenBatch {
  /** All sequences, one behind the other. Shape (T). */
  readonly tokens: Int32Array
  /** Where each sequence starts, and T. Shape (B + 1), from 0, rising. */
  readonly offsets: readonly number[] | BigInt64Array
}

/**
 * Lays sequences one behind the other.
 *
 * @param sequences each of shape (n); B of them
 */
export function packTokens(sequences: readonly Int32Array[]): TokenBatch {
  const offsets = [0]
  for (const { length } of sequences) offsets.push(offsets.at(-1)! + length)
  const tokens = new Int32Array(offsets.at(-1)!)
  for (const [i, sequence] of sequences.entries()) tokens.set(sequence, offsets[i]!)
  return { tokens, offsets }
}

/**
 * The offsets of a batch that was checked: native code reads only what is in bounds.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT, and ERR_QUERL_WINDOW for a sequence longer than the window
 */
export function checkedOffsets(
  { tokens, offsets }: TokenBatch,
  vocabSize: number,
  maxPositions: number,
): Float64Array {
  if (!(tokens instanceof Int32Array)) throw argumentError('batch.tokens', 'an Int32Array', tokens)
  const starts = Float64Array.from(offsets as ArrayLike<number | bigint>, Number)
  if (starts.length === 0 || starts[0] !== 0 || starts.at(-1) !== tokens.length)
    throw argumentError(
      'batch.offsets',
      `numbers from 0 to ${tokens.length}, the number of tokens`,
      offsets,
    )
  for (let i = 1; i < starts.length; i++) {
    const length = starts[i]! - starts[i - 1]!
    if (!(Number.isInteger(length) && length >= 0))
      throw argumentError('batch.offsets', 'rising integers', offsets)
    if (length > maxPositions)
      throw new QuerlError(
        'ERR_QUERL_WINDOW',
        `Sequence ${i - 1} has ${length} tokens, and the model's window is ${maxPositions}.`,
        { remedy: 'Cut it, or drop it.' },
      )
  }
  for (let t = 0; t < tokens.length; t++)
    if (!(tokens[t]! >= 0 && tokens[t]! < vocabSize))
      throw argumentError(`batch.tokens[${t}]`, `in [0, ${vocabSize})`, tokens[t])
  return starts
}

/**
 * Checks weights: one per token, and none on the first token of a sequence, which nothing predicts.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function checkWeights(name: string, weights: Float32Array, offsets: Float64Array): void {
  checkPerToken(name, weights, offsets.at(-1)!)
  for (let i = 0; i + 1 < offsets.length; i++) {
    const start = offsets[i]!
    if (start < offsets[i + 1]! && weights[start] !== 0)
      throw argumentError(
        `${name}[${start}]`,
        '0, since the first token of a sequence is not predicted',
        weights[start],
      )
  }
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless `array` is a Float32Array of `tokens` numbers */
export function checkPerToken(name: string, array: Float32Array, tokens: number): void {
  if (!(array instanceof Float32Array)) throw argumentError(name, 'a Float32Array', array)
  if (array.length !== tokens)
    throw argumentError(`${name}.length`, `${tokens}, the number of tokens`, array.length)
}

/**
 * Ids as native code takes them.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT unless all are in [0, vocabSize)
 */
export function checkedIds(name: string, ids: readonly number[], vocabSize: number): Int32Array {
  for (const id of ids)
    if (!(Number.isInteger(id) && id >= 0 && id < vocabSize))
      throw argumentError(`every one of ${name}`, `in [0, ${vocabSize})`, id)
  return Int32Array.from(ids)
}
