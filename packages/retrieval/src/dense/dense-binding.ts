import type { StopHandle } from '../binding.js'

declare const kind: unique symbol

/** An index of vectors, under construction or ready, with the native thread that works on it. */
export interface VectorHandle {
  readonly [kind]: 'vectors'
}

/** The hits of all queries behind one another: those of query q end at `ends[q]`. */
export interface VectorHitLists {
  readonly rows: Uint32Array
  readonly scores: Float32Array
  readonly ends: Uint32Array
}

export interface NativeVectorInfo {
  readonly rows: number
  readonly dimensions: number
  readonly metric: number
  /** -1: codes alone. */
  readonly vectorType: number
  readonly codes: boolean
  readonly checksums: boolean
  readonly bytes: number
}

/** Rows in files that are as if they had been joined. */
export interface Stretch {
  readonly paths: readonly string[]
  /** The byte where the first row begins. */
  readonly first: number
  readonly rows: number
}

/** What native/addon/retrieval/dense_addon.cc exports. */
export interface DenseBinding {
  createVectorIndex(): VectorHandle
  startVectors(
    index: VectorHandle,
    metric: number,
    dimensions: number,
    vectorType: number,
    codes: boolean,
    path: string,
  ): Promise<void>
  addVectors(index: VectorHandle, rows: Float32Array): Promise<void>
  finishVectors(index: VectorHandle, inMemory: boolean): Promise<void>
  openVectors(index: VectorHandle, paths: readonly string[]): Promise<void>
  mapVectors(
    index: VectorHandle,
    stretches: readonly Stretch[],
    vectorType: number,
    dimensions: number,
    metric: number,
    threads: number,
    stop?: StopHandle,
  ): Promise<void>
  searchVectors(
    index: VectorHandle,
    queries: Float32Array,
    topK: number,
    oversample: number,
    threads: number,
    allowed: Uint8Array | undefined,
    stop?: StopHandle,
  ): Promise<VectorHitLists>
  readVectors(index: VectorHandle, rows: Uint32Array): Promise<Float32Array>
  verifyVectors(index: VectorHandle, stop?: StopHandle): Promise<void>
  infoVectors(index: VectorHandle): NativeVectorInfo
  disposeVectors(index: VectorHandle): void
  vectorKernels(): string[]
}
