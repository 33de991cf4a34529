import { createHash } from 'node:crypto'
import { argumentError } from '@querl/base'
import { type ModelDtype, TextEmbedder, type TextEmbedderOptions } from '@querl/lm'
import { type Document, readDocuments, VectorIndex } from '@querl/retrieval'
import { countOption } from '../arguments.js'
import { type Command, type CommandContext, Interrupted } from '../command.js'
import { Interrupt } from '../interrupt.js'
import { type EncoderState, KeptVectors } from './embed/kept-vectors.js'
import { rowKeysOf, rowOptions } from './index/rows.js'

// Passages that are read before their vectors are kept; a run that goes on counts in these.
const chunk = 2048

const stores = ['float32', 'float16', 'bfloat16', 'int8'] as const

/** `querl embed`: the passages of a corpus as a vector index. */
export const embed: Command = {
  name: 'embed',
  summary: 'Turn the passages of a corpus into a vector index with an encoder such as E5 or BGE',
  usage: '<corpus.jsonl | .jsonl.gz | .parquet> …',
  positionals: [1, 1000],
  options: {
    model: { type: 'string', value: '<folder>', description: 'An encoder, as Hugging Face has it' },
    output: { type: 'string', value: '<file>', description: 'The index, written whole or not' },
    preset: {
      type: 'string',
      value: '<e5|bge|none|auto>',
      description: 'Its prefix and pooling; default auto: as the model says',
    },
    dtype: { type: 'string', value: '<type>', description: 'Of the weights; default bfloat16' },
    store: {
      type: 'string',
      value: '<type>',
      description: 'Of the vectors: float32 (default), float16, bfloat16, int8',
    },
    threads: { type: 'string', value: '<n>', description: 'Default: one for each core' },
    ...rowOptions,
    'max-tokens': {
      type: 'string',
      value: '<n>',
      description: 'Of a passage, which is cut behind them; default: as the model says',
    },
    fresh: { type: 'boolean', description: 'Start over, where an interrupted run would go on' },
  },
  examples: [
    ['querl embed wiki-18.jsonl.gz --model e5-base-v2 --output wiki-18.vectors', 'all passages'],
    [
      'querl embed corpus.jsonl --model bge-base-en-v1.5 --output corpus.vectors --store int8',
      'codes too, which are searched several times as fast',
    ],
    [
      'querl embed corpus.jsonl --model e5-base-v2 --output corpus.vectors --max-tokens 180',
      'of each passage its beginning',
    ],
  ],
  async run({ positionals, values, print, style }) {
    const output = needed('output', values)
    const store = storeOption(values['store'])
    const options = optionsOf(values)
    const keys = rowKeysOf(values)
    using embedder = await TextEmbedder.load(needed('model', values), options)
    const stopping = new AbortController()
    const stop = () => stopping.abort(new Interrupted())
    using interrupt = new Interrupt(stop, stop)
    const { signal } = stopping
    const say = (line: string) => {
      if (values['json'] !== true && !interrupt.requested) print(style.dim(line))
    }
    await using kept = await KeptVectors.open(output, await stateOf(embedder, options), {
      dimensions: embedder.dimensions,
      fresh: values['fresh'] === true,
    })
    const before = kept.passages
    if (before > 0) say(`Going on after ${before} passages: ${kept.path} has their vectors.`)
    try {
      let began: number | undefined // reading what is behind us is no embedding
      let passages = before
      for await (const texts of chunksOf(readDocuments(positionals, { keys, signal }))) {
        if (kept.has(texts)) continue
        began ??= performance.now()
        const vectors = await embedder.embedPassages(texts, { signal })
        await kept.add(texts, vectors, texts.length === chunk)
        passages += texts.length
        const rate = ((passages - before) / (performance.now() - began)) * 1000
        say(`${passages} passages, ${rate.toFixed(0)} a second`)
      }
      using index = await VectorIndex.build(kept.vectors(), {
        dimensions: embedder.dimensions,
        dtype: store,
        path: output,
        signal,
      })
      await kept.remove()
      const { size, dimensions, dtype, bytes } = index.info
      if (values['json'] === true)
        print(JSON.stringify({ path: output, resumedAfter: before, ...index.info }))
      else print(`${output}: ${size} vectors of ${dimensions} numbers in ${dtype}, ${bytes} bytes`)
    } catch (error) {
      if (error instanceof Interrupted && values['json'] !== true)
        print(`Interrupted. ${leftBy(kept)}`)
      throw error
    }
    return undefined
  },
}

function leftBy({ passages, path }: KeptVectors): string {
  if (passages === 0) return 'The same command starts over: little was done.'
  return `${path} has the vectors of ${passages} passages: the same command goes on after them.`
}

const probes = ['who wrote the music of jaws', '鯊 Ünïcode, 1975', 'a shark '.repeat(64)]

/** What a passage's vector depends on; the weights and the vocabulary by what they make of some texts. */
async function stateOf(
  embedder: TextEmbedder,
  { dtype }: TextEmbedderOptions,
): Promise<EncoderState> {
  const { pooling, normalize, passagePrefix } = embedder.settings
  const { maxTokens } = embedder
  const vectors = new Uint8Array((await embedder.embedPassages(probes)).buffer)
  return {
    ...{ dtype: dtype!, maxTokens, pooling, normalize, passagePrefix },
    vectors: createHash('sha256').update(vectors).digest('hex'),
  }
}

function storeOption(value: CommandContext['values'][string] = 'float32') {
  const store = stores.find((each) => each === value)
  if (store) return store
  throw argumentError('--store', `one of ${stores.join(', ')}`, value)
}

function optionsOf(values: CommandContext['values']): TextEmbedderOptions {
  return {
    dtype: (values['dtype'] ?? 'bfloat16') as ModelDtype,
    preset: values['preset'] as TextEmbedderOptions['preset'],
    threads: countOption('threads', values['threads']),
    maxTokens: countOption('max-tokens', values['max-tokens']),
  }
}

function needed(name: string, values: CommandContext['values']): string {
  const value = values[name]
  if (typeof value === 'string' && value !== '') return value
  throw argumentError(`--${name}`, 'given', value)
}

/** Title and text as wiki-18's `contents` has them, which E5's index of it was made of. */
async function* chunksOf(documents: AsyncIterable<Document>): AsyncGenerator<string[]> {
  let texts: string[] = []
  for await (const { title, text } of documents) {
    texts.push(title === '' ? text : `${title}\n${text}`)
    if (texts.length < chunk) continue
    yield texts
    texts = []
  }
  if (texts.length > 0) yield texts
}
