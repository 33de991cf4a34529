import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { QuerlError } from '@querl/base'
import type { RetrievedPassage } from '../retriever.js'
import { version } from '../version.js'
import { refusalOf } from './refusal.js'

/** How the search tool presents itself to a language model. */
export interface McpToolOptions {
  /** Default `search`. */
  readonly name?: string | undefined
  /** What is searched, and when it helps. */
  readonly description?: string | undefined
}

/** What the tool stands on. */
export interface McpSearch {
  readonly topK: number
  readonly maxTopK: number
  search(query: string, topK: number, signal: AbortSignal): Promise<RetrievedPassage[]>
}

/**
 * Answers one request of the Model Context Protocol over streamable HTTP. No session is kept: each
 * request stands for itself, so that any process behind a load balancer can answer it.
 *
 * @throws {QuerlError} ERR_QUERL_CONFIG if @modelcontextprotocol/sdk is not installed
 */
export async function answerMcp(
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  search: McpSearch,
  options: McpToolOptions,
): Promise<void> {
  const { streamable } = await loadSdk()
  const server = await mcpServer(search, options)
  const transport = new streamable.StreamableHTTPServerTransport({ enableJsonResponse: true })
  response.on('close', () => {
    void transport.close()
    void server.close()
  })
  // The SDK's own types of the two do not fit each other under exactOptionalPropertyTypes.
  await server.connect(transport as Parameters<Server['connect']>[0])
  await transport.handleRequest(request, response, body)
}

/**
 * Serves the search tool on standard input and output, until the input ends or `signal` fires.
 * Nothing else may write to standard output meanwhile.
 *
 * @throws {QuerlError} ERR_QUERL_CONFIG if @modelcontextprotocol/sdk is not installed
 */
export async function serveMcpStdio(
  search: McpSearch,
  options: McpToolOptions = {},
  signal?: AbortSignal,
): Promise<void> {
  const { stdio } = await loadSdk()
  const underWay = new Set<Promise<unknown>>()
  const counted: McpSearch = {
    ...search,
    search: (...call) => {
      const found = search.search(...call)
      underWay.add(found)
      return found.finally(() => underWay.delete(found))
    },
  }
  const server = await mcpServer(counted, options)
  const transport = new stdio.StdioServerTransport()
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve
  })
  const close = () => void server.close()
  // Who asks and ends, as `printf … | querl serve --mcp-stdio`, is answered all the same.
  const end = async () => {
    await nextTurn() // what has been read is under way
    while (underWay.size > 0) {
      await Promise.allSettled(underWay)
      await nextTurn() // the answers have been written
    }
    close()
  }
  process.stdin.once('end', end)
  signal?.addEventListener('abort', close, { once: true })
  await server.connect(transport)
  await closed
  process.stdin.off('end', end)
  signal?.removeEventListener('abort', close)
}

async function mcpServer(
  search: McpSearch,
  { name = 'search', description = defaultDescription }: McpToolOptions,
): Promise<Server> {
  const { server: sdk, types } = await loadSdk()
  const server = new sdk.Server(
    { name: 'querl', version },
    { capabilities: { tools: {} }, instructions: description },
  )
  server.setRequestHandler(types.ListToolsRequestSchema, () => ({
    tools: [
      {
        name,
        description,
        inputSchema: inputSchema(search),
        outputSchema,
        annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
      },
    ],
  }))
  server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, { signal }) => {
    if (params.name !== name) return failed(`There is no tool ${JSON.stringify(params.name)}.`)
    const { query, topK = search.topK } = params.arguments ?? {}
    if (typeof query !== 'string') return failed('Expected query to be a string.')
    if (!Number.isSafeInteger(topK) || (topK as number) < 1 || (topK as number) > search.maxTopK) {
      return failed(`Expected topK to be an integer from 1 to ${search.maxTopK}.`)
    }
    try {
      return found(await search.search(query, topK as number, signal))
    } catch (error) {
      return failed(`Search failed: ${refusalOf(error).message}`)
    }
  })
  return server
}

const defaultDescription =
  'Searches a collection of passages. Returns the passages that fit the query best, each with its ' +
  'id, title, text and score.'

function inputSchema({ topK, maxTopK }: McpSearch) {
  return {
    type: 'object' as const,
    properties: {
      query: { type: 'string', description: 'What to look for: a question or key words' },
      topK: {
        type: 'integer',
        description: 'How many passages at most',
        minimum: 1,
        maximum: maxTopK,
        default: topK,
      },
    },
    required: ['query'],
  }
}

const outputSchema = {
  type: 'object' as const,
  properties: {
    passages: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          id: { type: 'string' },
          title: { type: 'string' },
          text: { type: 'string' },
          score: { type: 'number' },
        },
        required: ['id', 'title', 'text', 'score'],
      },
    },
  },
  required: ['passages'],
}

function found(passages: readonly RetrievedPassage[]) {
  const text = passages
    .map(({ id, title, text }, at) => `[${at + 1}] ${title} (id ${id})\n${text}`)
    .join('\n\n')
  return {
    content: [{ type: 'text' as const, text: text || 'Nothing was found.' }],
    structuredContent: {
      passages: passages.map(({ id, title, text, score }) => ({ id, title, text, score })),
    },
  }
}

/** An error of the tool is for the model to read, not for the protocol. */
function failed(text: string) {
  return { content: [{ type: 'text' as const, text }], isError: true }
}

/** Optional, and slow to load: only who speaks the protocol pays for it. */
async function loadSdk() {
  try {
    const [server, streamable, stdio, types] = await Promise.all([
      import('@modelcontextprotocol/sdk/server/index.js'),
      import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
      import('@modelcontextprotocol/sdk/server/stdio.js'),
      import('@modelcontextprotocol/sdk/types.js'),
    ])
    return { server, streamable, stdio, types }
  } catch (cause) {
    throw new QuerlError(
      'ERR_QUERL_CONFIG',
      'The Model Context Protocol needs the package @modelcontextprotocol/sdk.',
      { remedy: 'npm install @modelcontextprotocol/sdk', cause },
    )
  }
}
