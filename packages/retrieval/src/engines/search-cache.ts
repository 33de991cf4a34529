import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { checkNonNegativeInteger, QuerlError } from '@querl/base'
import type { RetrievedPassage } from '../retriever.js'
import {
  inTransaction,
  openSqlite,
  type SqlDatabase,
  type SqlRow,
  type SqlStatement,
  sqliteError,
} from './sqlite.js'

/** What was asked: equal questions have the same recording. */
export interface Question {
  /** The engine, its version and parameters: WebEngine.identity, or any other name. */
  readonly source: string
  /** As normalisedQuery() makes it. */
  readonly query: string
  readonly topK: number
}

/** One search with its outcome. */
export interface Recording extends Question {
  readonly passages: readonly RetrievedPassage[]
  /** The bodies of the engine's answers; absent if they were too long to keep. */
  readonly raw?: readonly string[] | undefined
  /** What was paid for it. */
  readonly cost: number
  /** Milliseconds since 1970, UTC. */
  readonly recordedAt: number
}

export interface SearchCacheInfo {
  /** Recorded searches. */
  readonly searches: number
  /** What was paid for all of them. */
  readonly cost: number
  readonly sources: readonly { source: string; searches: number; cost: number }[]
  /** Milliseconds since 1970; absent if there are none. */
  readonly firstAt?: number
  readonly lastAt?: number
}

export interface SearchCacheOptions {
  /** Refuses to make a new file. Default false. */
  readonly mustExist?: boolean | undefined
  /** Raw answers to one search of more characters are not kept. Default 262 144; 0: none are. */
  readonly maxRawCharacters?: number | undefined
}

/** Unicode's composed form, white space folded: what nobody can see makes no difference. */
export function normalisedQuery(query: string): string {
  return query.normalize('NFC').replace(/\s+/g, ' ').trim()
}

interface Packed extends Recording {
  readonly passagesJson: string
  readonly rawZipped: Uint8Array | null
}

/**
 * Searches and what they found, in an SQLite file.
 *
 * Several processes may use the file at a time. What record() has acknowledged survives a process
 * that is killed; a power cut may cost the last moments, and never the file. The database's calls
 * run on the caller's thread: one takes 10 to 20 µs, and all that is recorded in one turn of the
 * event loop is one transaction.
 */
export class SearchCache implements Disposable {
  readonly #path: string
  readonly #database: SqlDatabase
  readonly #maxRaw: number
  readonly #select: SqlStatement
  readonly #insert: SqlStatement
  readonly #insertSource: SqlStatement
  #gathered: Write[] = []
  #isClosed = false

  private constructor(path: string, database: SqlDatabase, maxRaw: number) {
    this.#path = path
    this.#database = database
    this.#maxRaw = maxRaw
    this.#select = database.prepare('SELECT passages FROM searches WHERE key = ?')
    this.#insertSource = database.prepare('INSERT OR IGNORE INTO sources (name) VALUES (?)')
    this.#insert = database.prepare(
      `INSERT INTO searches (key, source, query, top_k, passages, raw, cost, recorded_at)
       VALUES (?, (SELECT id FROM sources WHERE name = ?), ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET passages = excluded.passages, raw = excluded.raw,
         cost = excluded.cost, recorded_at = excluded.recorded_at WHERE ?`,
    )
  }

  /**
   * @throws {QuerlError} ERR_QUERL_NATIVE_MISSING without the package libsql, ERR_QUERL_IO if the file
   *   cannot be opened, ERR_QUERL_DATA if it is something else or of a newer version
   */
  static async open(path: string, options: SearchCacheOptions = {}): Promise<SearchCache> {
    const maxRaw = checkNonNegativeInteger('maxRawCharacters', options.maxRawCharacters ?? 2 ** 18)
    if (options.mustExist) await checkExists(path)
    const database = await openSqlite(path)
    try {
      prepareTables(database, path)
      return new SearchCache(path, database, maxRaw)
    } catch (error) {
      database.close()
      throw error instanceof QuerlError ? error : sqliteError(path, error)
    }
  }

  /** @returns for each question its passages, or undefined where it is not recorded */
  find(questions: readonly Question[]): (RetrievedPassage[] | undefined)[] {
    this.#checkOpen()
    return questions.map((question) => {
      const row = this.#query(() => this.#select.get([keyOf(question)]))
      return row && this.#passages(row['passages'])
    })
  }

  /**
   * Keeps searches; when the promise is fulfilled, they are written.
   *
   * @param isReplacing whether an earlier recording of the same question gives way; else it stays
   * @returns the passages that are recorded now, for each of them: another process may have been
   *   first
   */
  async record(
    recordings: readonly Recording[],
    { isReplacing = false }: { readonly isReplacing?: boolean } = {},
  ): Promise<RetrievedPassage[][]> {
    const packed = await Promise.all(recordings.map((recording) => this.#pack(recording)))
    return new Promise((resolve, reject) => {
      if (this.#gathered.length === 0) setImmediate(() => this.#flush())
      this.#gathered.push({ packed, isReplacing, resolve, reject })
    })
  }

  /** All recordings, in an order that depends on them alone. */
  async *recordings({ raw = true } = {}): AsyncGenerator<Recording> {
    const page = this.#database.prepare(
      `SELECT key, name, query, top_k, passages, cost, recorded_at, ${raw ? 'raw' : 'NULL AS raw'}
       FROM searches JOIN sources ON sources.id = source WHERE key > ? ORDER BY key LIMIT 100`,
    )
    for (let last = ''; ; ) {
      this.#checkOpen()
      const rows = this.#query(() => page.all([last]))
      if (rows.length === 0) return
      for (const row of rows) yield await recordingOf(row)
      last = rows.at(-1)!['key'] as string
    }
  }

  info(): SearchCacheInfo {
    this.#checkOpen()
    const rows = this.#query(() =>
      this.#database
        .prepare(
          `SELECT name, count(*) AS searches, sum(cost) AS cost, min(recorded_at) AS first,
             max(recorded_at) AS last
           FROM searches JOIN sources ON sources.id = source GROUP BY name ORDER BY name`,
        )
        .all([]),
    )
    const sum = (field: string) => rows.reduce((total, row) => total + Number(row[field]), 0)
    const times = {
      firstAt: Math.min(...rows.map((row) => Number(row['first']))),
      lastAt: Math.max(...rows.map((row) => Number(row['last']))),
    }
    return {
      searches: sum('searches'),
      cost: sum('cost'),
      sources: rows.map(({ name, searches, cost }) => ({
        source: String(name),
        searches: Number(searches),
        cost: Number(cost),
      })),
      ...(rows.length > 0 && times),
    }
  }

  /** Writes what is gathered and closes the file. */
  close(): void {
    if (this.#isClosed) return
    this.#flush()
    this.#isClosed = true
    this.#database.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  async #pack(recording: Recording): Promise<Packed> {
    const raw = recording.raw?.length ? JSON.stringify(recording.raw) : undefined
    const isKept = raw !== undefined && raw.length <= this.#maxRaw
    return {
      ...recording,
      passagesJson: JSON.stringify(recording.passages),
      rawZipped: isKept ? await promisify(gzip)(raw) : null,
    }
  }

  #flush(): void {
    const writes = this.#gathered
    this.#gathered = []
    if (writes.length === 0) return
    try {
      this.#checkOpen()
      const stored = inTransaction(this.#database, this.#path, () =>
        writes.map((write) => write.packed.map((item) => this.#write(item, write.isReplacing))),
      )
      for (const [at, { resolve }] of writes.entries()) resolve(stored[at]!)
    } catch (error) {
      for (const { reject } of writes) reject(error)
    }
  }

  #write(item: Packed, isReplacing: boolean): RetrievedPassage[] {
    const { source, query, topK, passagesJson, rawZipped, cost, recordedAt } = item
    const key = keyOf(item)
    this.#insertSource.run([source])
    const { changes } = this.#insert.run([
      ...[key, source, query, topK, passagesJson, rawZipped, cost, recordedAt],
      isReplacing ? 1 : 0,
    ])
    // Read from what is stored in any case: a recording and its replay are the same to the last bit.
    const json = changes > 0 ? passagesJson : this.#select.get([key])!['passages']
    return this.#passages(json)
  }

  #passages(json: unknown): RetrievedPassage[] {
    try {
      return JSON.parse(json as string) as RetrievedPassage[]
    } catch (cause) {
      throw new QuerlError('ERR_QUERL_DATA', `A recording in ${this.#path} is damaged.`, {
        remedy: 'Restore a copy of the file, or import the searches from an export of them.',
        cause,
      })
    }
  }

  #query<T>(work: () => T): T {
    try {
      return work()
    } catch (cause) {
      throw sqliteError(this.#path, cause)
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new QuerlError('ERR_QUERL_CLOSED', `${this.#path} was closed.`)
  }
}

interface Write {
  readonly packed: readonly Packed[]
  readonly isReplacing: boolean
  readonly resolve: (stored: RetrievedPassage[][]) => void
  readonly reject: (error: unknown) => void
}

function keyOf({ source, query, topK }: Question): string {
  return createHash('sha256')
    .update(JSON.stringify([source, topK, query]))
    .digest('hex')
}

async function recordingOf(row: SqlRow): Promise<Recording> {
  const raw = row['raw'] as ArrayBuffer | Uint8Array | null
  return {
    source: row['name'] as string,
    query: row['query'] as string,
    topK: row['top_k'] as number,
    passages: JSON.parse(row['passages'] as string) as RetrievedPassage[],
    cost: row['cost'] as number,
    recordedAt: row['recorded_at'] as number,
    ...(raw && {
      raw: JSON.parse((await promisify(gunzip)(raw)).toString()) as string[],
    }),
  }
}

const applicationId = 0x71_73_72_63 // "qsrc", so that file(1) and we know our own
const formatVersion = 1

function prepareTables(database: SqlDatabase, path: string): void {
  // The timeout first: opening may meet another process that does the same.
  database.exec('PRAGMA busy_timeout = 5000')
  const pragma = (name: string) =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get([])!)[0])
  const version = pragma('user_version')
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_master').get([])!['n']
  if (pragma('application_id') !== applicationId && tables !== 0) {
    throw new QuerlError('ERR_QUERL_DATA', `${path} is a database of something else.`, {
      remedy: 'Name another file for the recording of searches.',
    })
  }
  if (version > formatVersion) {
    throw new QuerlError(
      'ERR_QUERL_DATA',
      `${path} is of version ${version}, this querl reads version ${formatVersion}.`,
      { remedy: 'Use the querl that wrote it, or a newer one.' },
    )
  }
  // WAL: readers and a writer do not wait for each other, and a killed process leaves no damage.
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = NORMAL')
  if (version === formatVersion) return
  inTransaction(database, path, () =>
    database.exec(`
      CREATE TABLE IF NOT EXISTS sources (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
      CREATE TABLE IF NOT EXISTS searches (
        key TEXT PRIMARY KEY NOT NULL, -- SHA-256 of source, top_k and query
        source INTEGER NOT NULL REFERENCES sources,
        query TEXT NOT NULL,
        top_k INTEGER NOT NULL,
        passages TEXT NOT NULL,        -- JSON
        raw BLOB,                      -- gzip of JSON: a list of strings
        cost REAL NOT NULL,
        recorded_at INTEGER NOT NULL   -- milliseconds since 1970
      );
      PRAGMA application_id = ${applicationId};
      PRAGMA user_version = ${formatVersion};`),
  )
}

async function checkExists(path: string): Promise<void> {
  try {
    await access(path)
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_IO', `There is no recording of searches at ${path}.`, {
      remedy: "Make one with mode 'record', or import one.",
      cause,
    })
  }
}
