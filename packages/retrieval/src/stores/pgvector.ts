import { argumentError, checkInRange, checkPositiveInteger, checkString } from '@querl/base'
import { textOf } from '../engines/json-fields.js'
import type { Embedder, RetrievedPassage, RetrieveOptions, Retriever } from '../retriever.js'
import {
  batchesOf,
  type LoadOptions,
  type StoredDocument,
  searchedText,
  sendAll,
} from './documents.js'
import { PgConnection, type PgConnectionOptions, type PgValue } from './pg-connection.js'

export interface PgvectorOptions {
  /** `postgresql://user:password@host/database`, or its parts. */
  readonly connection: string | PgConnectionOptions
  /** The table's name, also with its schema: `search.passages`. */
  readonly table: string
  readonly embedder: Embedder
  /** How vectors are compared. Default `cosine`. */
  readonly similarity?: 'cosine' | 'dot' | 'euclidean' | undefined
  /** `float16` halves the table, and allows an index of up to 4 000 dimensions, not 2 000. Default `float32`. */
  readonly storage?: 'float32' | 'float16' | undefined
}

export type PgvectorIndexOptions =
  | {
      readonly method?: 'hnsw' | undefined
      /** Edges of a node in the graph, 2 to 100. Default 16. */
      readonly m?: number | undefined
      /** Candidates while the graph is built, 4 to 1 000. Default 64. */
      readonly efConstruction?: number | undefined
    }
  | {
      readonly method: 'ivfflat'
      /** Cells that the vectors are divided into, 1 to 32 768. */
      readonly lists: number
    }

export interface PgvectorRetrieveOptions extends RetrieveOptions {
  /** What a passage's metadata must contain: `{ lang: 'en' }`. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
  /** Compares with all vectors, also where there is an index. Default false. */
  readonly exact?: boolean | undefined
  /** Candidates of an HNSW index, 1 to 1 000. Default: the larger of 40 and topK. */
  readonly efSearch?: number | undefined
  /** Cells of an IVFFlat index that are searched. Default 1, as pgvector's. */
  readonly probes?: number | undefined
}

const comparisons = {
  // The operator gives a distance: for the inner product, its negative.
  cosine: { operator: '<=>', opclass: 'cosine_ops', score: '1 - distance' },
  dot: { operator: '<#>', opclass: 'ip_ops', score: '-distance' },
  euclidean: { operator: '<->', opclass: 'l2_ops', score: '-distance' },
} as const

/**
 * Passages in a table of PostgreSQL with pgvector 0.8 or newer, found by their vectors.
 *
 * Without an index the search is exact. The score is the cosine, the inner product, or the negative
 * distance. Needs the package pg.
 *
 * @see https://github.com/pgvector/pgvector
 */
export class PgvectorStore implements Retriever, AsyncDisposable {
  readonly #connection: PgConnection
  readonly #embedder: Embedder
  readonly #table: string
  readonly #type: 'vector' | 'halfvec'
  readonly #comparison: (typeof comparisons)[keyof typeof comparisons]

  private constructor(connection: PgConnection, options: PgvectorOptions) {
    this.#connection = connection
    this.#embedder = options.embedder
    this.#table = quoted(options.table)
    this.#type = options.storage === 'float16' ? 'halfvec' : 'vector'
    this.#comparison = comparisons[options.similarity ?? 'cosine']
  }

  /**
   * Connections are made when they are needed.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range, ERR_QUERL_CONFIG
   *   without the package pg
   */
  static async open(options: PgvectorOptions): Promise<PgvectorStore> {
    const { connection, similarity = 'cosine', storage = 'float32' } = options
    quoted(options.table)
    if (!Object.hasOwn(comparisons, similarity)) {
      throw argumentError('similarity', "'cosine', 'dot' or 'euclidean'", similarity)
    }
    if (storage !== 'float32' && storage !== 'float16') {
      throw argumentError('storage', "'float32' or 'float16'", storage)
    }
    const config =
      typeof connection === 'string'
        ? { connectionString: checkString('connection', connection) }
        : connection
    return new PgvectorStore(await PgConnection.open(config), options)
  }

  /**
   * Makes the table, and the extension where it is not there; both may be there already.
   *
   * @throws {QuerlError} ERR_QUERL_REMOTE
   */
  async create(signal?: AbortSignal): Promise<void> {
    const { dimensions } = this.#embedder
    await this.#connection.transaction(
      [
        ['CREATE EXTENSION IF NOT EXISTS vector'],
        [
          `CREATE TABLE IF NOT EXISTS ${this.#table} (
             id text PRIMARY KEY, title text NOT NULL, text text NOT NULL,
             metadata jsonb NOT NULL, embedding ${this.#type}(${dimensions}) NOT NULL)`,
        ],
      ],
      signal,
    )
  }

  /**
   * Makes an index, by which search() is approximate and fast. Best after documents are loaded:
   * IVFFlat learns its cells from them, and HNSW is built several times as fast.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range, ERR_QUERL_REMOTE
   */
  async createIndex(options: PgvectorIndexOptions = {}, signal?: AbortSignal): Promise<void> {
    const method = options.method ?? 'hnsw'
    if (method !== 'hnsw' && method !== 'ivfflat') {
      throw argumentError('method', "'hnsw' or 'ivfflat'", method)
    }
    const settings =
      options.method === 'ivfflat'
        ? `lists = ${checkInteger('lists', options.lists, 1, 32_768)}`
        : `m = ${checkInteger('m', options.m ?? 16, 2, 100)},
           ef_construction = ${checkInteger('efConstruction', options.efConstruction ?? 64, 4, 1000)}`
    const opclass = `${this.#type}_${this.#comparison.opclass}`
    const sql = `CREATE INDEX ON ${this.#table} USING ${method} (embedding ${opclass}) WITH (${settings})`
    await this.#connection.transaction([[sql]], signal)
  }

  /** Drops the table with all that is in it. */
  async remove(signal?: AbortSignal): Promise<void> {
    await this.#connection.transaction([[`DROP TABLE IF EXISTS ${this.#table}`]], signal)
  }

  /** @returns the exact number of passages */
  async count(signal?: AbortSignal): Promise<number> {
    const rows = await this.#connection.transaction(
      [[`SELECT count(*) AS n FROM ${this.#table}`]],
      signal,
    )
    return Number(rows[0]!['n'])
  }

  /**
   * Loads documents; one with an id that is there replaces it. A request is a transaction.
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
    const send = (batch: StoredDocument[], signal: AbortSignal) => this.#insert(batch, signal)
    return sendAll(batches, send, { ...options, concurrency })
  }

  /** @throws {QuerlError} ERR_QUERL_REMOTE */
  async search(
    queries: readonly string[],
    { topK, signal, filter, exact = false, efSearch, probes }: PgvectorRetrieveOptions,
  ): Promise<RetrievedPassage[][]> {
    checkPositiveInteger('topK', topK)
    // An HNSW index gives no more than its candidates.
    const candidates = checkInteger(
      'efSearch',
      efSearch ?? Math.min(1000, Math.max(40, topK)),
      1,
      1000,
    )
    checkInteger('probes', probes ?? 1, 1, 32_768)
    signal?.throwIfAborted()
    if (queries.length === 0) return []
    const vectors = this.#literals(await this.#embedder.embedQueries(queries, { signal }))
    const { operator, score } = this.#comparison
    const distance = `embedding ${operator} query.vector`
    const where = filter ? 'WHERE metadata @> $3::jsonb' : ''
    const values: PgValue[] = [vectors, topK, ...(filter ? [JSON.stringify(filter)] : [])]
    const rows = await this.#connection.transaction(
      [
        ...settings({
          // For one transaction what is left is the scan of the table.
          ...(exact && { enable_indexscan: 'off', enable_seqscan: 'on' }),
          'hnsw.ef_search': String(candidates),
          'ivfflat.probes': String(probes ?? 1),
          // With a filter, candidates that it refuses are made up for.
          ...(filter && {
            'hnsw.iterative_scan': 'strict_order',
            'ivfflat.iterative_scan': 'relaxed_order',
          }),
        }),
        [
          // Materialised, else the text of a query's vector is read anew for each row of the table.
          `WITH query AS MATERIALIZED (
             SELECT number, vector::${this.#type}
             FROM unnest($1::text[]) WITH ORDINALITY AS list (vector, number))
           SELECT number, id, title, text, ${score} AS score
           FROM query CROSS JOIN LATERAL (
             SELECT id, title, text, ${distance} AS distance FROM ${this.#table}
             ${where} ORDER BY ${distance} LIMIT $2) AS found
           ORDER BY number, distance, id`,
          values,
        ],
      ],
      signal,
    )
    const lists: RetrievedPassage[][] = queries.map(() => [])
    for (const { number, id, title, text, score } of rows) {
      const passage = { id: textOf(id), title: String(title), text: String(text) }
      lists[Number(number) - 1]!.push({ ...passage, score: Number(score) })
    }
    return lists
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    await this.#connection.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #insert(batch: readonly StoredDocument[], signal: AbortSignal): Promise<void> {
    // The last of several with one id: a statement may not change a row twice.
    const documents = [...new Map(batch.map((document) => [document.id, document])).values()]
    const texts = documents.map(searchedText)
    const vectors = this.#literals(await this.#embedder.embedPassages(texts, { signal }))
    const column = (of: (document: StoredDocument) => string) => documents.map(of)
    const sql = `
      INSERT INTO ${this.#table} (id, title, text, metadata, embedding)
      SELECT id, title, text, metadata::jsonb, embedding::${this.#type}
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
        AS row (id, title, text, metadata, embedding)
      ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text,
        metadata = excluded.metadata, embedding = excluded.embedding`
    const values = [
      column(({ id }) => id),
      column(({ title }) => title),
      column(({ text }) => text),
      column(({ metadata }) => JSON.stringify(metadata ?? {})),
      vectors,
    ]
    await this.#connection.transaction([[sql, values]], signal)
  }

  /** Each row as pgvector reads it: `[0.1,0.2]`. The digits give back the same 32-bit floats. */
  #literals(matrix: Float32Array): string[] {
    const { dimensions } = this.#embedder
    const rows: string[] = []
    for (let first = 0; first < matrix.length; first += dimensions) {
      rows.push(`[${matrix.subarray(first, first + dimensions).join(',')}]`)
    }
    return rows
  }
}

function settings(values: Readonly<Record<string, string>>): [string, PgValue[]][] {
  return Object.entries(values).map(([name, value]) => [
    'SELECT set_config($1, $2, true)', // true: until the transaction ends
    [name, value],
  ])
}

function checkInteger(name: string, value: unknown, low: number, high: number): number {
  return checkPositiveInteger(name, checkInRange(name, value, low, high))
}

/** A name that needs no escaping, in the quotes that keep its case. */
function quoted(table: string): string {
  if (!/^[A-Za-z_]\w{0,62}(\.[A-Za-z_]\w{0,62})?$/.test(table)) {
    throw argumentError('table', 'a name of letters, digits and _, also with a schema', table)
  }
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}
