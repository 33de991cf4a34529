// Run as a process by faults.test.ts: serves until SIGTERM, prints its URL, then one line at its end.
// Arguments: how long a search takes, in milliseconds, and the server's limits as JSON.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServerLimits } from './options.js'
import { createSearchServer } from './search-server.js'

const [searchMs, limits] = process.argv.slice(2) as [string, string]
let answered = 0
const server = createSearchServer({
  limits: JSON.parse(limits) as ServerLimits,
  retriever: {
    search: async (queries) => {
      await sleep(Number(searchMs))
      answered += queries.length
      return queries.map((query) => [{ id: query, title: 'On it', text: query, score: 1 }])
    },
  },
})
process.once('SIGTERM', () => {
  void server.close().then(() => process.stdout.write(`answered ${answered}\n`))
})
process.stdout.write(`${await server.listen({ port: 0 })}\n`)
