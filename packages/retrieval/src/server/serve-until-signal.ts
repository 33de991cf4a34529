// Run as a process by faults.test.ts: serves until SIGTERM, prints its URL, then one line at its end.
// Arguments: how long a search takes, and for how long clients are told that it ends, in milliseconds.
import { setTimeout as sleep } from 'node:timers/promises'
import { createSearchServer } from './search-server.js'

const [searchMs, drainGraceMs] = process.argv.slice(2).map(Number) as [number, number]
let answered = 0
const server = createSearchServer({
  limits: { drainGraceMs },
  retriever: {
    search: async (queries) => {
      await sleep(searchMs)
      answered += queries.length
      return queries.map((query) => [{ id: query, title: 'On it', text: query, score: 1 }])
    },
  },
})
process.once('SIGTERM', () => {
  void server.close().then(() => process.stdout.write(`answered ${answered}\n`))
})
process.stdout.write(`${await server.listen({ port: 0 })}\n`)
