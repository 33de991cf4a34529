// serve-index.mjs index corpus.jsonl port: our search server; then a line in, a line out.

import { createInterface } from 'node:readline'
import { createSearchServer, IndexedRetriever } from '@querl/retrieval'

const [folder, , port] = process.argv.slice(2)
const retriever = await IndexedRetriever.open(folder)
const server = createSearchServer({ retriever, topK: 3 })
await server.listen({ port: Number(port) })
const say = (value) => console.log(JSON.stringify(value))
say({ versions: {} })
for await (const line of createInterface({ input: process.stdin })) {
  const { call } = JSON.parse(line)
  say(call === 'memory' ? { residentBytes: process.memoryUsage.rss() } : { error: 'unknown call' })
}
await server.close()
