// Rows in files: `.jsonl` holds a row a line and only grows, `.json` is an array of one run's rows.

import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { argumentError, QuerlError } from '@querl/base'
import type { Row } from '../result.js'

/** Takes rows as they are measured, so that a run that is stopped keeps what it has. */
export class RowsFile {
  readonly #rows: Row[] = []

  /** @param path ends in `.json` or `.jsonl`; its folder is made at the first row */
  constructor(readonly path: string) {
    if (!/\.jsonl?$/.test(path)) throw argumentError('--out', 'a path with .json or .jsonl', path)
  }

  add(row: Row): void {
    this.#rows.push(row)
    mkdirSync(dirname(this.path), { recursive: true })
    if (this.path.endsWith('.jsonl')) {
      appendFileSync(this.path, `${JSON.stringify(row)}\n`)
      return
    }
    const temporary = `${this.path}.tmp`
    writeFileSync(temporary, `${JSON.stringify(this.#rows, null, 2)}\n`)
    renameSync(temporary, this.path)
  }
}

/**
 * Reads what {@link RowsFile} or an older version of it wrote: a field that did not exist then is null,
 * and whether lower is better follows from the figures or the unit.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there is no such file, ERR_QUERL_DATA if it has no rows
 */
export function readRows(path: string): Row[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_ARGUMENT', `${path} cannot be read.`, {
      remedy: 'Give a file that --out or an earlier run has written.',
      cause,
    })
  }
  const rows = parse(path, text)
  if (rows.length === 0) throw new QuerlError('ERR_QUERL_DATA', `${path} holds no rows.`)
  return rows.map((row, index) => whole(path, index, row))
}

function parse(path: string, text: string): unknown[] {
  if (text.trimStart().startsWith('[')) return parseJson(path, text) as unknown[]
  return text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseJson(`${path}:${index + 1}`, line)]))
}

function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_DATA', `${where} is not JSON: ${(cause as Error).message}.`, {
      cause,
    })
  }
}

function whole(path: string, index: number, value: unknown): Row {
  const row = value as Partial<Row> | null
  if (typeof row?.case !== 'string' || typeof row.metric !== 'string' || !Number.isFinite(row.ours))
    throw new QuerlError('ERR_QUERL_DATA', `Row ${index + 1} of ${path} is not a benchmark's row.`)
  const absent = {
    ...{ oursSpread: null, peerSpread: null, series: null, versions: {} },
    ...{ resolution: 0, isContext: false, target: null },
  }
  const complete = { ...absent, ...row } as Omit<Row, 'better'> & Partial<Pick<Row, 'better'>>
  return { ...complete, better: complete.better ?? betterOf(complete) }
}

function betterOf({ ours, peer, ratio, unit }: Omit<Row, 'better'>): Row['better'] {
  if (peer !== null && ratio !== null && ours !== peer)
    return ratio > 1 === ours < peer ? 'lower' : 'higher'
  return /^(ns|us|µs|ms|s|B|KB|MB|GB|KiB|MiB|GiB)$/.test(unit) ? 'lower' : 'higher'
}
