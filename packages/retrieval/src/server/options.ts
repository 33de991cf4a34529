import type { Writable } from 'node:stream'
import { checkNonNegative, checkPositive, checkPositiveInteger } from '@querl/base'
import type { Reranker, Retriever } from '../retriever.js'
import type { BatchingOptions } from './batch-queue.js'
import type { McpToolOptions } from './mcp.js'
import type { DocumentForm } from './responses.js'

export interface SearchServerOptions {
  /** Answers `/retrieve` and the search tool. */
  readonly retriever: Retriever
  /** Answers `/rerank`. Default: there is no such route. */
  readonly reranker?: Reranker
  /** Passages for a query where a request does not say. Default 3, as Search-R1's server. */
  readonly topK?: number
  /** Wanted of every request but `GET /health`, as `Authorization: Bearer …`. Default: none is. */
  readonly token?: string
  /** How requests share calls of the retriever. */
  readonly batching?: BatchingOptions
  readonly limits?: ServerLimits
  /** The form of documents in answers. Default: as Search-R1's servers write them. */
  readonly documents?: DocumentForm
  /** False: no `/mcp`. Default: the search tool is served where the MCP SDK is installed. */
  readonly mcp?: McpToolOptions | false
  /** Takes one line of JSON for each request. Default: no log. */
  readonly accessLog?: Writable
  /** What `GET /health` says of what is searched: anything that JSON can say. */
  readonly info?: () => unknown
}

/** What clients can make a server do at most. */
export interface ServerLimits {
  /** Of a request's body. Default 8 MiB. */
  readonly maxBodyBytes?: number
  /** Of one request. Default 8192: an RL step's searches come as one. */
  readonly maxQueries?: number
  /** Passages for a query. Default 1000. */
  readonly maxTopK?: number
  /** Documents of one `/rerank`, over all queries. Default 16 384. */
  readonly maxPairs?: number
  /** Calls of the reranker at a time; as many requests again may wait sixteenfold. Default 1. */
  readonly maxRerankCalls?: number
  /** Open connections; further ones are closed at once. Default 16 384. */
  readonly maxConnections?: number
  /** From a request's headers to its answer, in milliseconds; then 504. Default 30 000. */
  readonly timeoutMs?: number
  /** For a request's headers to arrive, in milliseconds; then 408. Default 10 000. */
  readonly headersTimeoutMs?: number
  /** For a whole request to arrive, in milliseconds; then 408. Default 20 000. */
  readonly requestTimeoutMs?: number
  /** How long a connection may lie idle, in milliseconds. Default 65 000. */
  readonly keepAliveMs?: number
  /**
   * While a server drains, how long clients that come, or come again on their connection, are still
   * told so, in milliseconds; less where no client has been there for 200. Default 1000.
   */
  readonly drainGraceMs?: number
  /** How long draining may take in all, in milliseconds; what is left then fails. Default 30 000. */
  readonly drainTimeoutMs?: number
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT names the limit that is out of its range */
export function checkLimits(limits: ServerLimits): Required<ServerLimits> {
  const count = (name: keyof ServerLimits, byDefault: number) =>
    checkPositiveInteger(`limits.${name}`, limits[name] ?? byDefault)
  const time = (name: keyof ServerLimits, byDefault: number) =>
    checkPositive(`limits.${name}`, limits[name] ?? byDefault)
  return {
    maxBodyBytes: count('maxBodyBytes', 8 << 20),
    maxQueries: count('maxQueries', 8192),
    maxTopK: count('maxTopK', 1000),
    maxPairs: count('maxPairs', 16_384),
    maxRerankCalls: count('maxRerankCalls', 1),
    maxConnections: count('maxConnections', 16_384),
    timeoutMs: time('timeoutMs', 30_000),
    headersTimeoutMs: time('headersTimeoutMs', 10_000),
    requestTimeoutMs: time('requestTimeoutMs', 20_000),
    keepAliveMs: time('keepAliveMs', 65_000),
    drainGraceMs: checkNonNegative('limits.drainGraceMs', limits.drainGraceMs ?? 1000),
    drainTimeoutMs: time('drainTimeoutMs', 30_000),
  }
}
