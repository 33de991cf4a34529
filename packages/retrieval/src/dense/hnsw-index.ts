import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import {
  argumentError,
  checkPositiveInteger,
  checkString,
  QuerlError,
  readJson,
  writeAtomic,
  writeJsonAtomic,
} from '@querl/base'
import { HnswThread } from './hnsw-thread.js'
import { vectorBatches } from './vector-batches.js'
import { checkQueries, type VectorHit, VectorIndex } from './vector-index.js'
import { checkDimensions, type Metric, metricNumber } from './vector-types.js'

export interface HnswOptions {
  /** D, the length of a vector. Needed but where the vectors are an index. */
  readonly dimensions?: number | undefined
  /** Default `ip`. */
  readonly metric?: Metric | undefined
  /** How vectors are stored. Default `float32`. `int8` keeps directions alone: for `cosine`. */
  readonly dtype?: 'float32' | 'float16' | 'bfloat16' | 'int8' | undefined
  /** M, the edges of a vector. Default 16. */
  readonly connectivity?: number | undefined
  /** How many candidates are kept while a vector is added. Default 128. */
  readonly expansionAdd?: number | undefined
  /** How many candidates are kept during a search; more find more, later. Default 64. */
  readonly expansionSearch?: number | undefined
  /** Default: all cores. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly vectors: number }) => void) | undefined
}

export interface HnswOpenOptions {
  /** Default: as the index was built. */
  readonly expansionSearch?: number | undefined
  readonly threads?: number | undefined
}

export interface HnswSearchOptions {
  /** Default 10. */
  readonly topK?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** What `save()` keeps beside the file of usearch, in `<path>.json`. */
interface Sidecar {
  readonly format: 'querl-hnsw'
  readonly version: number
  readonly size: number
  readonly dimensions: number
  readonly metric: Metric
  readonly dtype: NonNullable<HnswOptions['dtype']>
  readonly connectivity: number
  readonly expansionAdd: number
  readonly expansionSearch: number
  readonly bytes: number
  readonly sha256: string
}

type Shape = Omit<Sidecar, 'format' | 'version' | 'size' | 'bytes' | 'sha256'>

const sidecarVersion = 1
const usearchMetric = { ip: 'ip', cosine: 'cos', l2: 'l2sq' } as const
const usearchDtype = { float32: 'f32', float16: 'f16', bfloat16: 'bf16', int8: 'i8' } as const

/**
 * Approximate search through a graph of neighbours (HNSW), by the package `usearch`, in a thread of
 * its own. Much faster than a scan and not exact: measure its recall against {@link VectorIndex}.
 *
 * @see Malkov and Yashunin 2016 (arXiv 1603.09320)
 */
export class HnswIndex {
  readonly #thread: HnswThread
  readonly #shape: Shape
  #size = 0
  #disposed = false

  private constructor(shape: Shape, threads: number) {
    this.#shape = shape
    this.#thread = new HnswThread({
      dimensions: shape.dimensions,
      metric: usearchMetric[shape.metric],
      quantization: usearchDtype[shape.dtype],
      connectivity: shape.connectivity,
      expansion_add: shape.expansionAdd,
      expansion_search: shape.expansionSearch,
      threads,
    })
  }

  /**
   * Builds an index in memory.
   *
   * @param vectors all of them, shape (N, D); chunks of whole vectors; or an index that has them
   * @throws {QuerlError} ERR_QUERL_ARGUMENT; ERR_QUERL_NATIVE_MISSING if usearch is not installed
   * @throws the signal's reason once it has fired
   */
  static async build(
    vectors: Float32Array | Iterable<Float32Array> | AsyncIterable<Float32Array> | VectorIndex,
    options: HnswOptions = {},
  ): Promise<HnswIndex> {
    const isIndex = vectors instanceof VectorIndex
    const { threads = availableParallelism(), signal, onProgress } = options
    const dimensions = checkDimensions(options.dimensions, isIndex ? vectors : undefined)
    const { metric = isIndex ? vectors.info.metric : 'ip', dtype = 'float32' } = options
    metricNumber(metric)
    if (!(dtype in usearchDtype)) {
      throw argumentError('dtype', "'float32', 'float16', 'bfloat16' or 'int8'", dtype)
    }
    if (dtype === 'int8' && metric !== 'cosine') {
      throw argumentError('metric', "'cosine', since int8 keeps directions alone", metric)
    }
    const shape = {
      dimensions,
      metric,
      dtype,
      connectivity: checkPositiveInteger('connectivity', options.connectivity ?? 16),
      expansionAdd: checkPositiveInteger('expansionAdd', options.expansionAdd ?? 128),
      expansionSearch: checkPositiveInteger('expansionSearch', options.expansionSearch ?? 64),
    }
    checkPositiveInteger('threads', threads)
    signal?.throwIfAborted()
    const index = new HnswIndex(shape, threads)
    try {
      for await (const batch of vectorBatches(isIndex ? vectors.chunks() : vectors, dimensions)) {
        checkQueries(batch, dimensions, 'vectors')
        const argument = { first: index.#size, vectors: shared(batch) }
        index.#size = await index.#thread.call<number>('add', argument, signal)
        onProgress?.({ vectors: index.#size })
      }
      return index
    } catch (error) {
      index.dispose()
      throw error
    }
  }

  /**
   * Maps an index that `save()` has written, after it has compared its checksum: usearch believes
   * what it reads.
   *
   * @throws {QuerlError} ERR_QUERL_IO, or ERR_QUERL_INDEX_CORRUPT for damaged or other files
   */
  static async open(path: string, options: HnswOpenOptions = {}): Promise<HnswIndex> {
    checkString('path', path)
    const file = resolve(path)
    const { threads = availableParallelism(), expansionSearch } = options
    checkPositiveInteger('threads', threads)
    if (expansionSearch !== undefined) checkPositiveInteger('expansionSearch', expansionSearch)
    const sidecar = await readSidecar(file)
    const index = new HnswIndex(
      { ...sidecar, expansionSearch: expansionSearch ?? sidecar.expansionSearch },
      threads,
    )
    try {
      index.#size = await index.#thread.call<number>('view', { path: file })
      if (index.#size !== sidecar.size) throw damaged(file, `has ${index.#size} vectors`)
      return index
    } catch (error) {
      index.dispose()
      throw error
    }
  }

  /** N, how many vectors. */
  get size(): number {
    return this.#size
  }

  /** D, the length of each. */
  get dimensions(): number {
    return this.#shape.dimensions
  }

  /**
   * Good rows for each query, best first. Scores as those of {@link VectorIndex.search}, within what
   * `dtype` rounds.
   *
   * @param queries row-major, shape (Q, D)
   * @returns shape (Q, ≤ K)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, or ERR_QUERL_CLOSED after `dispose()`
   * @throws the signal's reason once it has fired
   */
  async search(queries: Float32Array, options: HnswSearchOptions = {}): Promise<VectorHit[][]> {
    const { topK = 10, signal } = options
    checkQueries(queries, this.dimensions)
    const most = Math.min(checkPositiveInteger('topK', topK), Math.max(this.#size, 1))
    this.#checkOpen()
    const count = queries.length / this.dimensions
    if (count === 0 || this.#size === 0) return Array.from({ length: count }, () => [])
    const { rows, distances, counts } = await this.#thread.call<{
      rows: Uint32Array
      distances: Float32Array
      counts: Uint32Array
    }>('search', { queries: shared(queries), topK: most }, signal)
    const isL2 = this.#shape.metric === 'l2'
    return Array.from(counts, (found, q) =>
      Array.from({ length: found }, (_, i) => {
        const distance = distances[q * most + i]!
        return { index: rows[q * most + i]!, score: isL2 ? -distance : 1 - distance }
      }),
    )
  }

  /**
   * Writes the index to `path`, and what is known of it to `<path>.json`.
   *
   * @throws {QuerlError} ERR_QUERL_IO, ERR_QUERL_NATIVE with what usearch says, ERR_QUERL_CLOSED
   */
  async save(path: string): Promise<void> {
    checkString('path', path)
    this.#checkOpen()
    const file = resolve(path)
    let [bytes, hash] = [0, '']
    await writeAtomic(file, async (temporary) => {
      await this.#thread.call('save', { path: temporary })
      await using saved = await open(temporary, 'r+')
      await saved.sync()
      bytes = (await saved.stat()).size
      hash = await sha256(temporary)
    })
    const sidecar: Sidecar = {
      ...{ format: 'querl-hnsw', version: sidecarVersion, size: this.#size },
      ...this.#shape,
      ...{ bytes, sha256: hash },
    }
    await writeJsonAtomic(`${file}.json`, sidecar)
  }

  /** Ends its thread. Searches that are under way reject with ERR_QUERL_CLOSED. */
  dispose(): void {
    this.#disposed = true
    this.#thread.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #checkOpen(): void {
    if (this.#disposed) throw new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed.')
  }
}

/** In memory that the thread reads without a copy. */
function shared(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength))
  copy.set(values)
  return copy
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk)
  return hash.digest('hex')
}

async function readSidecar(file: string): Promise<Sidecar> {
  let sidecar: Partial<Sidecar>
  try {
    sidecar = (await readJson(`${file}.json`)) as Partial<Sidecar>
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_IO', `${file}.json, which save() wrote, cannot be read.`, {
      cause,
    })
  }
  if (sidecar?.format !== 'querl-hnsw') throw damaged(file, 'has a .json of something else')
  if (sidecar.version !== sidecarVersion) {
    throw damaged(file, `is of version ${sidecar.version}, and this querl knows ${sidecarVersion}`)
  }
  const { size: bytes } = await stat(file).catch((cause) => {
    throw new QuerlError('ERR_QUERL_IO', `${file} cannot be read.`, { cause })
  })
  if (bytes !== sidecar.bytes || (await sha256(file)) !== sidecar.sha256) {
    throw damaged(file, 'does not have its checksum')
  }
  checkDimensions(sidecar.dimensions)
  return sidecar as Sidecar
}

function damaged(file: string, what: string): QuerlError {
  return new QuerlError('ERR_QUERL_INDEX_CORRUPT', `${file} ${what}.`, {
    remedy: 'Restore a copy of the index, or build it again.',
  })
}
