import { argumentError, QuerlError } from '@querl/base'
import type { ModelDtype, TextEmbedderOptions } from '@querl/lm'
import { createSearchServer, type SearchServer } from '@querl/retrieval'
import { countOption } from '../arguments.js'
import type { Command, CommandContext } from '../command.js'
import { Interrupt } from '../interrupt.js'
import { analysisOf, analysisOptions } from './index/analysis.js'
import { rowKeysOf, rowOptions } from './index/rows.js'
import { scoringOf, servedScoringOptions } from './index/scoring.js'
import { openSearched, type Searched, type Wanted } from './serve/searched.js'

type Values = CommandContext['values']

/** `querl serve`: searches over HTTP, as Search-R1's retrieval servers answer them. */
export const serve: Command = {
  name: 'serve',
  summary: 'Serve searches over HTTP in Search-R1’s format, and to language models as an MCP tool',
  usage: '[index folder | passages.jsonl]',
  positionals: [0, 1],
  options: {
    ...servedScoringOptions,
    ...ofAFile({ ...analysisOptions, ...rowOptions }),
    dense: {
      type: 'string',
      value: '<file>',
      multiple: true,
      description:
        'Vectors of the passages, of querl embed or FAISS Flat: searched too. Parts: one --dense each, in order',
    },
    encoder: {
      type: 'string',
      value: '<folder>',
      description: 'What made them, as Hugging Face has it',
    },
    'encoder-preset': {
      type: 'string',
      value: '<e5|bge|none|auto>',
      description: 'Its prefixes and pooling; default auto: as the model says',
    },
    passages: {
      type: 'string',
      value: '<index folder | file>',
      description: 'With --dense alone: what the vectors are of',
    },
    fusion: {
      type: 'string',
      value: '<rrf|weighted>',
      description: 'Of BM25 and vectors, by ranks (default) or by scores',
    },
    weights: { type: 'string', value: '<bm25,dense>', description: 'Default 1,1' },
    candidates: {
      type: 'string',
      value: '<n>',
      description: 'Passages of each that are fused; default 100',
    },
    reranker: {
      type: 'string',
      value: '<folder>',
      description: 'A cross-encoder that puts them into order, and answers /rerank',
    },
    'rerank-candidates': {
      type: 'string',
      value: '<n>',
      description: 'Passages that it judges for a query; default 50',
    },
    dtype: { type: 'string', value: '<type>', description: 'Of their weights; default bfloat16' },
    device: {
      type: 'string',
      value: '<cpu|cuda:N>',
      description: 'Where vectors are searched; default cpu',
    },
    threads: {
      type: 'string',
      value: '<n>',
      description: 'Of vectors and models; default: one for each core',
    },
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
    [
      'querl serve wiki-18 --dense wiki-18.vectors --encoder e5-base-v2',
      'BM25 and vectors together',
    ],
    ['querl serve wiki-18 --host 0.0.0.0 --token-env TOKEN', 'an index, for other machines too'],
    ['querl serve wiki-18 --mcp-stdio', 'a search tool for a program that speaks MCP'],
  ],
  async run(context) {
    using searched = await openSearched(wantedOf(context))
    await using server = createServer(searched, context)
    if (context.values['mcp-stdio']) await speakMcp(server)
    else await listen(server, context)
    return undefined
  },
}

/** The options of passages in a file, of which an index has its own. */
function ofAFile(options: Command['options']): Command['options'] {
  const described = Object.entries(options).map(([name, option]) => {
    const description = `${option.description}; for passages in a file`
    return [name, { ...option, description }] as const
  })
  return Object.fromEntries(described)
}

function wantedOf({ positionals, values, lists }: CommandContext): Wanted {
  const text = (name: string) => {
    const value = values[name]
    if (value === '') throw argumentError(`--${name}`, 'given', value)
    return value as string | undefined
  }
  const { dense } = lists
  if (dense?.includes('')) throw argumentError('--dense', 'given', '')
  return {
    path: positionals[0],
    scoring: scoringOf(values),
    analysis: analysisOf(values),
    rows: rowKeysOf(values),
    dense,
    encoder: text('encoder'),
    encoderPreset: text('encoder-preset') as TextEmbedderOptions['preset'], // loading checks it
    passages: text('passages'),
    device: deviceOption(text('device')),
    dtype: (text('dtype') ?? 'bfloat16') as ModelDtype, // loading checks it
    threads: countOption('threads', values['threads']),
    fusion: fusionOption(text('fusion')),
    weights: weightsOption(text('weights')),
    candidates: countOption('candidates', values['candidates']),
    reranker: text('reranker'),
    rerankCandidates: countOption('rerank-candidates', values['rerank-candidates']),
  }
}

function deviceOption(value: string | undefined): string | undefined {
  if (value === undefined || /^(cpu|cuda(:\d+)?)$/.test(value)) return value
  throw argumentError('--device', 'cpu, cuda or cuda:N', value)
}

function fusionOption(value = 'rrf'): Wanted['fusion'] {
  if (value === 'rrf' || value === 'weighted') return value
  throw argumentError('--fusion', 'rrf or weighted', value)
}

function weightsOption(value: string | undefined): number[] | undefined {
  const weights = value?.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (weights && (weights.length !== 2 || !weights.every((each) => each >= 0 && each < Infinity)))
    throw argumentError('--weights', 'two numbers of at least 0, as 1,2', value)
  return weights
}

function createServer(
  { retriever, reranker, info }: Searched,
  { values }: CommandContext,
): SearchServer {
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
    ...(reranker && { reranker }),
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

function tokenOf(name: Values[string]): string | undefined {
  if (typeof name !== 'string') return undefined
  const token = process.env[name]
  if (token) return token
  throw new QuerlError('ERR_QUERL_ARGUMENT', `The environment variable ${name} holds no token.`, {
    remedy: `Set it: export ${name}=$(openssl rand -hex 16)`,
  })
}

/** Speaks until standard input ends, or a signal comes. */
async function speakMcp(server: SearchServer): Promise<void> {
  const stop = new AbortController()
  const end = () => stop.abort()
  using _interrupt = new Interrupt(end, () => process.exit(130))
  await server.serveStdio(stop.signal)
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
