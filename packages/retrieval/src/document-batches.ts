import { argumentError } from '@querl/base'

// Large enough that crossing into native code costs nothing, small enough that the event loop is not
// held: copying a batch takes about a millisecond.
const batchDocuments = 4096
const batchCharacters = 1 << 20

/**
 * Groups documents for the way into native code.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for one that is no string
 */
export async function* documentBatches(
  documents: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string[], void, undefined> {
  if (typeof documents === 'string' || !isIterable(documents)) {
    throw argumentError('documents', 'an iterable of strings', documents)
  }
  let batch: string[] = []
  let characters = 0
  let index = 0
  for await (const document of documents) {
    if (typeof document !== 'string') {
      throw argumentError(`documents[${index}]`, 'a string', document)
    }
    index++
    batch.push(document)
    characters += document.length
    if (batch.length < batchDocuments && characters < batchCharacters) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}

function isIterable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Symbol.iterator in value || Symbol.asyncIterator in value
}
