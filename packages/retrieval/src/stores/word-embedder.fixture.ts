import { createHash } from 'node:crypto'
import type { Embedder } from '../retriever.js'

/**
 * A vector of a text: the sum of pseudo-random directions of its words, so that texts with common
 * words are near each other. Counts the texts that it was given.
 */
export class WordEmbedder implements Embedder {
  embedded = 0

  constructor(readonly dimensions: number) {}

  async embedQueries(texts: readonly string[]): Promise<Float32Array> {
    return this.embedPassages(texts)
  }

  async embedPassages(texts: readonly string[]): Promise<Float32Array> {
    this.embedded += texts.length
    const matrix = new Float32Array(texts.length * this.dimensions)
    for (const [at, text] of texts.entries()) {
      const row = matrix.subarray(at * this.dimensions, (at + 1) * this.dimensions)
      for (const word of text.toLowerCase().match(/\w+/g) ?? ['']) {
        const bytes = createHash('shake256', { outputLength: this.dimensions })
          .update(word)
          .digest()
        for (const [d, byte] of bytes.entries()) row[d]! += (byte - 127.5) / 128
      }
    }
    return matrix
  }
}

/** Compares two texts by a metric in float64, sharing no code with any store. */
export async function similarity(
  embedder: Embedder,
  metric: 'cosine' | 'dot' | 'euclidean',
  one: string,
  other: string,
): Promise<number> {
  const [a, b] = [await embedder.embedQueries([one]), await embedder.embedPassages([other])]
  let [dot, aa, bb, distance] = [0, 0, 0, 0]
  for (let d = 0; d < a.length; d++) {
    dot += a[d]! * b[d]!
    aa += a[d]! ** 2
    bb += b[d]! ** 2
    distance += (a[d]! - b[d]!) ** 2
  }
  if (metric === 'dot') return dot
  return metric === 'cosine' ? dot / Math.sqrt(aa * bb) : -Math.sqrt(distance)
}
