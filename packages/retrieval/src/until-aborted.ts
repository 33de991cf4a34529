/**
 * The items of an asynchronous source, whose wait for the next one ends when `signal` fires: a stream
 * that has stalled would else hold its reader for good. Anything else is given back as it is.
 *
 * A source that is still making its next item then is told to end, and not waited for.
 */
export function untilAborted<T>(source: T, signal: AbortSignal | undefined): T {
  if (!signal || !isAsyncIterable(source)) return source
  return waiting(source, signal) as T
}

async function* waiting(
  source: AsyncIterable<unknown>,
  signal: AbortSignal,
): AsyncGenerator<unknown, void, undefined> {
  const iterator = source[Symbol.asyncIterator]()
  let abort: (reason: unknown) => void = () => {}
  const onAbort = () => abort(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  let isLeftEarly = true
  try {
    for (;;) {
      const { done, value } = await new Promise<IteratorResult<unknown>>((resolve, reject) => {
        signal.throwIfAborted()
        abort = reject
        Promise.resolve(iterator.next()).then(resolve, (error: unknown) => {
          isLeftEarly = false
          reject(error)
        })
      })
      isLeftEarly = !done
      if (done) return
      yield value
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    const end = Promise.resolve(isLeftEarly ? iterator.return?.() : undefined)
    if (signal.aborted) end.catch(() => {})
    else await end
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
