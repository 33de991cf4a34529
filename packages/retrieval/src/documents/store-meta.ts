import { argumentError, QuerlError } from '@querl/base'
import { type KeyNames, keyNames } from './document.js'
import { DocumentStore } from './document-store.js'

/** What the store of an index says of its lines. */
export interface StoreMeta {
  readonly names: KeyNames
}

/** @param names of the files that the documents come from, if they come from files */
export function newStoreMeta(names: KeyNames | undefined): StoreMeta {
  return { names: names ?? keyNames() }
}

/**
 * That of the store beside an index, for documents to be added.
 *
 * @returns undefined where documents are not kept
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if documents of files with other keys are to be added
 */
export async function storeMetaOf(
  folder: string,
  names: KeyNames | undefined,
): Promise<StoreMeta | undefined> {
  if (!DocumentStore.isIn(folder)) return undefined
  using store = await DocumentStore.open(folder)
  const meta: StoreMeta = { names: store.names }
  if (names && JSON.stringify(names) !== JSON.stringify(meta.names))
    throw argumentError('keys', `those of the documents that are there, ${keys(meta)}`, names)
  return meta
}

/** @throws {QuerlError} ERR_QUERL_INDEX_CORRUPT */
export function parseStoreMeta(json: string, folder: string): StoreMeta {
  try {
    const { names } = JSON.parse(json) as StoreMeta
    const lists = [names.id, names.title, names.text, names.contents]
    if (lists.every((list) => Array.isArray(list))) return { names }
  } catch {} // it is none of ours, as below
  throw new QuerlError(
    'ERR_QUERL_INDEX_CORRUPT',
    `The file of documents in ${folder} does not say how its lines are read.`,
  )
}

function keys({ names }: StoreMeta): string {
  return JSON.stringify({ id: names.id[0], title: names.title[0], text: names.text[0] })
}
