import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { argumentError, QuerlError } from '@querl/base'
import {
  Bm25Index,
  type BuildOptions,
  type DocumentFiles,
  type InvalidText,
  readDocuments,
  type WriteOptions,
  type WriteProgress,
} from '@querl/retrieval'
import { countOption } from '../../arguments.js'
import type { Command, CommandContext } from '../../command.js'
import { counted, duration, grouped, size } from '../../terminal/numbers.js'
import { analysisOf, analysisOptions } from './analysis.js'
import { rowKeysOf, rowOptions } from './rows.js'
import { fieldsOption, scoringOf, scoringOptions } from './scoring.js'
import { working } from './working.js'

type Values = CommandContext['values']

/** `querl index build`. */
export const build: Command = {
  name: 'index build',
  summary: 'Build a BM25 index of corpus files in a folder, or add to one',
  usage: '<passages.jsonl | .jsonl.gz | .parquet> … --out <folder>',
  positionals: [1, 10_000],
  options: {
    out: { type: 'string', value: '<folder>', description: 'Where the index is built' },
    overwrite: {
      type: 'boolean',
      description: 'Replace the index that is there, once the new one is whole',
    },
    add: { type: 'boolean', description: 'Add the documents to the index that is there' },
    replace: { type: 'boolean', description: 'Of documents with the same id the last one stays' },
    ...analysisOptions,
    fields: {
      type: 'string',
      value: '<name:weight,…>',
      description: 'title:2,text:1; default: both as one field',
    },
    ...scoringOptions,
    ...rowOptions,
    stored: {
      type: 'string',
      value: '<key,…>',
      description: 'Of a row, kept for index search --where: year,lang',
    },
    'no-documents': { type: 'boolean', description: 'Index only: searches return ids, no text' },
    threads: { type: 'string', value: '<n>', description: 'Default: one for each core' },
    memory: { type: 'string', value: '<MiB>', description: 'For postings; default 256' },
  },
  examples: [
    ['querl index build wiki-18.jsonl.gz --out wiki --preset lucene', 'then: querl serve wiki'],
    ['querl index build new.jsonl --out wiki --add --replace', 'more documents, and newer ones'],
    [
      'querl index build a.parquet b.parquet --out ab --fields title:2,text:1',
      'titles count twice',
    ],
  ],
  async run({ positionals, values, print, style }) {
    const out = folderOption(values)
    checkTogether(values)
    checkFree(out, values)
    const options = { ...writeOptions(values), ...buildOptions(values), path: out }
    const began = performance.now()
    const afterStop =
      values['add'] || values['overwrite'] ? `${out} is as it was.` : 'nothing was written.'
    const built = await working(afterStop, async (signal, say) => {
      const columns = { keys: rowKeysOf(values), stored: storedOf(values) }
      const documents = readDocuments(positionals, { ...columns, signal })
      let invalidText: InvalidText | undefined
      const onProgress = (progress: WriteProgress) => {
        invalidText = progress.invalidText
        say(progressLine(progress, began))
      }
      const hooks = { signal, onProgress }
      using index = values['add']
        ? await added(
            out,
            documents,
            { ...writeOptions(values), ...hooks },
            Boolean(values['replace']),
          )
        : await Bm25Index.build(documents, { ...options, ...hooks })
      return { info: index.info, corpus: await plainBytes(documents), invalidText }
    })
    const seconds = (performance.now() - began) / 1000
    const { info, corpus, invalidText } = built
    if (values['json'] === true) {
      print(JSON.stringify({ ...info, seconds, corpusBytes: corpus, invalidText }))
      return 0
    }
    const share =
      corpus && !values['add']
        ? `, ${((100 * info.bytes) / corpus).toFixed(1)} % of the corpus`
        : ''
    print(
      `${style.green(style.ok)} ${style.bold(out)}: ${counted(info.documents, 'document')}, ${counted(info.words, 'word')}, in ${duration(seconds)}`,
    )
    print(`  ${size(info.bytes)}${share}; ${counted(info.segments, 'segment')}`)
    if (invalidText) print(`${style.yellow(style.warning)} ${invalidLine(invalidText)}`)
    if (info.documents > 0) print(style.dim(`  querl index search ${out} "…"`))
    else print(`${style.yellow(style.warning)} There is no document in ${positionals.join(', ')}.`)
    return 0
  },
}

/** One line of a progress: what is done, how much of all, how quickly, at which memory. */
export function progressLine(
  { stage, documents, done, total }: WriteProgress,
  began: number,
): string {
  const seconds = (performance.now() - began) / 1000
  const parts: string[] = []
  if (stage === 'read')
    parts.push(`${grouped(documents)} documents`, `${grouped(documents / seconds)} a second`)
  else parts.push(stage === 'write' ? 'writing postings' : 'merging segments')
  if (done !== undefined && total) {
    const share = Math.min(1, done / total)
    parts.push(`${(100 * share).toFixed(0)} %`)
    if (stage === 'read' && share > 0.02)
      parts.push(`${duration((seconds * (1 - share)) / share)} to go`)
  }
  parts.push(`${size(process.memoryUsage.rss())} of memory`)
  return parts.join(', ')
}

function invalidLine({ documents, first }: InvalidText): string {
  return `${counted(documents, 'document')} with bytes that are no UTF-8, read as U+FFFD; the first: ${first}`
}

async function added(
  folder: string,
  documents: DocumentFiles,
  options: WriteOptions,
  replace: boolean,
): Promise<Bm25Index> {
  const index = await Bm25Index.open(folder)
  try {
    await index.add(documents, { ...options, replace })
    return index
  } catch (error) {
    index.dispose()
    throw error
  }
}

function folderOption(values: Values): string {
  const out = values['out']
  if (typeof out === 'string' && out !== '') return out
  throw new QuerlError('ERR_QUERL_ARGUMENT', 'Expected --out <folder>, where the index is built.', {
    remedy: 'See querl index build --help.',
  })
}

const ofNewOnes = [
  ...['overwrite', 'fields', 'no-documents'],
  ...Object.keys({ ...analysisOptions, ...scoringOptions }),
]

function checkTogether(values: Values): void {
  const wrong = ofNewOnes.find((name) => values[name] !== undefined)
  if (values['add'] && wrong !== undefined)
    throw argumentError(`--${wrong}`, 'absent with --add: the index has its own', values[wrong])
}

function checkFree(out: string, values: Values): void {
  if (values['add'] || values['overwrite'] || !existsSync(join(out, 'manifest.json'))) return
  throw new QuerlError('ERR_QUERL_ARGUMENT', `${out} has an index already.`, {
    remedy: 'Add to it with --add, or replace it with --overwrite.',
  })
}

function writeOptions(values: Values): WriteOptions {
  const memory = countOption('memory', values['memory'])
  return {
    threads: countOption('threads', values['threads']),
    memoryBytes: memory === undefined ? undefined : memory * 2 ** 20,
  }
}

function buildOptions(values: Values): BuildOptions {
  return {
    ...scoringOf(values),
    ...analysisOf(values),
    fields: fieldsOption(values['fields']),
    overwrite: Boolean(values['overwrite']),
    replace: Boolean(values['replace']),
    keepDocuments: !values['no-documents'],
  }
}

function storedOf(values: Values): string[] {
  const { stored } = values
  if (stored === undefined) return []
  const names = String(stored)
    .split(',')
    .map((name) => name.trim())
  if (names.includes('')) throw argumentError('--stored', 'names of keys, as year,lang', stored)
  return names
}

/** Of a corpus that is not packed: what an index's size is to be compared with. */
async function plainBytes(documents: DocumentFiles): Promise<number | undefined> {
  const files = await documents.files()
  if (!files.every(({ format }) => format === 'jsonl')) return undefined
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}
