import { argumentError, checkPositiveInteger, QuerlError } from '@querl/base'
import type { RowFilter } from './row-filter.js'
import { vectorBatches } from './vector-batches.js'
import { checkQueries, type VectorHit, VectorIndex } from './vector-index.js'
import { checkDimensions, dtypeNumber, type FloatDtype } from './vector-types.js'

type Torch = typeof import('@querl/torch')
type Tensor = import('@querl/torch').Tensor
type Device = import('@querl/torch').Device

export interface DeviceVectorOptions {
  /** D, the length of a vector. Needed but where the vectors are an index. */
  readonly dimensions?: number | undefined
  /** Default `ip`. With `cosine` vectors and queries get unit length. */
  readonly metric?: 'ip' | 'cosine' | undefined
  /** Default `float32` on the CPU, else `float16`. */
  readonly dtype?: FloatDtype | undefined
  /** Default `cuda`. */
  readonly device?: Device | undefined
  /** Only these rows are moved to the device, and can be hits; see `rowFilter()`. Default: all. */
  readonly filter?: RowFilter | undefined
  readonly signal?: AbortSignal | undefined
}

export interface DeviceSearchOptions {
  /** Default 10. */
  readonly topK?: number | undefined
  readonly signal?: AbortSignal | undefined
}

// Scores that are there at once, Q times these: 2 GB for 512 queries in fp32.
const rowsPerChunk = 2 ** 20

// What is as large is rounded to infinity, and its products with zeros are no numbers.
const tooLarge: Readonly<Record<FloatDtype, number>> = {
  float32: 2 ** 128,
  float16: 65_520,
  bfloat16: 2 ** 128 - 2 ** 119,
}

/**
 * Search over all vectors, which live on a device, by the optional package `@querl/torch`: a product
 * of matrices for each 2^20 of them, whose best rows are merged. Scores are as exact as `dtype` is, and
 * equal ones come in no particular order.
 */
export class DeviceVectorIndex {
  /** D, the length of a vector. */
  readonly dimensions: number
  /** N, how many vectors are on the device. */
  readonly size: number
  readonly #torch: Torch
  /** Shape (n, D) each. */
  readonly #chunks: readonly Tensor[]
  readonly #unit: boolean
  /** The rows of all vectors, shape (N); absent where none was left out. */
  readonly #rows: Uint32Array | undefined
  #disposed = false

  private constructor(
    torch: Torch,
    dimensions: number,
    chunks: readonly Tensor[],
    unit: boolean,
    rows: Uint32Array | undefined,
  ) {
    this.#torch = torch
    this.dimensions = dimensions
    this.#chunks = chunks
    this.#unit = unit
    this.#rows = rows
    this.size = chunks.reduce((rows, chunk) => rows + chunk.shape[0]!, 0)
  }

  /**
   * Moves vectors to a device.
   *
   * @param vectors all of them, shape (N, D); chunks of whole vectors; or an index that has them
   * @throws {QuerlError} ERR_QUERL_ARGUMENT; ERR_QUERL_NATIVE_MISSING if `@querl/torch` is not
   *   installed; what LibTorch says of the device
   * @throws the signal's reason once it has fired
   */
  static async build(
    vectors: Float32Array | Iterable<Float32Array> | AsyncIterable<Float32Array> | VectorIndex,
    options: DeviceVectorOptions = {},
  ): Promise<DeviceVectorIndex> {
    const isIndex = vectors instanceof VectorIndex
    const { device = 'cuda', filter, signal } = options
    const { dtype = device === 'cpu' ? 'float32' : 'float16' } = options
    const metric = options.metric ?? (isIndex ? vectors.info.metric : 'ip')
    const dimensions = checkDimensions(options.dimensions, isIndex ? vectors : undefined)
    dtypeNumber('dtype', dtype)
    if (metric !== 'ip' && metric !== 'cosine') {
      throw argumentError('metric', "'ip' or 'cosine'", metric)
    }
    if (filter !== undefined && !(filter?.bits instanceof Uint8Array))
      throw argumentError('filter', 'of rowFilter()', filter)
    const torch = await loadTorch()
    const kept = filter && new KeptRows(filter, dimensions)
    const chunks: Tensor[] = []
    let pieces: Tensor[] = []
    const join = () => {
      if (pieces.length === 0) return
      chunks.push(torch.tidy(() => torch.ops.cat(pieces, 0)))
      for (const piece of pieces) piece.dispose()
      pieces = []
    }
    try {
      let rows = 0
      for await (const each of vectorBatches(isIndex ? vectors.chunks() : vectors, dimensions)) {
        signal?.throwIfAborted()
        const batch = kept ? kept.of(each) : each
        if (batch.length === 0) continue
        checkQueries(batch, dimensions, 'vectors')
        if (metric === 'ip') checkHeld(batch, dtype, 'vectors')
        pieces.push(matrix(torch, batch, dimensions, metric === 'cosine', dtype, device))
        rows += batch.length / dimensions
        if (rows < rowsPerChunk) continue
        join()
        rows = 0
      }
      join()
      return new DeviceVectorIndex(torch, dimensions, chunks, metric === 'cosine', kept?.numbers())
    } catch (error) {
      for (const tensor of [...chunks, ...pieces]) tensor.dispose()
      throw error
    }
  }

  /**
   * The best rows for each query, best first.
   *
   * @param queries row-major, shape (Q, D)
   * @returns shape (Q, ≤ K)
   * @throws {QuerlError} ERR_QUERL_ARGUMENT, or ERR_QUERL_CLOSED after `dispose()`
   * @throws the signal's reason once it has fired
   */
  async search(queries: Float32Array, options: DeviceSearchOptions = {}): Promise<VectorHit[][]> {
    const { topK = 10, signal } = options
    checkQueries(queries, this.dimensions)
    const most = Math.min(checkPositiveInteger('topK', topK), this.size)
    if (this.#disposed) throw new QuerlError('ERR_QUERL_CLOSED', 'The index was disposed.')
    const count = queries.length / this.dimensions
    if (count === 0 || most === 0) return Array.from({ length: count }, () => [])
    if (!this.#unit) checkHeld(queries, this.#chunks[0]!.dtype as FloatDtype, 'queries')
    const torch = this.#torch
    const [values, rows] = await torch.run(
      () => torch.tidy(() => this.#best(queries, most)),
      signal ? { signal } : {},
    )
    try {
      const scores = values.data() as Float32Array
      const indices = rows.data() as BigInt64Array
      return Array.from({ length: count }, (_, q) =>
        Array.from({ length: most }, (_, i) => {
          const place = Number(indices[q * most + i])
          return { index: this.#rows?.[place] ?? place, score: scores[q * most + i]! }
        }),
      )
    } finally {
      values.dispose()
      rows.dispose()
    }
  }

  /** Scores and rows, shape (Q, K) each, on the CPU. */
  #best(queries: Float32Array, most: number): [Tensor, Tensor] {
    const torch = this.#torch
    const { dtype, device } = this.#chunks[0]!
    const { dimensions } = this
    const left = matrix(torch, queries, dimensions, this.#unit, dtype as FloatDtype, device)
    const scores: Tensor[] = []
    const rows: Tensor[] = []
    let first = 0
    for (const chunk of this.#chunks) {
      const products = left.matmul(chunk.t()).to('float32') // (Q, n)
      const [values, indices] = products.topk(Math.min(most, chunk.shape[0]!), 1)
      scores.push(values)
      rows.push(indices.add(first))
      first += chunk.shape[0]!
    }
    const [values, places] = torch.ops.cat(scores, 1).topk(most, 1)
    const indices = torch.ops.cat(rows, 1).gather(1, places)
    return [values.to('cpu'), indices.to('cpu')]
  }

  /** Frees the device's memory. */
  dispose(): void {
    this.#disposed = true
    for (const chunk of this.#chunks) chunk.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/** Picks a filter's rows out of batches that come in order. */
class KeptRows {
  readonly #filter: RowFilter
  readonly #dimensions: number
  readonly #kept: number[] = []
  #next = 0

  constructor(filter: RowFilter, dimensions: number) {
    this.#filter = filter
    this.#dimensions = dimensions
  }

  /** @param batch shape (n, D) */
  of(batch: Float32Array): Float32Array {
    const { bits } = this.#filter
    const d = this.#dimensions
    const kept = new Float32Array(batch.length)
    let length = 0
    for (let at = 0; at < batch.length; at += d, this.#next++) {
      if (((bits[this.#next >>> 3] ?? 0) >>> (this.#next & 7)) % 2 === 0) continue
      kept.set(batch.subarray(at, at + d), length)
      length += d
      this.#kept.push(this.#next)
    }
    return kept.subarray(0, length)
  }

  numbers(): Uint32Array {
    return Uint32Array.from(this.#kept)
  }
}

function checkHeld(values: Float32Array, dtype: FloatDtype, name: string): void {
  const wrong = values.findIndex((value) => Math.abs(value) >= tooLarge[dtype])
  if (wrong >= 0) throw argumentError(`${name}[${wrong}]`, `held by ${dtype}`, values[wrong])
}

/** Shape (n, D), on the device. */
function matrix(
  torch: Torch,
  values: Float32Array,
  dimensions: number,
  unit: boolean,
  dtype: FloatDtype,
  device: Device,
): Tensor {
  return torch.tidy(() => {
    const rows = torch.Tensor.fromTypedArray(values.slice(), [
      values.length / dimensions,
      dimensions,
    ])
    const lengths = unit ? rows.mul(rows).sum([1], true).sqrt().clamp(1e-30) : undefined
    return (lengths ? rows.div(lengths) : rows).to({ dtype, device, copy: true })
  })
}

async function loadTorch(): Promise<Torch> {
  try {
    return await import('@querl/torch')
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_NATIVE_MISSING', 'DeviceVectorIndex needs @querl/torch.', {
      remedy: 'Install it: npm install @querl/torch',
      cause,
    })
  }
}
