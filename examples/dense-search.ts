// Search by meaning beside search by words: passages become vectors, a vector index finds the nearest,
// and its ranks are fused with BM25's.
//
//   npx jiti examples/dense-search.ts [folder of an encoder]
//
// The folder is in Hugging Face's layout: E5, BGE, GTE, or a model of sentence-transformers. Without
// one a small encoder of random weights is made, which finds little more than shared words.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { TextEmbedder } from '@querl/lm'
import {
  analyze,
  contents,
  DenseRetriever,
  fuse,
  type Passage,
  PassageRetriever,
  readDocuments,
  VectorIndex,
} from '@querl/retrieval'
import { writeRandomEncoder } from './random-encoder.js'

const questions = ['Who composed the music of Jaws?', 'films about dinosaurs', 'novels of the sea']
const topK = 3

/** The ids that each way finds for a question, best first. */
export interface Found {
  readonly question: string
  readonly words: readonly string[]
  readonly vectors: readonly string[]
  readonly both: readonly string[]
}

/** @param model folder of an encoder; default: one of random weights */
export async function compare(model?: string): Promise<Found[]> {
  const file = fileURLToPath(new URL('passages.jsonl', import.meta.url))
  const passages: Passage[] = []
  for await (const { id, title, text } of readDocuments(file))
    passages.push({ id: id ?? String(passages.length), title, text })
  const texts = passages.map(contents)
  const folder = model ?? (await mkdtemp(join(tmpdir(), 'querl-encoder-')))
  try {
    if (!model) await writeRandomEncoder(folder, analyze(texts).flat())
    using embedder = await TextEmbedder.load(folder)
    using index = await VectorIndex.build(await embedder.embedPassages(texts), {
      dimensions: embedder.dimensions,
    })
    using words = await PassageRetriever.build(passages, { analyzer: 'lucene-english' })
    const vectors = new DenseRetriever({ index, embedder, documents: passages })
    const both = fuse([words, vectors])
    const lists = await Promise.all(
      [words, vectors, both].map((retriever) => retriever.search(questions, { topK })),
    )
    const ids = lists.map((list) => list.map((found) => found.map(({ id }) => id)))
    return questions.map((question, i) => ({
      question,
      words: ids[0]![i]!,
      vectors: ids[1]![i]!,
      both: ids[2]![i]!,
    }))
  } finally {
    if (!model) await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { question, ...ways } of await compare(process.argv[2])) {
    console.log(question)
    console.table(
      Array.from({ length: topK }, (_, rank) => ({
        BM25: ways.words[rank] ?? '',
        vectors: ways.vectors[rank] ?? '',
        both: ways.both[rank] ?? '',
      })),
    )
  }
}
