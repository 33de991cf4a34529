import { createHash } from 'node:crypto'
import { argumentError, checkPositiveInteger, checkString } from '@querl/base'
import { fieldsOf, listOf, textOf } from '../engines/json-fields.js'
import { type RetryOptions, remoteError } from '../http/retries.js'
import type { Embedder, RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import {
  batchesOf,
  type LoadOptions,
  type StoredDocument,
  searchedText,
  sendAll,
} from './documents.js'
import { RestClient } from './rest-client.js'

export interface QdrantOptions {
  /** `http://localhost:6333` */
  readonly url: string
  readonly collection: string
  readonly apiKey?: string | undefined
  readonly embedder: Embedder
  /** How vectors are compared. Default `cosine`: Qdrant normalises what it stores. */
  readonly similarity?: 'cosine' | 'dot' | 'euclidean' | undefined
  /** A request's time-out is 30 s by default. */
  readonly retry?: RetryOptions | undefined
}

export interface QdrantCollectionOptions {
  /** Whether the vectors are mapped from the disk and not held in memory. Default false. */
  readonly onDisk?: boolean | undefined
  /** Whether a copy of 8-bit integers is searched first, held in memory. Default false. */
  readonly int8?: boolean | undefined
  /** Edges of a node in the HNSW graph. Default 16. */
  readonly m?: number | undefined
  /** Candidates while the graph is built. Default 100. */
  readonly efConstruction?: number | undefined
}

export interface QdrantRetrieveOptions extends RetrieveOptions {
  /** Of Qdrant's own form: `{ must: [{ key: 'metadata.lang', match: { value: 'en' } }] }`. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
  /** Compares with all vectors and not by the graph. Default false. */
  readonly exact?: boolean | undefined
  /** Candidates of a search in the graph. Default: the collection's. */
  readonly efSearch?: number | undefined
}

const distances = { cosine: 'Cosine', dot: 'Dot', euclidean: 'Euclid' } as const

/**
 * Passages in a collection of Qdrant 1.10 or newer, over its REST API, found by their vectors. The
 * score is the cosine, the inner product, or the negative distance.
 *
 * Qdrant's ids are numbers or UUIDs: a passage's id is kept in the payload, and a UUID is derived
 * from it.
 *
 * @see https://api.qdrant.tech/api-reference
 */
export class QdrantStore implements Retriever {
  readonly #client: RestClient
  readonly #embedder: Embedder
  readonly #path: string
  readonly #similarity: keyof typeof distances

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range */
  constructor({ url, collection, apiKey, embedder, similarity, retry }: QdrantOptions) {
    checkString('collection', collection)
    this.#similarity = similarity ?? 'cosine'
    if (!Object.hasOwn(distances, this.#similarity)) {
      throw argumentError('similarity', "'cosine', 'dot' or 'euclidean'", similarity)
    }
    const headers = apiKey === undefined ? {} : { 'api-key': checkString('apiKey', apiKey) }
    this.#client = new RestClient('Qdrant', url, headers, retry)
    this.#embedder = embedder
    this.#path = `/collections/${encodeURIComponent(collection)}`
  }

  /**
   * Makes the collection.
   *
   * @throws {QuerlError} ERR_QUERL_REMOTE, also if it is there already
   */
  async create(options: QdrantCollectionOptions = {}, signal?: AbortSignal): Promise<void> {
    const { onDisk = false, int8 = false } = options
    const distance = distances[this.#similarity]
    await this.#client.json({
      method: 'PUT',
      path: this.#path,
      signal,
      body: {
        vectors: { size: this.#embedder.dimensions, distance, on_disk: onDisk },
        hnsw_config: { m: options.m ?? 16, ef_construct: options.efConstruction ?? 100 },
        ...(int8 && { quantization_config: { scalar: { type: 'int8', always_ram: true } } }),
      },
    })
  }

  /** Whether the collection is there. */
  async exists(signal?: AbortSignal): Promise<boolean> {
    return this.#client.exists({ method: 'GET', path: this.#path, signal })
  }

  /** Deletes the collection with all that is in it. */
  async remove(signal?: AbortSignal): Promise<void> {
    await this.#client.json({ method: 'DELETE', path: this.#path, signal })
  }

  /** @returns the exact number of passages */
  async count(signal?: AbortSignal): Promise<number> {
    const path = `${this.#path}/points/count`
    const json = await this.#client.json({ method: 'POST', path, body: { exact: true }, signal })
    return Number(fieldsOf(fieldsOf(json)['result'])['count'])
  }

  /**
   * Loads documents; one with an id that is there replaces it.
   *
   * @param options 256 documents a request, two at a time by default
   * @returns how many there were
   * @throws {QuerlError} ERR_QUERL_REMOTE
   */
  async index(
    documents: Iterable<StoredDocument> | AsyncIterable<StoredDocument>,
    { batchDocuments = 256, concurrency = 2, ...options }: LoadOptions = {},
  ): Promise<number> {
    const batches = batchesOf(documents, batchDocuments, 8e6)
    const send = async (batch: StoredDocument[], signal: AbortSignal) => {
      const { dimensions } = this.#embedder
      const vectors = await this.#embedder.embedPassages(batch.map(searchedText), { signal })
      const points = batch.map(({ id, title, text, metadata }, at) => ({
        id: uuidOf(id),
        vector: Array.from(vectors.subarray(at * dimensions, (at + 1) * dimensions)),
        payload: { id, title, text, ...(metadata && { metadata }) },
      }))
      const path = `${this.#path}/points?wait=true`
      await this.#client.json({ method: 'PUT', path, body: { points }, signal })
    }
    return sendAll(batches, send, { ...options, concurrency })
  }

  /** @throws {QuerlError} ERR_QUERL_REMOTE */
  async search(
    queries: readonly string[],
    { topK, signal, filter, exact, efSearch }: QdrantRetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    checkPositiveInteger('topK', topK)
    signal?.throwIfAborted()
    if (queries.length === 0) return []
    const { dimensions } = this.#embedder
    const vectors = await this.#embedder.embedQueries(queries, { signal })
    const params = {
      ...(exact !== undefined && { exact }),
      ...(efSearch !== undefined && { hnsw_ef: checkPositiveInteger('efSearch', efSearch) }),
    }
    const searches = queries.map((_, at) => ({
      query: Array.from(vectors.subarray(at * dimensions, (at + 1) * dimensions)),
      limit: topK,
      with_payload: ['id', 'title', 'text'],
      ...(filter && { filter }),
      ...(Object.keys(params).length > 0 && { params }),
    }))
    const path = `${this.#path}/points/query/batch`
    const json = await this.#client.json({ method: 'POST', path, body: { searches }, signal })
    const results = listOf(fieldsOf(json)['result'])
    if (results.length !== queries.length) {
      const message = 'answered with JSON that is not of the documented form'
      throw remoteError('Qdrant', { message, isTransient: false })
    }
    // What is nearest has the smallest distance, and the highest score.
    const sign = this.#similarity === 'euclidean' ? -1 : 1
    return results.map(({ points }) =>
      listOf(points).map(({ score, payload }) => {
        const { id, title, text } = fieldsOf(payload)
        const passage = { id: textOf(id), title: textOf(title), text: textOf(text) }
        return { ...passage, score: sign * Number(score) }
      }),
    )
  }
}

const namespace = Buffer.from('7f0d3b9c5a1e4c2f8b6d9e0a1c3f5b7d', 'hex') // any, but always this one

/** A UUID that is always the same for the same id. @see RFC 9562, section 5.5 (version 5) */
function uuidOf(id: string): string {
  const hash = createHash('sha1').update(namespace).update(id).digest().subarray(0, 16)
  hash[6] = (hash[6]! & 0x0f) | 0x50
  hash[8] = (hash[8]! & 0x3f) | 0x80
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
