import type { Binary } from '@querl/base'
import type { Bm25Binding } from './bm25/binding.js'
import type { DenseBinding } from './dense/dense-binding.js'
import type { DocumentsBinding } from './documents/binding.js'
import type { TextBinding } from './text/text-binding.js'

declare const kind: unique symbol

/** The native end of an AbortSignal. */
export interface StopHandle {
  readonly [kind]: 'stop'
}

/** What native/addon/retrieval.cc exports. */
export interface RetrievalBinding
  extends Binary,
    Bm25Binding,
    DocumentsBinding,
    DenseBinding,
    TextBinding {
  createStopSource(): StopHandle
  requestStop(stop: StopHandle): void
}
