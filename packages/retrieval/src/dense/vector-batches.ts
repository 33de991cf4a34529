import { argumentError } from '@querl/base'

// Copied on the event loop's thread, so that the caller may change its array: about a millisecond.
const batchNumbers = 2 ** 20

/**
 * Cuts chunks of vectors into batches for the way into native code.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for a chunk that is no Float32Array of whole vectors
 */
export async function* vectorBatches(
  vectors: Float32Array | Iterable<Float32Array> | AsyncIterable<Float32Array>,
  dimensions: number,
): AsyncGenerator<Float32Array, void, undefined> {
  if (vectors instanceof Float32Array) {
    yield* batchesOf('vectors', vectors, dimensions)
    return
  }
  if (!isIterable(vectors)) {
    throw argumentError('vectors', 'a Float32Array, or an iterable of such', vectors)
  }
  let index = 0
  for await (const chunk of vectors) yield* batchesOf(`vectors[${index++}]`, chunk, dimensions)
}

function* batchesOf(name: string, chunk: unknown, dimensions: number): Generator<Float32Array> {
  if (!(chunk instanceof Float32Array)) throw argumentError(name, 'a Float32Array', chunk)
  if (chunk.length % dimensions !== 0) {
    throw argumentError(
      `${name}.length`,
      `a multiple of ${dimensions}, the dimensions`,
      chunk.length,
    )
  }
  const step = Math.max(1, Math.floor(batchNumbers / dimensions)) * dimensions
  for (let at = 0; at < chunk.length; at += step) yield chunk.subarray(at, at + step)
}

function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.iterator in value || Symbol.asyncIterator in value
}
