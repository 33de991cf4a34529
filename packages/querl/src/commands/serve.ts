import { stat } from 'node:fs/promises'
import { QuerlError } from '@querl/base'
import {
  createSearchServer,
  IndexedRetriever,
  PassageRetriever,
  type Retriever,
  type SearchServer,
} from '@querl/retrieval'
import { readPassages } from '@querl/tasks'
import { countOption } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { Interrupt } from '../interrupt.js'

/** `querl serve`: searches over HTTP, as Search-R1's retrieval servers answer them. */
export const serve: Command = {
  name: 'serve',
  summary: 'Serve searches over HTTP in Search-R1’s format, and to language models as an MCP tool',
  usage: '<index folder | passages.jsonl>',
  positionals: [1, 1],
  options: {
    host: { type: 'string', value: '<address>', description: 'Default 127.0.0.1: this machine' },
    port: { type: 'string', value: '<n>', description: 'Default 8000; 0: any that is free' },
    'top-k': {
      type: 'string',
      value: '<n>',
      description: 'Where a request does not say; default 3',
    },
    'token-env': {
      type: 'string',
      value: '<name>',
      description: 'The environment variable that holds the token which clients must send',
    },
    public: { type: 'boolean', description: 'Let other machines ask without a token' },
    'mcp-stdio': {
      type: 'boolean',
      description: 'Speak MCP on standard input and output instead of HTTP',
    },
    quiet: { type: 'boolean', description: 'No access log on standard output' },
    'max-batch': {
      type: 'string',
      value: '<n>',
      description: 'Queries of one search; default 256',
    },
    'max-queued': { type: 'string', value: '<n>', description: 'Queries that wait; default 16384' },
    'max-connections': { type: 'string', value: '<n>', description: 'Default 16384' },
    timeout: { type: 'string', value: '<seconds>', description: 'For an answer; default 30' },
  },
  examples: [
    ['querl serve passages.jsonl', 'index passages in memory and serve them on port 8000'],
    ['querl serve wiki-18 --host 0.0.0.0 --token-env TOKEN', 'an index, for other machines too'],
    ['querl serve wiki-18 --mcp-stdio', 'a search tool for a program that speaks MCP'],
  ],
  async run(context) {
    using searched = await open(context.positionals[0]!)
    await using server = createServer(searched, context)
    if (context.values['mcp-stdio']) await server.serveStdio()
    else await listen(server, context)
    return undefined
  },
}

interface Searched extends Disposable {
  readonly retriever: Retriever
  readonly info: unknown
}

/** An index folder as it lies, or a file of passages, indexed in memory. */
async function open(path: string): Promise<Searched> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new QuerlError('ERR_QUERL_IO', `${path} cannot be read.`, {
      remedy: 'Give the folder of an index, or a file of passages (JSON lines).',
      cause,
    })
  })
  const retriever = found.isDirectory()
    ? await IndexedRetriever.open(path)
    : await PassageRetriever.build(await readPassages(path))
  return {
    retriever,
    info: retriever.index.info,
    [Symbol.dispose]: () => retriever.dispose(),
  }
}

function createServer({ retriever, info }: Searched, { values }: CommandContext): SearchServer {
  const count = (name: string) => countOption(name, values[name])
  const topK = count('top-k')
  const maxBatch = count('max-batch')
  const maxQueued = count('max-queued')
  const maxConnections = count('max-connections')
  const seconds = count('timeout')
  const token = tokenOf(values['token-env'])
  const isLogged = !values['quiet'] && !values['mcp-stdio']
  return createSearchServer({
    retriever,
    info: () => info,
    ...(topK !== undefined && { topK }),
    ...(token !== undefined && { token }),
    ...(isLogged && { accessLog: process.stdout }),
    batching: {
      ...(maxBatch !== undefined && { maxBatch }),
      ...(maxQueued !== undefined && { maxQueued }),
    },
    limits: {
      ...(maxConnections !== undefined && { maxConnections }),
      ...(seconds !== undefined && { timeoutMs: seconds * 1000 }),
    },
  })
}

function tokenOf(name: string | boolean | undefined): string | undefined {
  if (typeof name !== 'string') return undefined
  const token = process.env[name]
  if (token) return token
  throw new QuerlError('ERR_QUERL_ARGUMENT', `The environment variable ${name} holds no token.`, {
    remedy: `Set it: export ${name}=$(openssl rand -hex 16)`,
  })
}

/** Answers until Ctrl-C or SIGTERM, then what has come by then; a second signal does not wait. */
async function listen(server: SearchServer, { values }: CommandContext): Promise<void> {
  // Standard output is for the log alone.
  const say = (line: string) => process.stderr.write(`${line}\n`)
  const port = values['port']
  const host = values['host']
  const url = await server.listen({
    ...(port !== undefined && { port: port === '0' ? 0 : countOption('port', port)! }),
    ...(typeof host === 'string' && { host }),
    allowPublic: Boolean(values['public']),
  })
  await new Promise<void>((resolve) => {
    const interrupt = new Interrupt(
      () => {
        say('Ending: what has come is answered. Again: end at once.')
        resolve(server.close().finally(() => interrupt[Symbol.dispose]()))
      },
      () => process.exit(130),
    )
    say(`Serving on ${url}; try:`)
    say(`  curl ${url}/retrieve -d '{"queries": ["…"], "topk": 3, "return_scores": true}'`)
  })
}
