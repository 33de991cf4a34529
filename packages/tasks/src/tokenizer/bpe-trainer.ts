import { byteLevel } from './byte-level.js'

/** Two neighbouring symbols that become one. */
export type Merge = readonly [left: string, right: string]

/** Words and how often they occur. */
export type WordCounts = Readonly<Record<string, number>>

/**
 * Learns the merges of byte-level BPE, greedily by frequency, from one corpus after the other.
 *
 * The merges of an earlier corpus rank before those of a later one, and each corpus is merged until
 * its words are whole or no pair occurs twice. Equally frequent pairs are taken in the order of
 * their characters, so that the result depends on nothing but the corpora.
 *
 * @param corpora words with the space before them, as byte-level BPE splits a text
 * @param maxMerges merges at most, over all corpora
 */
export function trainBpe(corpora: readonly WordCounts[], maxMerges: number): Merge[] {
  const merges: Merge[] = []
  for (const corpus of corpora) {
    const words = Object.entries(corpus).map(([word, count]) => ({
      symbols: merges.reduce(applyMerge, byteLevel(word)),
      count,
    }))
    while (merges.length < maxMerges) {
      const best = mostFrequentPair(words)
      if (!best) break
      merges.push(best)
      for (const word of words) word.symbols = applyMerge(word.symbols, best)
    }
  }
  return merges
}

interface Word {
  symbols: string[]
  readonly count: number
}

function mostFrequentPair(words: readonly Word[]): Merge | undefined {
  const counts = new Map<string, number>()
  for (const { symbols, count } of words)
    for (let at = 1; at < symbols.length; at++) {
      // No symbol holds a space: byte-level BPE writes it as another character.
      const pair = `${symbols[at - 1]} ${symbols[at]}`
      counts.set(pair, (counts.get(pair) ?? 0) + count)
    }
  let best: string | undefined
  let most = 1
  for (const [pair, count] of counts)
    if (count > most || (count === most && best !== undefined && pair < best)) {
      best = pair
      most = count
    }
  return best?.split(' ') as unknown as Merge | undefined
}

function applyMerge(symbols: string[], [left, right]: Merge): string[] {
  const merged: string[] = []
  for (let at = 0; at < symbols.length; at++) {
    const isPair = symbols[at] === left && symbols[at + 1] === right
    merged.push(isPair ? left + right : symbols[at]!)
    if (isPair) at++
  }
  return merged
}
