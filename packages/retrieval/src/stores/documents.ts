import { checkPositiveInteger } from '@querl/base'
import { LinkedAbort } from '../http/linked-abort.js'
import type { Passage } from '../retriever.js'

/** A passage with what a filter may ask for. */
export interface StoredDocument extends Passage {
  /** JSON that is stored beside the passage and is not searched. */
  readonly metadata?: Readonly<Record<string, unknown>>
}

export interface LoadOptions {
  /** Documents of one request. */
  readonly batchDocuments?: number | undefined
  /** Requests under way at a time; documents are pulled no faster. */
  readonly concurrency?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Told after each request how many documents are in. */
  readonly onProgress?: ((documents: number) => void) | undefined
}

/** What is searched of a document: its title, a line break, its text. */
export function searchedText({ title, text }: Passage): string {
  return title === '' ? text : `${title}\n${text}`
}

/** Documents in lists of `count`, or fewer where their texts exceed `characters` together. */
export async function* batchesOf(
  documents: Iterable<StoredDocument> | AsyncIterable<StoredDocument>,
  count: number,
  characters: number,
): AsyncGenerator<StoredDocument[]> {
  checkPositiveInteger('batchDocuments', count)
  let batch: StoredDocument[] = []
  let size = 0
  for await (const document of documents) {
    const length = document.title.length + document.text.length
    if (batch.length === count || (batch.length > 0 && size + length > characters)) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(document)
    size += length
  }
  if (batch.length > 0) yield batch
}

/**
 * Sends batches, several at a time. The next one is pulled when there is a place for it; the first
 * failure stops all others.
 *
 * @returns the number of documents that were sent
 * @throws what a batch or `send` throws
 * @throws the signal's reason if it fires
 */
export async function sendAll(
  batches: AsyncIterable<StoredDocument[]>,
  send: (batch: StoredDocument[], signal: AbortSignal) => Promise<void>,
  { concurrency, signal, onProgress }: LoadOptions & { readonly concurrency: number },
): Promise<number> {
  checkPositiveInteger('concurrency', concurrency)
  using stop = new LinkedAbort(signal)
  const underWay = new Set<Promise<void>>()
  let sent = 0
  let failure: { readonly error: unknown } | undefined
  const start = (batch: StoredDocument[]) => {
    const sending = send(batch, stop.signal)
      .then(() => {
        sent += batch.length
        onProgress?.(sent)
      })
      .catch((error: unknown) => {
        failure ??= { error }
        stop.abort(error)
      })
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }
  try {
    for await (const batch of batches) {
      stop.signal.throwIfAborted()
      start(batch)
      if (underWay.size >= concurrency) await Promise.race(underWay)
      if (failure) break
    }
  } catch (error) {
    failure ??= { error }
    stop.abort(error)
  }
  await Promise.all(underWay)
  if (failure) throw failure.error
  return sent
}
