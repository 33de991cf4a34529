export type { Bm25Info } from './binding.js'
export { Bm25Index, type Bm25Options, type Hit, type SearchOptions } from './bm25-index.js'
export type { BackoffOptions } from './client/backoff.js'
export type { CircuitBreakerOptions } from './client/circuit-breaker.js'
export {
  type RemoteLoad,
  RemoteRetriever,
  type RemoteRetrieverOptions,
} from './client/remote-retriever.js'
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
export { words } from './words.js'
