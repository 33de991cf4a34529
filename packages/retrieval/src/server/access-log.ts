import type { Writable } from 'node:stream'

/** One request, as the access log tells of it. What was no request has neither method nor path. */
export interface AccessRecord {
  readonly id: string
  readonly client: string | undefined
  readonly method?: string | undefined
  /** As it was sent; only printable ASCII is written as it is. */
  readonly path?: string | undefined
  /** 499: the client went away before the answer. */
  readonly status: number
  readonly milliseconds?: number
  readonly bytesIn?: number
  readonly bytesOut?: number
  readonly queries?: number | undefined
  /** The code of the error that was answered. */
  readonly error?: string | undefined
}

const longestBacklog = 4 << 20 // bytes that a slow reader of the log may leave lying

/**
 * Writes requests as lines of JSON, all those of a turn of the event loop at once. Where the stream
 * does not keep up, or its disk is full, lines are dropped and counted: requests are answered all the
 * same.
 */
export class AccessLog {
  readonly #stream: Writable
  #lines = ''
  #dropped = 0

  constructor(stream: Writable) {
    this.#stream = stream
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore)
  }

  /** Lines that were not written. */
  get dropped(): number {
    return this.#dropped
  }

  write(record: AccessRecord): void {
    if (this.#stream.writableLength > longestBacklog || this.#stream.destroyed) {
      this.#dropped++
      return
    }
    if (this.#lines === '') setImmediate(() => this.flush())
    this.#lines += line(record)
  }

  flush(): void {
    const lines = this.#lines
    this.#lines = ''
    if (lines === '' || this.#stream.destroyed) return
    this.#stream.write(lines, (error) => {
      if (error) this.#dropped += lines.split('\n').length - 1
    })
  }
}

/** Nobody else may listen, and an error that nobody listens to ends the process. */
function ignore(): void {}

function line({ id, client, method, path, status, milliseconds, ...rest }: AccessRecord): string {
  const time = new Date().toISOString()
  const shortPath = path?.slice(0, longestPath)
  const ms = milliseconds && Math.round(milliseconds * 1000) / 1000
  const record = { time, id, client, method, path: shortPath, status, ms, ...rest }
  return `${escaped(JSON.stringify(record))}\n`
}

const longestPath = 200 // characters

/**
 * JSON leaves characters as they are that a terminal obeys: DEL, the C1 controls, marks of direction.
 */
function escaped(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
