import { stat } from 'node:fs/promises'
import { QuerlError } from '@querl/base'
import { Bm25Index, contents, type Passage, RemoteRetriever } from '@querl/retrieval'
import type { Recipe } from './recipe.js'

/**
 * Opens the index of some passages, or builds and saves it where there is none.
 *
 * @param path where it lies
 * @throws {QuerlError} ERR_QUERL_INDEX_CORRUPT if the file is damaged or of other passages
 */
export async function openIndex(
  path: string,
  passages: readonly Passage[],
  { k1, b }: Recipe['retrieval'],
  {
    signal,
    onProgress,
  }: { signal?: AbortSignal; onProgress?: (progress: { documents: number }) => void } = {},
): Promise<{ index: Bm25Index; built: boolean }> {
  const there = await stat(path).then(
    () => true,
    () => false,
  )
  if (!there) {
    const index = await Bm25Index.build(passages.map(contents), {
      k1,
      b,
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    })
    await index.save(path)
    return { index, built: true }
  }
  const index = await Bm25Index.open(path)
  if (index.size !== passages.length) {
    const size = index.size
    index[Symbol.dispose]()
    throw new QuerlError(
      'ERR_QUERL_INDEX_CORRUPT',
      `${path} is an index of ${size} passages, but there are ${passages.length}.`,
      { remedy: 'Remove the file: it is built again from the passages.' },
    )
  }
  return { index, built: false }
}

/**
 * The server that a recipe searches.
 *
 * @throws {QuerlError} ERR_QUERL_CONFIG if its token is not there, or an index is named besides
 */
export function openRemote({
  url,
  tokenEnv,
  index,
  timeoutMs,
}: Recipe['retrieval'] & { readonly url: string }): RemoteRetriever {
  if (index !== undefined)
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      `retrieval.url and retrieval.index are both given: searches go to one of them.`,
      { remedy: 'Leave one of them out.' },
    )
  const token = tokenEnv === undefined ? undefined : process.env[tokenEnv]
  if (tokenEnv !== undefined && !token)
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      `retrieval.tokenEnv: the environment variable ${tokenEnv} holds no token.`,
      { remedy: `Set it: export ${tokenEnv}=…` },
    )
  // A search's time has room for a second request, and a server that is silent is seen to be so before
  // the search gives up: else nothing would count against it.
  return new RemoteRetriever(url, { timeoutMs: timeoutMs / 2, ...(token && { token }) })
}
