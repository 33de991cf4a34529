import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { argumentError, checkPositiveInteger, checkString, QuerlError } from '@querl/base'
import { native } from '../loaded.js'
import { abortable } from '../native-call.js'
import type { VectorHandle, VectorHitLists } from './dense-binding.js'
import type { RowFilter } from './row-filter.js'
import { vectorBatches } from './vector-batches.js'
import { type FileFormat, planFiles } from './vector-files.js'
import {
  checkDimensions,
  dtypeName,
  dtypeNumber,
  type FloatDtype,
  type Metric,
  metricName,
  metricNumber,
} from './vector-types.js'

export interface VectorBuildOptions {
  /** D, the length of a vector. Needed but where the vectors are another index. */
  readonly dimensions?: number | undefined
  /** Default `ip`. With `cosine` vectors are stored with unit length. */
  readonly metric?: Metric | undefined
  /**
   * How vectors are stored and scanned; default `float32`. `int8`: as codes with a scale for each
   * vector, a quarter of the memory to read; see `rescore`. Codes are of the differences to the mean
   * of the first 2^22 / D vectors, so that a direction or large numbers that all embeddings share
   * cost no precision.
   */
  readonly dtype?: FloatDtype | 'int8' | undefined
  /**
   * With `int8`: the vectors that are kept beside the codes, from which the best candidates are
   * scored again; `false` for codes alone. Default `float32`.
   */
  readonly rescore?: FloatDtype | false | undefined
  /** A file, which appears once it is whole and is then mapped. Default: in memory. */
  readonly path?: string | undefined
  readonly signal?: AbortSignal | undefined
  /** Called now and then, with how many vectors are in the index so far. */
  readonly onProgress?: ((progress: { readonly vectors: number }) => void) | undefined
}

export interface VectorOpenOptions extends FileFormat {
  /**
   * Of vectors in files of others; default what a FAISS file says, else `ip`. `cosine` and `l2` need
   * the vectors' lengths, for which all are read once while opening.
   */
  readonly metric?: Metric | undefined
  /** For reading all vectors once. Default: all cores. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface VectorSearchOptions {
  /** The most hits for each query. Default 10. */
  readonly topK?: number | undefined
  /** Only these rows may be hits; see `rowFilter()`. */
  readonly filter?: RowFilter | undefined
  /**
   * With `int8` and vectors beside the codes: how many candidates for each hit are scored again.
   * Default 8: 999 of 1000 true neighbours are found among vectors in clusters, with a common
   * direction, and with shared or scattered numbers several times larger than the rest. Where many
   * vectors are nearly the same (a cosine above 0.99), more of them need to be candidates; as where
   * one number outweighs the others, whose codes are coarse then: 8 do if it varies up to 40 times as
   * much as they, at 80 times 32 are needed, and at 200 times 64.
   */
  readonly oversample?: number | undefined
  /** Default: all cores. Hits do not depend on it. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface VectorHit {
  /** The vector's row: its place among those that the index was built from, from 0. */
  readonly index: number
  /** Higher is better. */
  readonly score: number
}

/** Hits of all queries behind one another: those of query q are at `[ends[q - 1], ends[q])`. */
export interface VectorHitArrays {
  readonly rows: Uint32Array
  readonly scores: Float32Array
  readonly ends: Uint32Array
}

export interface VectorInfo {
  /** N, how many vectors. */
  readonly size: number
  /** D, the length of each. */
  readonly dimensions: number
  readonly metric: Metric
  readonly dtype: FloatDtype | 'int8'
  /** With `int8`: the vectors that are kept beside the codes. */
  readonly rescore: FloatDtype | false | undefined
  /** Whether the files have checksums: querl's own have. */
  readonly checksums: boolean
  /** Of memory, or of mapped files. */
  readonly bytes: number
}

const largestTopK = 2 ** 32 - 1

/**
 * Exact search over vectors, in memory or mapped from files, and approximate search over their int8
 * codes. All work happens off the event loop, in the order in which it was asked for: one pass over
 * memory serves all queries of a call, by all cores.
 *
 * A score is summed in fp32 in an order that depends on nothing but the processor, so a row has the
 * same score in any batch and with any number of threads. Rows with equal scores come by ascending
 * number. A score of NaN or minus infinity, from vectors of others that hold such numbers, is no hit.
 *
 * Files of querl have a checksum for each 64 KiB, which is checked when a block is first read, so
 * that only the first scan pays for it; {@link verify} checks all.
 */
export class VectorIndex {
  readonly #handle: VectorHandle
  readonly info: VectorInfo
  #disposed = false

  private constructor(handle: VectorHandle) {
    this.#handle = handle
    const { rows, dimensions, metric, vectorType, codes, checksums, bytes } =
      native().infoVectors(handle)
    const kept = vectorType < 0 ? false : dtypeName(vectorType)
    this.info = {
      size: rows,
      dimensions,
      metric: metricName(metric),
      dtype: codes || kept === false ? 'int8' : kept,
      rescore: codes ? kept : undefined,
      checksums,
      bytes,
    }
  }

  /**
   * Builds an index of vectors, whose rows are numbered in their order. With a `path` memory is
   * bounded: a few chunks, and at most 8 bytes for each vector.
   *
   * @param vectors all of them, shape (N, D); or chunks of whole vectors, shape (n, D) each; or
   *   another index
   * @throws {QuerlError} ERR_QUERL_ARGUMENT for a wrong option or a broken chunk, ERR_QUERL_DATA for
   *   a number that is not finite or that `dtype` cannot hold, ERR_QUERL_IO with the system's reason
   * @throws the signal's reason once it has fired
   */
  static async build(
    vectors: Float32Array | Iterable<Float32Array> | AsyncIterable<Float32Array> | VectorIndex,
    options: VectorBuildOptions = {},
  ): Promise<VectorIndex> {
    const { signal, onProgress } = options
    const isIndex = vectors instanceof VectorIndex
    const dimensions = checkDimensions(options.dimensions, isIndex ? vectors : undefined)
    const { metric = isIndex ? vectors.info.metric : 'ip', dtype = 'float32', path } = options
    const kept = keptVectors(dtype, options.rescore)
    if (path !== undefined) checkString('path', path)
    const metricPlace = metricNumber(metric)
    signal?.throwIfAborted()
    return VectorIndex.#make(async (handle) => {
      const codes = dtype === 'int8'
      const file = path === undefined ? '' : resolve(path)
      await native().startVectors(handle, metricPlace, dimensions, kept, codes, file)
      let total = 0
      // While one batch is stored, the next is gathered.
      let running: Promise<void> = Promise.resolve()
      const source = isIndex ? vectors.chunks() : vectors
      for await (const batch of vectorBatches(source, dimensions)) {
        await running
        signal?.throwIfAborted()
        onProgress?.({ vectors: total })
        total += batch.length / dimensions
        running = abortable(signal, () => native().addVectors(handle, batch))
        running.catch(() => {}) // it is awaited below, or in the next round
      }
      await running
      await abortable(signal, () => native().finishVectors(handle, path === undefined))
      onProgress?.({ vectors: total })
    })
  }

  /**
   * Maps vectors from files; nothing is copied. The files' content is found out from them: querl's
   * own indexes; FAISS flat indexes (`IndexFlatIP`, `IndexFlatL2`, fp16 and bf16 scalar quantizers);
   * NumPy `.npy`; safetensors; and with `dimensions` raw numbers without a header.
   *
   * Several paths are one index, whose rows follow each other. Parts into which a file was split
   * (`part_aa`, `part_ab`) are joined: name them in order.
   *
   * Files must not be written to while they are open. Those of others have no checksums.
   *
   * @throws {QuerlError} ERR_QUERL_IO if a file cannot be read, ERR_QUERL_INDEX_CORRUPT if one is
   *   damaged, cut, or of a newer version, ERR_QUERL_DATA if its content cannot be searched,
   *   ERR_QUERL_ARGUMENT for a wrong option
   * @throws the signal's reason once it has fired
   */
  static async open(
    paths: string | readonly string[],
    options: VectorOpenOptions = {},
  ): Promise<VectorIndex> {
    const { threads = availableParallelism(), signal, metric } = options
    const all = typeof paths === 'string' ? [paths] : paths
    if (!Array.isArray(all) || all.length === 0) {
      throw argumentError('paths', 'a path or an array of paths', paths)
    }
    for (const path of all) checkString('path', path)
    checkPositiveInteger('threads', threads)
    if (metric !== undefined) metricNumber(metric)
    signal?.throwIfAborted()
    const plan = await planFiles(
      all.map((path) => resolve(path)),
      options,
    )
    signal?.throwIfAborted()
    const index = await VectorIndex.#make((handle) => {
      if (plan.own) return abortable(signal, () => native().openVectors(handle, plan.paths))
      const { stretches, dtype, dimensions } = plan
      const place = metricNumber(metric ?? plan.metric ?? 'ip')
      return abortable(signal, (stop) =>
        native().mapVectors(
          handle,
          stretches,
          dtypeNumber('dtype', dtype),
          dimensions,
          place,
          Math.min(threads, 1024),
          stop,
        ),
      )
    })
    if (metric === undefined || metric === index.info.metric) return index
    const made = index.info.metric
    index.dispose()
    throw argumentError('metric', `'${made}', for which the index was built`, metric)
  }

  static async #make(fill: (handle: VectorHandle) => Promise<void>): Promise<VectorIndex> {
    const handle = native().createVectorIndex()
    try {
      await abortable(undefined, () => fill(handle))
      return new VectorIndex(handle)
    } catch (error) {
      native().disposeVectors(handle)
      throw error
    }
  }

  /** N, how many vectors the index has. */
  get size(): number {
    return this.info.size
  }

  /** D, the length of each. */
  get dimensions(): number {
    return this.info.dimensions
  }

  /**
   * The best rows for each query, best first.
   *
   * @param queries row-major, shape (Q, D)
   * @returns a list of hits for each query, shape (Q, ≤ K)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, or ERR_QUERL_CLOSED after `dispose()`
   * @throws the signal's reason once it has fired
   */
  async search(queries: Float32Array, options: VectorSearchOptions = {}): Promise<VectorHit[][]> {
    return toHits(await this.searchArrays(queries, options))
  }

  /** As {@link search}, without an object for each hit. */
  async searchArrays(
    queries: Float32Array,
    options: VectorSearchOptions = {},
  ): Promise<VectorHitArrays> {
    const { topK = 10, oversample = 8, threads = availableParallelism(), filter, signal } = options
    checkQueries(queries, this.dimensions)
    const most = Math.min(checkPositiveInteger('topK', topK), largestTopK)
    const candidates = Math.min(checkPositiveInteger('oversample', oversample), largestTopK)
    const cores = Math.min(checkPositiveInteger('threads', threads), 1024)
    if (filter !== undefined && !(filter?.bits instanceof Uint8Array)) {
      throw argumentError('filter', 'of rowFilter()', filter)
    }
    this.#checkOpen()
    return abortable(signal, (stop) =>
      native().searchVectors(this.#handle, queries, most, candidates, cores, filter?.bits, stop),
    )
  }

  /**
   * Vectors as they are stored, in fp32; from their codes if there is nothing better.
   *
   * @param rows shape (n), each in [0, N)
   * @returns shape (n, D)
   */
  async vectors(rows: Uint32Array | readonly number[]): Promise<Float32Array> {
    const wrong = rows.findIndex((row) => !(Number.isInteger(row) && row >= 0 && row < this.size))
    if (wrong >= 0) throw argumentError(`rows[${wrong}]`, `in [0, ${this.size})`, rows[wrong])
    this.#checkOpen()
    return abortable(undefined, () => native().readVectors(this.#handle, Uint32Array.from(rows)))
  }

  /** All vectors in chunks of about 4 MB, shape (n, D) each. */
  async *chunks(): AsyncGenerator<Float32Array, void, undefined> {
    const step = Math.max(1, Math.floor(2 ** 20 / this.dimensions))
    for (let first = 0; first < this.size; first += step) {
      const count = Math.min(step, this.size - first)
      yield await this.vectors(Uint32Array.from({ length: count }, (_, i) => first + i))
    }
  }

  /**
   * Reads all blocks of the index's files against their checksums. Files of others have none, and
   * there is nothing to do.
   *
   * @throws {QuerlError} ERR_QUERL_INDEX_CORRUPT, which names the file and the place
   * @throws the signal's reason once it has fired
   */
  async verify(options: { readonly signal?: AbortSignal | undefined } = {}): Promise<void> {
    this.#checkOpen()
    await abortable(options.signal, (stop) => native().verifyVectors(this.#handle, stop))
  }

  /** Frees the memory. Searches that are under way reject with ERR_QUERL_CLOSED. */
  dispose(): void {
    this.#disposed = true
    native().disposeVectors(this.#handle)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #checkOpen(): void {
    if (this.#disposed) throw new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed.')
  }
}

/** Which vectors are kept, as native code counts: -1 for none, when there are codes. */
function keptVectors(dtype: unknown, rescore: unknown): number {
  if (dtype !== 'int8') {
    if (rescore !== undefined) {
      throw argumentError('rescore', "left out, since dtype is not 'int8'", rescore)
    }
    if (!['float32', 'float16', 'bfloat16'].includes(dtype as string)) {
      throw argumentError('dtype', "'float32', 'float16', 'bfloat16' or 'int8'", dtype)
    }
    return dtypeNumber('dtype', dtype)
  }
  if (rescore === false) return -1
  return dtypeNumber('rescore', rescore ?? 'float32')
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT unless these are whole vectors of finite numbers */
export function checkQueries(queries: unknown, dimensions: number, name = 'queries'): void {
  if (!(queries instanceof Float32Array)) throw argumentError(name, 'a Float32Array', queries)
  if (queries.length % dimensions !== 0) {
    throw argumentError(
      `${name}.length`,
      `a multiple of ${dimensions}, the index's dimensions`,
      queries.length,
    )
  }
  const wrong = queries.findIndex((value) => !Number.isFinite(value))
  if (wrong >= 0) throw argumentError(`${name}[${wrong}]`, 'a finite number', queries[wrong])
}

function toHits({ rows, scores, ends }: VectorHitLists): VectorHit[][] {
  const lists: VectorHit[][] = []
  let at = 0
  for (const end of ends) {
    const hits: VectorHit[] = []
    for (; at < end; at++) hits.push({ index: rows[at]!, score: scores[at]! })
    lists.push(hits)
  }
  return lists
}
