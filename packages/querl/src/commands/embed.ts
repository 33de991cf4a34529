import { argumentError } from '@querl/base'
import { type ModelDtype, TextEmbedder, type TextEmbedderOptions } from '@querl/lm'
import { type Document, readDocuments, VectorIndex } from '@querl/retrieval'
import { countOption } from '../arguments.js'
import { type Command, type CommandContext, Interrupted } from '../command.js'
import { Interrupt } from '../interrupt.js'

// Passages that are read before their vectors are stored.
const chunk = 2048

/** `querl embed`: the passages of a corpus as a vector index. */
export const embed: Command = {
  name: 'embed',
  summary: 'Turn the passages of a corpus into a vector index with an encoder such as E5 or BGE',
  usage: '<corpus.jsonl | .jsonl.gz | .parquet> …',
  positionals: [1, 1000],
  options: {
    model: { type: 'string', value: '<folder>', description: 'An encoder, as Hugging Face has it' },
    output: { type: 'string', value: '<file>', description: 'The index, written whole or not' },
    preset: { type: 'string', value: '<e5|bge|none>', description: 'Default: as the model says' },
    dtype: { type: 'string', value: '<type>', description: 'Of the weights; default bfloat16' },
    store: {
      type: 'string',
      value: '<type>',
      description: 'Of the vectors: float32 (default), float16, bfloat16, int8',
    },
    threads: { type: 'string', value: '<n>', description: 'Default: all' },
    'max-tokens': { type: 'string', value: '<n>', description: 'Of a passage' },
  },
  examples: [
    ['querl embed wiki-18.jsonl.gz --model e5-base-v2 --output wiki-18.vectors', 'all passages'],
    ['querl embed corpus.jsonl --model bge-base-en-v1.5 --output corpus.vectors --store int8', ''],
    ['querl embed corpus.jsonl --model e5-base-v2 --output corpus.vectors --max-tokens 180', ''],
  ],
  async run({ positionals, values, print, style }) {
    const output = needed('output', values)
    using embedder = await TextEmbedder.load(needed('model', values), optionsOf(values))
    const stopping = new AbortController()
    const stop = () => stopping.abort(new Interrupted())
    using interrupt = new Interrupt(stop, stop)
    const { signal } = stopping
    signal.throwIfAborted()
    const began = performance.now()
    let passages = 0
    const vectors = async function* () {
      for await (const texts of chunksOf(readDocuments(positionals, { signal }))) {
        yield await embedder.embedPassages(texts, { signal })
        passages += texts.length
        const rate = (passages / (performance.now() - began)) * 1000
        if (values['json'] !== true && !interrupt.requested)
          print(style.dim(`${passages} passages, ${rate.toFixed(0)} a second`))
      }
    }
    using index = await VectorIndex.build(vectors(), {
      dimensions: embedder.dimensions,
      dtype: values['store'] as 'float32' | undefined,
      path: output,
      signal,
    })
    const { size, dimensions, dtype, bytes } = index.info
    if (values['json'] === true) print(JSON.stringify({ path: output, ...index.info }))
    else print(`${output}: ${size} vectors of ${dimensions} numbers in ${dtype}, ${bytes} bytes`)
    return undefined
  },
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
