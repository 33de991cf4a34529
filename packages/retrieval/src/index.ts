export type { Bm25Info } from './binding.js'
export { Bm25Index, type Bm25Options, type Hit, type SearchOptions } from './bm25-index.js'
export { type FuseOptions, fuse, type MemberFailure } from './hybrid/fuse.js'
export type { Normalisation } from './hybrid/fusion.js'
export { type RerankOptions, rerank } from './hybrid/rerank.js'
export { contents, PassageRetriever } from './passage-retriever.js'
export type {
  Embedder,
  EmbedOptions,
  Passage,
  Reranker,
  RetrievedPassage,
  RetrieveOptions,
  Retriever,
} from './retriever.js'
export { words } from './words.js'
