import { argumentError, checkPositiveInteger, checkString } from '@querl/base'
import { type Fields, fieldsOf, listOf, textOf } from '../engines/json-fields.js'
import { errorDetail } from '../http/answers.js'
import type { Attempt } from '../http/exchange.js'
import type { RetryOptions } from '../http/retries.js'
import { remoteError } from '../http/retries.js'
import type { Embedder, RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import {
  batchesOf,
  type LoadOptions,
  type StoredDocument,
  searchedText,
  sendAll,
} from './documents.js'
import { RestClient } from './rest-client.js'

export interface OpenSearchOptions {
  /** `https://search.example.org:9200` */
  readonly url: string
  /** The index's name. */
  readonly index: string
  /** They differ in vectors only. Default `opensearch`. */
  readonly dialect?: 'opensearch' | 'elasticsearch' | undefined
  readonly auth?:
    | { readonly apiKey: string }
    | { readonly username: string; readonly password: string }
  /** Makes a vector of each document that is loaded, and of each query where `by` is `vectors`. */
  readonly embedder?: Embedder | undefined
  /** What search() compares. Default `words`. For both together, fuse() two stores of one index. */
  readonly by?: 'words' | 'vectors' | undefined
  /** A request's time-out is 30 s by default. */
  readonly retry?: RetryOptions | undefined
}

export interface OpenSearchIndexOptions {
  /** One of the server's. Default `english`. */
  readonly analyzer?: string | undefined
  /** BM25's. Defaults 0.9 and 0.4, as Pyserini's. */
  readonly k1?: number | undefined
  readonly b?: number | undefined
  /** Default 1. */
  readonly shards?: number | undefined
  /** Copies of each shard. Default 0. */
  readonly replicas?: number | undefined
  /** Of vectors, where there is an embedder. Default `cosine`. */
  readonly similarity?: 'cosine' | 'dot' | undefined
  /** Edges of a vector's node in the HNSW graph. Default 16. */
  readonly m?: number | undefined
  /** Candidates while the graph is built. Default 100. */
  readonly efConstruction?: number | undefined
}

export interface OpenSearchRetrieveOptions extends RetrieveOptions {
  /** A query of the server's own language that passages must match: `{ term: { 'metadata.lang': 'en' } }`. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/**
 * Passages in an index of OpenSearch 2 or 3, or Elasticsearch 8 or 9, over their REST API.
 *
 * Title and text are searched together as one field, by BM25; or by vectors. The score is the
 * server's.
 *
 * @see https://docs.opensearch.org/latest/api-reference/search-apis/multi-search/
 */
export class OpenSearchStore implements Retriever {
  readonly #client: RestClient
  readonly #options: OpenSearchOptions
  readonly #path: string

  /** @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range */
  constructor(options: OpenSearchOptions) {
    const { url, index, dialect = 'opensearch', auth, by = 'words', embedder, retry } = options
    checkString('index', index)
    if (dialect !== 'opensearch' && dialect !== 'elasticsearch') {
      throw argumentError('dialect', "'opensearch' or 'elasticsearch'", dialect)
    }
    if (by !== 'words' && by !== 'vectors') throw argumentError('by', "'words' or 'vectors'", by)
    if (by === 'vectors' && !embedder) {
      throw argumentError('embedder', 'given, since vectors are searched', embedder)
    }
    const service = dialect === 'opensearch' ? 'OpenSearch' : 'Elasticsearch'
    this.#client = new RestClient(service, url, authorization(auth), retry)
    this.#options = options
    this.#path = `/${encodeURIComponent(index)}`
  }

  /**
   * Makes the index.
   *
   * @throws {QuerlError} ERR_QUERL_REMOTE, also if it is there already
   */
  async create(options: OpenSearchIndexOptions = {}, signal?: AbortSignal): Promise<void> {
    const { analyzer = 'english', k1 = 0.9, b = 0.4, shards = 1, replicas = 0 } = options
    const kept = { type: 'text', index: false, copy_to: 'contents' }
    await this.#client.json({
      method: 'PUT',
      path: this.#path,
      signal,
      body: {
        settings: {
          index: {
            number_of_shards: shards,
            number_of_replicas: replicas,
            similarity: { passages: { type: 'BM25', k1, b } },
            ...(this.#options.embedder && this.#isOpenSearch && { knn: true }),
          },
        },
        mappings: {
          properties: {
            // One field of both, so that BM25 counts a word of the title as one of the text.
            title: kept,
            text: kept,
            contents: { type: 'text', analyzer, similarity: 'passages' },
            metadata: { type: 'object' },
            ...(this.#options.embedder && {
              vector: this.#vectorField(this.#options.embedder, options),
            }),
          },
        },
      },
    })
  }

  /** Whether the index is there. */
  async exists(signal?: AbortSignal): Promise<boolean> {
    return this.#client.exists({ method: 'HEAD', path: this.#path, signal })
  }

  /** Deletes the index with all that is in it. */
  async remove(signal?: AbortSignal): Promise<void> {
    await this.#client.json({ method: 'DELETE', path: this.#path, signal })
  }

  /** @returns the number of passages that a search can find */
  async count(signal?: AbortSignal): Promise<number> {
    const json = await this.#client.json({ method: 'GET', path: `${this.#path}/_count`, signal })
    return Number(fieldsOf(json)['count'])
  }

  /**
   * Loads documents; one with an id that is there replaces it. They can be found when it is done.
   * Documents that the server is too busy for are sent again; one that it refuses is an error.
   *
   * @param options 500 documents and 8 million characters a request, two at a time by default
   * @returns how many there were
   * @throws {QuerlError} ERR_QUERL_REMOTE with the id of a document that was refused
   */
  async index(
    documents: Iterable<StoredDocument> | AsyncIterable<StoredDocument>,
    { batchDocuments = 500, concurrency = 2, ...options }: LoadOptions = {},
  ): Promise<number> {
    const batches = batchesOf(documents, batchDocuments, 8e6)
    const send = (batch: StoredDocument[], signal: AbortSignal) => this.#bulk(batch, signal)
    const count = await sendAll(batches, send, { ...options, concurrency })
    const { signal } = options
    await this.#client.json({ method: 'POST', path: `${this.#path}/_refresh`, signal })
    return count
  }

  /** @throws {QuerlError} ERR_QUERL_REMOTE */
  async search(
    queries: readonly string[],
    { topK, signal, filter }: OpenSearchRetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    checkPositiveInteger('topK', topK)
    signal?.throwIfAborted()
    if (queries.length === 0) return []
    const bodies = await this.#queries(queries, topK, filter, signal)
    const lines = bodies.map((body) => `{}\n${JSON.stringify(body)}\n`)
    const path = `${this.#path}/_msearch`
    const responses = await this.#client.attempt(
      () => ({ method: 'POST', path, body: lines.join(''), signal }),
      (json) => this.#answers(json, queries),
    )
    return responses.map(({ hits }) =>
      listOf(fieldsOf(hits)['hits']).map(({ _id, _score, _source }) => ({
        id: textOf(_id),
        title: textOf(fieldsOf(_source)['title']),
        text: textOf(fieldsOf(_source)['text']),
        score: Number(_score),
      })),
    )
  }

  get #isOpenSearch(): boolean {
    return this.#options.dialect !== 'elasticsearch'
  }

  get #service(): string {
    return this.#isOpenSearch ? 'OpenSearch' : 'Elasticsearch'
  }

  /** What each query found, if all have been searched for, and in all shards. */
  #answers(json: unknown, queries: readonly string[]): Attempt<Fields[]> {
    const responses = listOf(fieldsOf(json)['responses'])
    if (responses.length !== queries.length) throw this.#wrongAnswer()
    const at = responses.findIndex((each) => each['error'] !== undefined || isPartial(each))
    if (at < 0) return { ok: true, value: responses }
    const { error, status, _shards } = responses[at]!
    const reason = errorDetail(error ?? listOf(fieldsOf(_shards)['failures'])[0])
    const how = error === undefined ? 'searched only a part of the index' : 'failed'
    const isTransient = error === undefined || status === 429 || status === 503
    const message = `${how} for the query ${JSON.stringify(queries[at])}: ${reason ?? 'it does not say why'}`
    return { ok: false, failure: { message, isTransient } }
  }

  async #queries(
    queries: readonly string[],
    topK: number,
    filter: OpenSearchRetrieveOptions['filter'],
    signal: AbortSignal | undefined,
  ): Promise<object[]> {
    const common = { size: topK, _source: ['title', 'text'], track_total_hits: false }
    const { embedder, by } = this.#options
    if (by !== 'vectors') {
      return queries.map((query) => {
        const match = { match: { contents: { query } } }
        return { ...common, query: filter ? { bool: { must: [match], filter: [filter] } } : match }
      })
    }
    const vectors = await embedder!.embedQueries(queries, { signal })
    return queries.map((_, at) => {
      const vector = rowOf(vectors, at, embedder!.dimensions)
      const where = filter && { filter }
      if (this.#isOpenSearch) {
        return { ...common, query: { knn: { vector: { vector, k: topK, ...where } } } }
      }
      const candidates = Math.min(10_000, Math.max(100, 2 * topK))
      const knn = { field: 'vector', query_vector: vector, k: topK, num_candidates: candidates }
      return { ...common, knn: { ...knn, ...where } }
    })
  }

  #vectorField(
    { dimensions }: Embedder,
    { similarity = 'cosine', m = 16, efConstruction = 100 }: OpenSearchIndexOptions,
  ): object {
    const isCosine = similarity === 'cosine'
    if (this.#isOpenSearch) {
      return {
        type: 'knn_vector',
        dimension: dimensions,
        method: {
          name: 'hnsw',
          engine: 'lucene',
          space_type: isCosine ? 'cosinesimil' : 'innerproduct',
          parameters: { m, ef_construction: efConstruction },
        },
      }
    }
    return {
      type: 'dense_vector',
      dims: dimensions,
      index: true,
      similarity: isCosine ? 'cosine' : 'max_inner_product',
      index_options: { type: 'hnsw', m, ef_construction: efConstruction },
    }
  }

  async #bulk(batch: readonly StoredDocument[], signal: AbortSignal): Promise<void> {
    const lines = await this.#lines(batch, signal)
    let waiting = batch.map((_, at) => at)
    await this.#client.attempt<void>(
      () => ({
        method: 'POST',
        path: `${this.#path}/_bulk`,
        body: waiting.map((at) => lines[at]).join(''),
        signal,
      }),
      (json) => {
        const items = listOf(fieldsOf(json)['items'])
        if (items.length !== waiting.length) throw this.#wrongAnswer()
        const failed = waiting
          .map((at, place) => ({ at, ...fieldsOf(items[place]!['index']) }) as BulkItem)
          .filter(({ status }) => Number(status) >= 300)
        if (failed.length === 0) return { ok: true, value: undefined }
        // Only those go again that the server had no room for.
        waiting = failed.map(({ at }) => at)
        const refused = failed.find(
          ({ status }) => Number(status) !== 429 && Number(status) !== 503,
        )
        const first = refused ?? failed[0]!
        const reason = errorDetail(first.error) ?? `status ${Number(first.status)}`
        const message = `refused ${failed.length} documents, one of them ${JSON.stringify(batch[first.at]!.id)}: ${reason}`
        return { ok: false, failure: { message, isTransient: refused === undefined } }
      },
    )
  }

  /** The two lines of each document. */
  async #lines(batch: readonly StoredDocument[], signal: AbortSignal): Promise<string[]> {
    const { embedder } = this.#options
    const vectors = await embedder?.embedPassages(batch.map(searchedText), { signal })
    return batch.map(({ id, title, text, metadata }, at) => {
      const vector = vectors && rowOf(vectors, at, embedder!.dimensions)
      const source = { title, text, ...(metadata && { metadata }), ...(vector && { vector }) }
      return `${JSON.stringify({ index: { _id: id } })}\n${JSON.stringify(source)}\n`
    })
  }

  #wrongAnswer() {
    const message = 'answered with JSON that is not of the documented form'
    return remoteError(this.#service, { message, isTransient: false })
  }
}

interface BulkItem {
  /** The document's place in the batch. */
  readonly at: number
  readonly status?: unknown
  readonly error?: unknown
}

/** Shards that fail or are late leave their passages out of an answer that is otherwise fine. */
function isPartial({ _shards, timed_out }: Fields): boolean {
  return timed_out === true || Number(fieldsOf(_shards)['failed'] ?? 0) > 0
}

function authorization(auth: OpenSearchOptions['auth']): Record<string, string> {
  if (!auth) return {}
  if ('apiKey' in auth)
    return { Authorization: `ApiKey ${checkString('auth.apiKey', auth.apiKey)}` }
  const pair = `${checkString('auth.username', auth.username)}:${auth.password}`
  return { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** Row `at` of a matrix, shape (D), as JSON has it. */
function rowOf(matrix: Float32Array, at: number, dimensions: number): number[] {
  return Array.from(matrix.subarray(at * dimensions, (at + 1) * dimensions))
}
