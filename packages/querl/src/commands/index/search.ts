import {
  Bm25Index,
  type Bm25Scoring,
  DocumentStore,
  type Explanation,
  IndexedRetriever,
} from '@querl/retrieval'
import { countOption } from '../../arguments.js'
import type { Command } from '../../command.js'
import type { Style } from '../../terminal/style.js'
import { inputLines } from './input-lines.js'
import { rescoringOptions, scoringOf } from './scoring.js'
import { snippet } from './snippet.js'
import { whereOption } from './where.js'

/** What is shown of a hit; title and text only where the index keeps them. */
interface Found {
  readonly id: string
  readonly score: number
  readonly title?: string
  readonly text?: string
  readonly explanation?: Explanation | undefined
}

/** `querl index search`. */
export const search: Command = {
  name: 'index search',
  summary: 'Search an index: one query in the terminal, or a line of standard input each',
  usage: '<folder> [query]',
  positionals: [1, 1000],
  options: {
    'top-k': { type: 'string', value: '<n>', description: 'The most hits; default 10' },
    where: {
      type: 'string',
      value: '<key=value,…>',
      description: 'Only where keys that index build kept are so; also !=, <, <=, >, >=',
    },
    explain: { type: 'boolean', description: 'Say why each hit scores as it does' },
    ...rescoringOptions,
  },
  examples: [
    ['querl index search wiki "who composed the music of Jaws"', 'the ten best passages'],
    [
      'querl index search films shark --where "year>=1975" --explain',
      'of those built with --stored year, with the share of each word',
    ],
    ['querl index search wiki < questions.txt > hits.jsonl', 'one JSON line for each question'],
  ],
  async run({ positionals: [folder, ...words], values, print, style }) {
    const topK = countOption('top-k', values['top-k']) ?? 10
    const where = whereOption(values['where'])
    using searched = await open(folder!, scoringOf(values), Boolean(values['explain']), where)
    const query = words.join(' ')
    const json = (asked: string, hits: readonly Found[]) =>
      print(JSON.stringify({ query: asked, hits }))
    if (words.length === 0) {
      for await (const queries of inputLines()) {
        const lists = await searched.find(queries, topK)
        for (const [i, hits] of lists.entries()) json(queries[i]!, hits)
      }
      return 0
    }
    const [hits = []] = await searched.find([query], topK)
    if (values['json'] === true) json(query, hits)
    else if (searched.filter?.size === 0) print(`No document has ${values['where']}.`)
    else if (hits.length === 0) print('Nothing has a word of it.')
    else for (const [i, hit] of hits.entries()) show(hit, i + 1, query, print, style)
    return 0
  },
}

async function open(
  folder: string,
  scoring: Bm25Scoring,
  isExplained: boolean,
  where: ReturnType<typeof whereOption>,
) {
  const retriever = DocumentStore.isIn(folder)
    ? await IndexedRetriever.open(folder, scoring)
    : undefined
  const index = retriever?.index ?? (await Bm25Index.open(folder, scoring))
  const filter = where && (await index.filter(where))
  const find = async (queries: readonly string[], topK: number): Promise<Found[][]> => {
    const options = { topK, filter }
    const lists = await (retriever
      ? retriever.search(queries, options)
      : index.search(queries, options).then((all) => all.map((hits) => hits.map(withoutIndex))))
    if (!isExplained) return lists
    return Promise.all(
      lists.map((hits, i) =>
        Promise.all(
          hits.map(async (hit) => ({
            ...hit,
            explanation: await index.explain(queries[i]!, hit.id),
          })),
        ),
      ),
    )
  }
  return { find, filter, [Symbol.dispose]: () => (retriever ?? index).dispose() }
}

function withoutIndex({ id, score }: Found): Found {
  return { id, score }
}

function show(
  { id, score, title, text, explanation }: Found,
  rank: number,
  query: string,
  print: (line: string) => void,
  style: Style,
): void {
  const name = title ? `  ${style.bold(title)}` : ''
  print(`${String(rank).padStart(3)}  ${score.toFixed(4)}  ${style.cyan(id)}${name}`)
  if (text) print(`     ${snippet(text, query, Math.max(40, (process.stdout.columns || 100) - 6))}`)
  const terms = explanation?.toString().split('\n').slice(1) ?? [] // the first says score and id
  for (const line of terms) print(style.dim(`   ${line}`))
}
