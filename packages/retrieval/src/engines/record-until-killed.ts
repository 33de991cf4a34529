// Run as a process by cached.test.ts: records searches without end, or `count` of them, and writes
// the number of each that is acknowledged to the standard output. Arguments: path, source, count.
import { writeSync } from 'node:fs'
import { SearchCache } from './search-cache.js'

const [path, source, count] = process.argv.slice(2)
const cache = await SearchCache.open(path!)
for (let at = 0; at < Number(count ?? Infinity); at++) {
  const passages = [{ id: `${at}`, title: source!, text: 'x'.repeat(at % 1000), score: 1 }]
  const question = { source: 'shared', query: `query ${at}`, topK: 1 }
  await cache.record([{ ...question, passages, raw: ['y'.repeat(500)], cost: 1, recordedAt: at }])
  writeSync(1, `${at}\n`)
}
cache.close()
