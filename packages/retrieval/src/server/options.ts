import type { Writable } from 'node:stream'
import { checkNonNegative, checkPositiveInteger } from '@querl/base'
import { checkMilliseconds } from '../milliseconds.js'
import type { Reranker, Retriever } from '../retriever.js'
import type { BatchingOptions } from './batch-queue.js'
import type { McpToolOptions } from './mcp.js'
import type { DocumentForm } from './responses.js'

export interface SearchServerOptions {
  /** Answers `/retrieve` and the search tool. */
  readonly retriever: Retriever
  /** Answers `/rerank`. Default: there is no such route. */
  readonly reranker?: Reranker | undefined
  /** Passages for a query where a request does not say. Default 3, as Search-R1's server. */
  readonly topK?: number | undefined
  /** Wanted of every request but `GET /health`, as `Authorization: Bearer …`. Default: none is. */
  readonly token?: string | undefined
  /** How requests share calls of the retriever. */
  readonly batching?: BatchingOptions | undefined
  readonly limits?: ServerLimits | undefined
  /** The form of documents in answers. Default: as Search-R1's servers write them. */
  readonly documents?: DocumentForm | undefined
  /** False: no `/mcp`. Default: the search tool is served where the MCP SDK is installed. */
  readonly mcp?: McpToolOptions | false | undefined
  /** Takes one line of JSON for each request. Default: no log. */
  readonly accessLog?: Writable | undefined
  /** What `GET /health` says of what is searched: anything that JSON can say. */
  readonly info?: (() => unknown) | undefined
}

/** What clients can make a server do at most. */
export interface ServerLimits {
  /** Of a request's body. Default 8 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** Of one request. Default 8192: an RL step's searches come as one. */
  readonly maxQueries?: number | undefined
  /** Passages for a query. Default 1000. */
  readonly maxTopK?: number | undefined
  /** Passages that one request asks for: its queries times its topk. Default 524 288. */
  readonly maxPassages?: number | undefined
  /** Documents of one `/rerank`, over all queries. Default 16 384. */
  readonly maxPairs?: number | undefined
  /** Calls of the reranker at a time; as many requests again may wait sixteenfold. Default 1. */
  readonly maxRerankCalls?: number | undefined
  /** Open connections; further ones are closed at once. Default 16 384. */
  readonly maxConnections?: number | undefined
  /** From a request's headers to its answer, in milliseconds; then 504. Default 30 000. */
  readonly timeoutMs?: number | undefined
  /** For a request's headers to arrive, in milliseconds; then 408. Default 10 000. */
  readonly headersTimeoutMs?: number | undefined
  /** For a whole request to arrive, in milliseconds; then 408. Default 20 000. */
  readonly requestTimeoutMs?: number | undefined
  /** How long a connection may lie idle, in milliseconds. Default 65 000. */
  readonly keepAliveMs?: number | undefined
  /**
   * While a server drains, how long clients that come, or come again on their connection, are still
   * told so, in milliseconds; less where no client has been there for 200. Default 1000.
   */
  readonly drainGraceMs?: number | undefined
  /** How long draining may take in all, in milliseconds; what is left then fails. Default 30 000. */
  readonly drainTimeoutMs?: number | undefined
}

/** All limits, the default where none was given. */
export type CheckedLimits = {
  readonly [Name in keyof ServerLimits]-?: NonNullable<ServerLimits[Name]>
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT names the limit that is out of its range */
export function checkLimits(limits: ServerLimits): CheckedLimits {
  const count = (name: keyof ServerLimits, byDefault: number) =>
    checkPositiveInteger(`limits.${name}`, limits[name] ?? byDefault)
  const time = (name: keyof ServerLimits, byDefault: number) =>
    checkMilliseconds(`limits.${name}`, limits[name] ?? byDefault)
  return {
    maxBodyBytes: count('maxBodyBytes', 8 << 20),
    maxQueries: count('maxQueries', 8192),
    maxTopK: count('maxTopK', 1000),
    maxPassages: count('maxPassages', 2 ** 19),
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
