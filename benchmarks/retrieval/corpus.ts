// Text for benchmarks: words drawn by Zipf's law, the same for us and for the peer.
import { type RandomStream, randomStream } from '@querl/base'

export interface CorpusShape {
  readonly documents: number
  /** Different words. */
  readonly vocabulary: number
  /** Words of a document: uniform between these. */
  readonly length: readonly [number, number]
  readonly queries: number
  /** Words of a query: uniform between these. */
  readonly queryLength: readonly [number, number]
}

export interface Corpus {
  readonly documents: readonly string[]
  readonly queries: readonly string[]
}

export function makeCorpus(shape: CorpusShape): Corpus {
  const vocabulary = makeVocabulary(shape.vocabulary)
  const texts = (count: number, length: readonly [number, number], random: RandomStream) =>
    Array.from({ length: count }, () => makeText(vocabulary, length, random))
  return {
    documents: texts(shape.documents, shape.length, randomStream(1, 'documents')),
    queries: texts(shape.queries, shape.queryLength, randomStream(1, 'queries')),
  }
}

/** Words of two to ten letters, frequent ones shorter. */
function makeVocabulary(count: number): string[] {
  return Array.from({ length: count }, (_, rank) => `w${rank.toString(36)}`)
}

function makeText(
  vocabulary: readonly string[],
  [least, most]: readonly [number, number],
  random: RandomStream,
): string {
  const length = least + random.integer(most - least + 1)
  // The word of rank r comes about 1 / r as often as the first.
  const word = () => vocabulary[Math.floor(vocabulary.length ** random.uniform()) - 1]!
  return Array.from({ length }, word).join(' ')
}
