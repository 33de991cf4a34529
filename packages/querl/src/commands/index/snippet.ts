const before = 24
// What of a long text is looked at: a document may be a book, or a line of 100 MB.
const mostCharacters = 1 << 16

/** A line of a text, from where most of the query's words stand together. */
export function snippet(text: string, query: string, width: number): string {
  const flat = text.slice(0, mostCharacters).replace(/\s+/g, ' ').trim()
  if (flat.length <= width) return flat
  const wanted = fullest(placesOf(flat, query), width - before) - before
  const start = wanted > 0 ? flat.indexOf(' ', Math.min(wanted, flat.length - width)) + 1 : 0
  const head = start > 0 ? '… ' : ''
  const tail = start + width < flat.length ? ' …' : ''
  return `${head}${flat.slice(start, start + width - head.length - tail.length).trim()}${tail}`
}

/** Where the query's words begin, in order. */
function placesOf(text: string, query: string): { place: number; word: string }[] {
  const words = query.match(/[\p{L}\p{N}]+/gu) ?? []
  if (words.length === 0) return []
  const any = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
  return [...text.matchAll(any)].map(({ 0: word, index }) => ({
    place: index,
    word: word.toLowerCase(),
  }))
}

/** Where a stretch of `width` characters begins that has the most different words. */
function fullest(places: readonly { place: number; word: string }[], width: number): number {
  let best = 0
  let most = 0
  let end = 0
  const counts = new Map<string, number>() // of the words in places[first..end)
  for (const { place: start, word } of places) {
    for (; end < places.length && places[end]!.place < start + width; end++)
      counts.set(places[end]!.word, (counts.get(places[end]!.word) ?? 0) + 1)
    if (counts.size > most) {
      most = counts.size
      best = start
    }
    const left = counts.get(word)! - 1
    if (left > 0) counts.set(word, left)
    else counts.delete(word)
  }
  return best
}
