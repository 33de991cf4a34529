import { QuerlError } from '@querl/base'

export type SqlValue = string | number | null | Uint8Array
export type SqlRow = Readonly<Record<string, unknown>>

export interface SqlStatement {
  /** The values go in a list: libsql ends the process over a lone Buffer. */
  run(values: readonly SqlValue[]): { readonly changes: number }
  get(values: readonly SqlValue[]): SqlRow | undefined
  all(values: readonly SqlValue[]): SqlRow[]
}

/** What is used of a libsql database; better-sqlite3's has the same form. */
export interface SqlDatabase {
  prepare(sql: string): SqlStatement
  exec(sql: string): unknown
  close(): unknown
}

/**
 * Opens an SQLite file, which is made if it is not there.
 *
 * @throws {QuerlError} ERR_QUERL_NATIVE_MISSING without the package libsql, ERR_QUERL_IO if the file
 *   cannot be opened
 */
export async function openSqlite(path: string): Promise<SqlDatabase> {
  const Database = await loadLibsql()
  try {
    return new Database(path)
  } catch (cause) {
    throw sqliteError(path, cause)
  }
}

/** Does work in one transaction that writes: all of it or nothing. */
export function inTransaction<T>(database: SqlDatabase, path: string, work: () => T): T {
  try {
    // IMMEDIATE: a transaction that reads first could not become a writer beside another.
    database.exec('BEGIN IMMEDIATE')
  } catch (cause) {
    throw sqliteError(path, cause)
  }
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (cause) {
    try {
      database.exec('ROLLBACK')
    } catch {
      // The first error is the one to tell; a full disk has rolled back already.
    }
    throw cause instanceof QuerlError ? cause : sqliteError(path, cause)
  }
}

export function sqliteError(path: string, cause: unknown): QuerlError {
  const { code, message } = cause as { code?: unknown; message?: unknown }
  switch (code) {
    case 'SQLITE_NOTADB':
    case 'SQLITE_CORRUPT':
      return new QuerlError('ERR_QUERL_DATA', `${path} is no SQLite file, or is damaged.`, {
        remedy: 'Restore a copy, or import the searches from an export of them.',
        cause,
      })
    case 'SQLITE_BUSY':
      return new QuerlError('ERR_QUERL_IO', `Another process keeps ${path} locked.`, {
        remedy: 'Wait until it is done; searches hold the lock for milliseconds only.',
        cause,
      })
    default:
      return new QuerlError('ERR_QUERL_IO', `SQLite cannot use ${path}: ${String(message)}.`, {
        cause,
      })
  }
}

async function loadLibsql(): Promise<new (path: string) => SqlDatabase> {
  try {
    const { default: Database } = await import('libsql')
    return Database as unknown as new (
      path: string,
    ) => SqlDatabase
  } catch (cause) {
    throw new QuerlError(
      'ERR_QUERL_NATIVE_MISSING',
      'Recordings of searches need the package libsql, which cannot be loaded.',
      { remedy: 'npm install libsql', cause },
    )
  }
}
