// From a file of passages to answers: builds an index in a folder, opens it, searches all of it and a
// part of it, and says why the best passage is the best.
//
//   npx jiti examples/search.ts [passages.jsonl] [question]

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Explanation, type Hit, IndexedRetriever, readDocuments } from '@querl/retrieval'

const ours = fileURLToPath(new URL('passages.jsonl', import.meta.url))

export interface Answers {
  readonly hits: readonly Hit[]
  /** Those of the hits that are about people. */
  readonly people: readonly Hit[]
  /** Of the best hit. */
  readonly why: Explanation | undefined
}

/** @param passages JSON lines, also gzip, or Parquet; of any size: memory stays bounded */
export async function answer(question: string, passages = ours): Promise<Answers> {
  const folder = await mkdtemp(join(tmpdir(), 'querl-search-'))
  try {
    // In earnest this is done once, and what opens the folder later is another process.
    const built = await IndexedRetriever.build(readDocuments(passages), {
      path: folder,
      analyzer: 'lucene-english', // 'films' finds 'film', and 'the' counts for nothing
      overwrite: true,
    })
    built.dispose()
    using retriever = await IndexedRetriever.open(folder)
    const { index } = retriever
    const [hits = []] = await index.search([question], { topK: 3 })
    const about = await index.filter(({ id }) => id.startsWith('person:'))
    const [people = []] = await index.search([question], { topK: 3, filter: about })
    const best = hits[0]
    return { hits, people, why: best && (await index.explain(question, best.id)) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [, , passages = ours, question = 'Who composed the music of Jaws?'] = process.argv
  const { hits, people, why } = await answer(question, passages)
  console.log(question)
  for (const { id, score } of hits) console.log(`  ${score.toFixed(3)}  ${id}`)
  console.log('of the people')
  for (const { id, score } of people) console.log(`  ${score.toFixed(3)}  ${id}`)
  console.log(`why\n${why}`)
}
