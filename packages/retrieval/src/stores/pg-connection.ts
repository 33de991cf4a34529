import { addAbortListener } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { QuerlError } from '@querl/base'
import type { Client, Pool, PoolClient, PoolConfig } from 'pg'
import { remoteError } from '../http/retries.js'

export type PgValue = string | number | readonly (string | number | null)[]
export type PgRow = Readonly<Record<string, unknown>>

/** How to reach a server; what is absent comes from PostgreSQL's own variables (PGHOST and so on). */
export interface PgConnectionOptions {
  /** `postgresql://user:password@host/database`; the other fields add to it. */
  readonly connectionString?: string | undefined
  /** A name, an address, or the folder of a Unix socket. */
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly database?: string | undefined
  /** True, or what Node's tls.connect() takes. Default: no TLS. */
  readonly ssl?: boolean | Readonly<Record<string, unknown>> | undefined
  /** Connections at most. Default 10. */
  readonly max?: number | undefined
  /** For a connection to be made, in milliseconds. Default 10 000. */
  readonly connectionTimeoutMillis?: number | undefined
  /** Settings of the server for these connections: `-c statement_timeout=60000`. */
  readonly options?: string | undefined
}

/** A pool of connections to one PostgreSQL server. */
export class PgConnection implements AsyncDisposable {
  readonly #pool: Pool
  readonly #connect: () => Client

  private constructor(pool: Pool, connect: () => Client) {
    this.#pool = pool
    this.#connect = connect
    // A connection that breaks while nobody uses it: the next query gets a new one.
    pool.on('error', () => {})
  }

  /** @throws {QuerlError} ERR_QUERL_CONFIG without the package pg */
  static async open(options: PgConnectionOptions): Promise<PgConnection> {
    try {
      const { default: pg } = await import('pg')
      const config = poolConfig(options)
      return new PgConnection(new pg.Pool(config), () => new pg.Client(config))
    } catch (cause) {
      throw new QuerlError(
        'ERR_QUERL_CONFIG',
        'PostgreSQL needs the package pg, which cannot be loaded.',
        {
          remedy: 'npm install pg',
          cause,
        },
      )
    }
  }

  /**
   * Runs statements one after another, in one transaction.
   *
   * @returns the rows of the last
   * @throws {QuerlError} ERR_QUERL_REMOTE with the server's message
   * @throws the signal's reason if it fires; the server is told to stop
   */
  async transaction(
    statements: readonly (readonly [sql: string, values?: readonly PgValue[]])[],
    signal?: AbortSignal,
  ): Promise<PgRow[]> {
    signal?.throwIfAborted()
    const client = await this.#client(signal)
    let isOver = false
    let cancelled: Promise<void> | undefined
    const cancel = () => {
      cancelled = this.#cancel(client, () => isOver)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    let rows: PgRow[] = []
    let broken: Error | undefined
    try {
      await client.query('BEGIN')
      for (const [sql, values = []] of statements) {
        signal?.throwIfAborted()
        rows = (await client.query<Record<string, unknown>>(sql, [...values])).rows
      }
      await client.query('COMMIT')
      return rows
    } catch (cause) {
      isOver = true
      await cancelled // else it would end the next statement
      await client.query('ROLLBACK').catch((error: Error) => (broken = error))
      signal?.throwIfAborted()
      throw pgError(cause)
    } finally {
      signal?.removeEventListener('abort', cancel)
      isOver = true
      await cancelled
      client.release(broken)
    }
  }

  async close(): Promise<void> {
    if (!this.#pool.ended) await this.#pool.end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** @throws the signal's reason as soon as it fires, also while all connections are busy */
  async #client(signal: AbortSignal | undefined): Promise<PoolClient> {
    const connecting = this.#pool.connect()
    let leave!: (reason: unknown) => void
    const left = new Promise<never>((_, reject) => {
      leave = reject
    })
    using _leaving = signal && addAbortListener(signal, () => leave(signal.reason))
    try {
      return await Promise.race([connecting, left])
    } catch (cause) {
      connecting.then(
        (client) => client.release(),
        () => {},
      )
      signal?.throwIfAborted()
      throw pgError(cause)
    }
  }

  /**
   * By a connection of its own: the one that is busy hears nothing, and those of the pool may all be.
   * Until it is over: a server that is just reading a statement does not heed it.
   */
  async #cancel(client: PoolClient, isOver: () => boolean): Promise<void> {
    const { processID } = client as unknown as { processID: number }
    const other = this.#connect()
    other.on('error', () => {}) // it breaks while nothing is asked
    try {
      await other.connect()
      while (!isOver()) {
        await other.query('SELECT pg_cancel_backend($1)', [processID])
        if (!isOver()) await sleep(againMs)
      }
    } catch {
      // The query ends by itself, or with its connection.
    } finally {
      await other.end().catch(() => {})
    }
  }
}

const againMs = 20

/** An option that is undefined is one that is not given: pg would take it for another value. */
function poolConfig(options: PgConnectionOptions): PoolConfig {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  return { connectionTimeoutMillis: 10_000, ...Object.fromEntries(given) }
}

function pgError(cause: unknown): QuerlError {
  const { message, code } = cause as { message?: string; code?: string }
  const missing = code === '0A000' || code === '42704' // no such extension, no such type
  const remedy =
    missing && /vector/.test(message ?? '')
      ? 'Install pgvector on the server (Debian: postgresql-17-pgvector), and call create() first.'
      : undefined
  const text = message || code || String(cause)
  return remoteError('PostgreSQL', {
    message: `failed: ${text}`,
    isTransient: false,
    remedy,
    cause,
  })
}
