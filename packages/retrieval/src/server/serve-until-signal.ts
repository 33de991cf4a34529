// Run as a process by faults.test.ts: serves until SIGTERM, prints its URL, then one line at its end.
// Argument: how long a search takes, in milliseconds.
import { setTimeout as sleep } from 'node:timers/promises'
import { createSearchServer } from './search-server.js'

const searchMs = Number(process.argv[2])
let answered = 0
const server = createSearchServer({
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
