declare const kind: unique symbol

/** The documents of an index, mapped, with the native thread that reads them. */
export interface StoreHandle {
  readonly [kind]: 'documents'
}

export interface StoreInfo {
  readonly documents: number
  /** Of the table of places, not of the documents. */
  readonly bytes: number
  readonly meta: string
  readonly files: readonly {
    readonly path: string
    readonly bytes: number
    readonly documents: number
  }[]
}

/** What native/addon/retrieval/documents_addon.cc exports. */
export interface DocumentsBinding {
  createStore(): StoreHandle
  openStore(store: StoreHandle, folder: string, moved: readonly string[]): Promise<void>
  /** Whether the folder has an index that keeps its documents. */
  hasStore(folder: string): boolean
  storeInfo(store: StoreHandle): StoreInfo
  /** The lines of these documents as one JSON array. */
  readLines(store: StoreHandle, documents: Uint32Array): Promise<string>
  disposeStore(store: StoreHandle): void
}
