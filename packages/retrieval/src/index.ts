export type { VerifyReport } from './bm25/binding.js'
export type { Bm25Document, FieldValue, StoredKeys } from './bm25/bm25-document.js'
export {
  type AddOptions,
  Bm25Index,
  type BuildOptions,
  type MergeOptions,
  type SearchOptions,
} from './bm25/bm25-index.js'
export type { Bm25Query } from './bm25/checks.js'
export type { Explanation, TermExplanation } from './bm25/explanation.js'
export type { Bm25Filter, FilterCandidate } from './bm25/filter.js'
export type { Hit } from './bm25/hits.js'
export type { Bm25Info, FieldInfo } from './bm25/info.js'
export type { Bm25Options, Bm25Scoring, Bm25Settings, Bm25Variant } from './bm25/settings.js'
export type { DocumentSource, WriteOptions, WriteProgress } from './bm25/writing.js'
export type { BackoffOptions } from './client/backoff.js'
export type { CircuitBreakerOptions } from './client/circuit-breaker.js'
export {
  type RemoteLoad,
  RemoteRetriever,
  type RemoteRetrieverOptions,
} from './client/remote-retriever.js'
export {
  DenseRetriever,
  type DenseRetrieverOptions,
  type PassageSource,
  type VectorSearcher,
} from './dense/dense-retriever.js'
export {
  type DeviceSearchOptions,
  DeviceVectorIndex,
  type DeviceVectorOptions,
} from './dense/device-vector-index.js'
export {
  HnswIndex,
  type HnswOpenOptions,
  type HnswOptions,
  type HnswSearchOptions,
} from './dense/hnsw-index.js'
export { type RowFilter, rowFilter } from './dense/row-filter.js'
export type { FileFormat } from './dense/vector-files.js'
export {
  type VectorBuildOptions,
  type VectorHit,
  type VectorHitArrays,
  VectorIndex,
  type VectorInfo,
  type VectorOpenOptions,
  type VectorSearchOptions,
} from './dense/vector-index.js'
export type { FloatDtype, Metric } from './dense/vector-types.js'
export type { Document, DocumentKeys, InvalidText } from './documents/document.js'
export { DocumentStore, type DocumentStoreOptions } from './documents/document-store.js'
export {
  type DocumentFile,
  DocumentFiles,
  type ReadDocumentsOptions,
  readDocuments,
} from './documents/read-documents.js'
export { braveSearch } from './engines/brave.js'
export {
  CachedRetriever,
  type CacheMode,
  type CacheOptions,
  type CacheStats,
  cached,
} from './engines/cached.js'
export type { CostOptions } from './engines/cost.js'
export type { EngineName, EngineParameter, EngineParameters } from './engines/engine-api.js'
export { type GoogleOptions, googleSearch } from './engines/google.js'
export { type AnyEngineOptions, engineNames, openEngine } from './engines/open-engine.js'
export { exportSearches, importSearches } from './engines/recorded-lines.js'
export {
  type Question,
  type Recording,
  SearchCache,
  type SearchCacheInfo,
  type SearchCacheOptions,
} from './engines/search-cache.js'
export { type SearxngOptions, searxng } from './engines/searxng.js'
export { serpApi } from './engines/serpapi.js'
export { serper } from './engines/serper.js'
export { tavily } from './engines/tavily.js'
export {
  type Answer,
  type EngineOptions,
  type EngineStats,
  WebEngine,
} from './engines/web-engine.js'
export type { RateLimitOptions } from './http/rate-limit.js'
export type { RetryOptions } from './http/retries.js'
export { type FuseOptions, fuse, type MemberFailure } from './hybrid/fuse.js'
export type { Normalisation } from './hybrid/fusion.js'
export { type RerankOptions, rerank } from './hybrid/rerank.js'
export {
  type IndexedRetrieveOptions,
  IndexedRetriever,
} from './indexed-retriever.js'
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
export type { BatchingOptions } from './server/batch-queue.js'
export type { McpToolOptions } from './server/mcp.js'
export type { SearchServerOptions, ServerLimits } from './server/options.js'
export type { DocumentForm } from './server/responses.js'
export { createSearchServer, type ListenOptions, SearchServer } from './server/search-server.js'
export type { LoadOptions, StoredDocument } from './stores/documents.js'
export {
  type OpenSearchIndexOptions,
  type OpenSearchOptions,
  type OpenSearchRetrieveOptions,
  OpenSearchStore,
} from './stores/opensearch.js'
export type { PgConnectionOptions } from './stores/pg-connection.js'
export {
  type PgvectorIndexOptions,
  type PgvectorOptions,
  type PgvectorRetrieveOptions,
  PgvectorStore,
} from './stores/pgvector.js'
export {
  type QdrantCollectionOptions,
  type QdrantOptions,
  type QdrantRetrieveOptions,
  QdrantStore,
} from './stores/qdrant.js'
export { analyze, analyzerSpec } from './text/analyze.js'
export type {
  AnalyzerName,
  AnalyzerOptions,
  SnowballLanguage,
  StopWordList,
  TokenizerName,
} from './text/analyzer-options.js'
