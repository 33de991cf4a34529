import { Bm25Index, DocumentStore } from '@querl/retrieval'
import type { Command } from '../../command.js'
import { counted, duration, grouped, size } from '../../terminal/numbers.js'
import { working } from './working.js'

// Texts that are read and parsed at a time.
const atOnce = 4096

/** `querl index verify`. */
export const verify: Command = {
  name: 'index verify',
  summary: 'Read every byte of an index and of its texts, and prove what searches rely on',
  usage: '<folder>',
  positionals: [1, 1],
  options: {},
  examples: [
    ['querl index verify wiki', 'exit code 1 and what is wrong, if something is'],
    ['querl index verify wiki --json', 'the same for a program'],
    ['querl index verify wiki && querl serve wiki', 'serve what is whole'],
  ],
  async run({ positionals, values, print, style }) {
    const folder = positionals[0]!
    const began = performance.now()
    const { isDamaged, report } = await working('the rest was not read.', async (signal, say) => {
      const index = await Bm25Index.verify(folder, {
        signal,
        onProgress: ({ done, total }) => say(`index: ${size(done)} of ${size(total)}`),
      })
      const texts = await verifyTexts(folder, index.documents, signal, say)
      const isDamaged = index.problems.length > 0
      const problems = [...index.problems, ...texts.problems]
      return { isDamaged, report: { ...index, texts: texts.count, problems } }
    })
    const { problems, documents, texts, segments, terms, postings, bytes } = report
    const seconds = (performance.now() - began) / 1000
    if (values['json'] === true) print(JSON.stringify({ ...report, seconds }))
    else if (problems.length === 0) {
      print(`${style.green(style.ok)} ${style.bold(folder)} is whole, read in ${duration(seconds)}`)
      print(
        `  ${counted(documents, 'document')}, ${counted(terms, 'term')}, ${counted(postings, 'posting')} in ${counted(segments, 'segment')}, ${size(bytes)}; ${texts === undefined ? 'no texts' : counted(texts, 'text')}`,
      )
    } else {
      const what = isDamaged ? 'is damaged' : 'is whole, but not its texts'
      print(`${style.red(style.failed)} ${style.bold(folder)} ${what}`)
      for (const problem of problems) print(`  ${problem}`)
      if (isDamaged) print('Restore a copy of it, or build it again: querl index build')
    }
    return problems.length === 0 ? 0 : 1
  },
}

/** Every text is what it was at the build, and can be read. */
async function verifyTexts(
  folder: string,
  documents: number,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<{ count: number | undefined; problems: string[] }> {
  try {
    if (!DocumentStore.isIn(folder)) return { count: undefined, problems: [] }
  } catch {
    return { count: undefined, problems: [] } // the manifest's damage is a problem of the index
  }
  try {
    using store = await DocumentStore.open(folder)
    for (let first = 0; first < store.size; first += atOnce) {
      const count = Math.min(atOnce, store.size - first)
      await store.get(
        Uint32Array.from({ length: count }, (_, i) => first + i),
        { signal },
      )
      say(`texts: ${grouped(first + count)} of ${grouped(store.size)}`)
    }
    const problems =
      store.size < documents
        ? [`${folder} keeps ${store.size} texts of ${documents} documents`]
        : []
    return { count: store.size, problems }
  } catch (error) {
    signal.throwIfAborted()
    return { count: 0, problems: [(error as Error).message] }
  }
}
