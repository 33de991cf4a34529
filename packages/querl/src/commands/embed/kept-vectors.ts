import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { QuerlError, readJson, writeJsonAtomic } from '@querl/base'

/** What a passage's vector depends on, besides the passage. Plain JSON. */
export type EncoderState = Readonly<Record<string, string | number | boolean>>

/** How far a run has come. */
interface State {
  readonly version: 1
  readonly encoder: EncoderState
  /** D, the length of a vector. */
  readonly dimensions: number
  /** Passages whose vectors are kept. */
  readonly passages: number
  /** Of the texts of all of them, chunk by chunk: see {@link link}. */
  readonly texts: string
}

// Numbers that are read at once: 4 MB.
const readNumbers = 2 ** 20

/**
 * The vectors of a run that may be interrupted, in fp32: `<output>.partial`, and in
 * `<output>.partial.json` how many there are and what they were made of and by. After each chunk of
 * passages both are on the disk, the vectors first, so that whatever ends the run, the next one goes on
 * behind the last whole chunk.
 */
export class KeptVectors implements AsyncDisposable {
  readonly path: string
  readonly #file: FileHandle
  #state: State
  /** Passages that have come by in this run, and the link of their texts. */
  #seen = 0
  #link = ''
  /** Behind the last whole chunk: kept for this run alone. */
  #rows: number

  private constructor(path: string, file: FileHandle, state: State) {
    this.path = path
    this.#file = file
    this.#state = state
    this.#rows = state.passages
  }

  /**
   * Goes on where another run was interrupted, if one was.
   *
   * @param options.fresh starts over, whatever is there
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if the vectors there are of another encoder,
   *   ERR_QUERL_DATA if they are damaged, ERR_QUERL_IO
   */
  static async open(
    output: string,
    encoder: EncoderState,
    { dimensions, fresh }: { readonly dimensions: number; readonly fresh: boolean },
  ): Promise<KeptVectors> {
    const path = `${output}.partial`
    if (fresh) await rm(stateOf(path), { force: true })
    const none: State = { version: 1, encoder, dimensions, passages: 0, texts: '' }
    const found = fresh ? undefined : await readState(path)
    if (found) checkEncoder(path, found, none)
    // Never truncated on opening: what is there may be worth days.
    const file = await system(path, () => open(path, found ? 'r+' : 'w+'))
    try {
      const { size } = await file.stat()
      const wanted = found ? bytesOf(found) : 0
      if (size < wanted) throw damaged(path, `has ${size} bytes, where ${wanted} were kept`)
      return new KeptVectors(path, file, found ?? none)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** Passages that the next run need not embed again. */
  get passages(): number {
    return this.#state.passages
  }

  /**
   * Whether the vectors of the next passages are there.
   *
   * @param texts the passages behind those that have come by
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if they are others than those that the vectors are of
   */
  has(texts: readonly string[]): boolean {
    const { passages } = this.#state
    if (this.#seen >= passages) return false
    this.#seen += texts.length
    this.#link = link(this.#link, texts)
    const isChanged =
      this.#seen > passages || (this.#seen === passages && this.#link !== this.#state.texts)
    if (isChanged) throw this.#changed(`the first ${passages}`)
    return true
  }

  /**
   * Keeps the vectors of the next passages.
   *
   * @param isWhole whether a next run may go on behind them: it has to come to the same chunks
   */
  async add(texts: readonly string[], vectors: Float32Array, isWhole: boolean): Promise<void> {
    const { dimensions } = this.#state
    const bytes = new Uint8Array(vectors.buffer, vectors.byteOffset, vectors.byteLength)
    await system(this.path, async () => {
      // By their place: what an interrupted run has left behind the last chunk is written over.
      for (let at = 0; at < bytes.length; ) {
        const position = this.#rows * dimensions * 4 + at
        at += (await this.#file.write(bytes, at, bytes.length - at, position)).bytesWritten
      }
      if (isWhole) await this.#file.datasync()
    })
    this.#rows += texts.length
    this.#seen += texts.length
    this.#link = link(this.#link, texts)
    if (!isWhole) return
    this.#state = { ...this.#state, passages: this.#rows, texts: this.#link }
    await writeJsonAtomic(stateOf(this.path), this.#state)
  }

  /**
   * All vectors in order, in chunks of shape (n, D), once all passages have come by.
   *
   * @throws {QuerlError} ERR_QUERL_ARGUMENT if the passages were fewer than the vectors
   */
  async *vectors(): AsyncGenerator<Float32Array, void, undefined> {
    const { dimensions, passages } = this.#state
    if (this.#seen < passages) throw this.#changed(`the ${passages}`)
    const step = Math.max(1, Math.floor(readNumbers / dimensions))
    for (let row = 0; row < this.#rows; row += step) {
      const count = Math.min(step, this.#rows - row)
      const vectors = new Float32Array(count * dimensions)
      const bytes = new Uint8Array(vectors.buffer)
      await system(this.path, async () => {
        for (let at = 0; at < bytes.length; ) {
          const position = row * dimensions * 4 + at
          const { bytesRead } = await this.#file.read(bytes, at, bytes.length - at, position)
          if (bytesRead === 0) throw damaged(this.path, 'was cut while it was in use')
          at += bytesRead
        }
      })
      yield vectors
    }
  }

  /** Once the index has them. */
  async remove(): Promise<void> {
    await rm(stateOf(this.path), { force: true })
    await rm(this.path, { force: true })
  }

  /** Closes the file, which stays. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
  }

  #changed(which: string): QuerlError {
    return new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `The passages are not ${which} whose vectors ${this.path} has from a run before.`,
      { remedy: 'Give the same files in the same order to go on, or start over: --fresh.' },
    )
  }
}

const stateOf = (path: string) => `${path}.json`
const bytesOf = ({ passages, dimensions }: State) => passages * dimensions * 4

/** A chain over chunks: equal links, equal texts in equal chunks. */
function link(before: string, texts: readonly string[]): string {
  return createHash('sha256').update(before).update(JSON.stringify(texts)).digest('hex')
}

async function readState(path: string): Promise<State | undefined> {
  let found: Partial<State> | null
  try {
    found = await readJson<Partial<State> | null>(stateOf(path))
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException }
    if (cause?.code === 'ENOENT') return undefined
    throw damaged(stateOf(path), 'cannot be read', error)
  }
  const { version, encoder, dimensions, passages, texts } = found ?? {}
  const isState =
    version === 1 &&
    typeof encoder === 'object' &&
    encoder !== null &&
    Number.isSafeInteger(dimensions) &&
    Number.isSafeInteger(passages) &&
    passages! >= 0 &&
    typeof texts === 'string'
  if (!isState) throw damaged(stateOf(path), 'is no state of this version')
  return found as State
}

function checkEncoder(path: string, found: State, wanted: State): void {
  const was = { ...found.encoder, dimensions: found.dimensions }
  const is: EncoderState = { ...wanted.encoder, dimensions: wanted.dimensions }
  const names = Object.keys(is).filter((name) => was[name as 'dimensions'] !== is[name])
  if (names.length === 0) return
  const others = names.filter((name) => name !== 'vectors')
  const how = others.map(
    (name) =>
      `${name} was ${JSON.stringify(was[name as 'dimensions'])}, not ${JSON.stringify(is[name])}`,
  )
  throw new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `${path} has vectors of a run with another encoder: ` +
      `${how.length > 0 ? how.join('; ') : 'the same texts have other vectors'}.`,
    { remedy: 'Give the same model and options to go on, or start over: --fresh.' },
  )
}

function damaged(path: string, how: string, cause?: unknown): QuerlError {
  return new QuerlError('ERR_QUERL_DATA', `${path} ${how}.`, {
    remedy: 'Start over: --fresh.',
    cause,
  })
}

async function system<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof QuerlError) throw cause
    const { message } = cause as Error
    throw new QuerlError('ERR_QUERL_IO', `${path} cannot be read or written: ${message}.`, {
      cause,
    })
  }
}
