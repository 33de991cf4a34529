import { stat } from 'node:fs/promises'
import { QuerlError } from '@querl/base'
import { Bm25Index, contents, type Passage } from '@querl/retrieval'
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
