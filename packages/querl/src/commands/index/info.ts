import { Bm25Index, type Bm25Info, DocumentStore } from '@querl/retrieval'
import type { Command } from '../../command.js'
import { grouped, size } from '../../terminal/numbers.js'

/** `querl index info`. */
export const info: Command = {
  name: 'index info',
  summary: 'Say what an index has: documents, words, settings, fields, files',
  usage: '<folder>',
  positionals: [1, 1],
  options: {},
  examples: [
    ['querl index info wiki', 'counts, sizes and settings'],
    ['querl index info wiki --json', 'the same for a program'],
    ['querl index info wiki --json | jq .documents', 'one of them'],
  ],
  async run({ positionals, values, print, style }) {
    const folder = positionals[0]!
    using index = await Bm25Index.open(folder)
    const kept = await keptDocuments(folder)
    if (values['json'] === true) {
      print(JSON.stringify({ ...index.info, store: kept ?? null }))
      return 0
    }
    print(style.bold(folder))
    for (const [name, value] of rowsOf(index.info)) print(`  ${name.padEnd(11)}${value}`)
    for (const row of tableOf(index.info.fields)) print(`  ${row}`)
    print(`  ${'texts'.padEnd(11)}${kept === undefined ? 'not kept' : ''}`.trimEnd())
    if (kept && 'problem' in kept) print(`    ${style.red(style.failed)} ${kept.problem}`)
    if (kept && 'files' in kept)
      for (const { path, documents, bytes } of kept.files)
        print(`    ${path}: ${grouped(documents)} documents, ${size(bytes)}`)
    return 0
  },
}

async function keptDocuments(folder: string) {
  if (!DocumentStore.isIn(folder)) return undefined
  try {
    using store = await DocumentStore.open(folder)
    return store.info
  } catch (error) {
    return { problem: (error as Error).message } // the index is worth a look without its texts, too
  }
}

function rowsOf(info: Bm25Info): readonly (readonly [string, string])[] {
  const deleted = info.deleted > 0 ? `, ${grouped(info.deleted)} deleted and not merged yet` : ''
  const { variant, k1, b, delta, lengths } = info
  return [
    ['documents', `${grouped(info.documents)}${deleted}`],
    ['segments', `${info.segments}`],
    ['size', size(info.bytes)],
    ['scoring', `${variant}, k1 ${k1}, b ${b}, delta ${delta}, ${lengths} lengths`],
    ['analyzer', info.analyzer],
  ]
}

function tableOf(fields: Bm25Info['fields']): string[] {
  const rows = [
    ['field', 'weight', 'documents', 'words', 'terms', 'postings'],
    ...fields.map(({ name, weight, documents, words, terms, postings }) => [
      name,
      String(weight),
      ...[documents, words, terms, postings].map(grouped),
    ]),
  ]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map(([name, ...cells]) =>
    [
      name!.padEnd(Math.max(10, widths[0]!)),
      ...cells.map((cell, i) => cell.padStart(widths[i + 1]!)),
    ].join('  '),
  )
}
