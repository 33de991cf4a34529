// MiniSearch, driven line by line from bm25.ts: one JSON object in, one out.

import { createReadStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import MiniSearch from 'minisearch'

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.resolve('minisearch')), 'utf8'),
)
/** @type {MiniSearch} */
let index

async function build({ lines }) {
  index = new MiniSearch({ fields: ['contents'] })
  const start = performance.now()
  let id = 0
  for await (const contents of createInterface({ input: createReadStream(lines) }))
    index.add({ id: id++, contents })
  return {
    seconds: (performance.now() - start) / 1000,
    peak: process.resourceUsage().maxRSS * 1024,
  }
}

// It has no top k: all hits are scored, sorted, and then cut.
function search({ questions, topK }) {
  const start = performance.now()
  for (const question of questions) index.search(question, { combineWith: 'OR' }).slice(0, topK)
  return { seconds: (performance.now() - start) / 1000 }
}

const say = (value) => console.log(JSON.stringify(value))
say({ versions: { minisearch: version } })
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line)
  say(await { build, search }[request.call](request))
}
