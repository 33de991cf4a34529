// Web searches that are repeatable: what an engine answered is recorded, and replayed offline. The
// recording beside this file was written by hand, so that the example needs neither key nor network.
//
//   npx jiti examples/web-search.ts
//
// With SERPER_API_KEY set, mode 'record' asks the engine for what is not recorded yet.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { cached, importSearches, type RetrievedPassage, serper } from '@querl/retrieval'

const recording = fileURLToPath(new URL('web-search.jsonl', import.meta.url))

/** Searches by Serper as it was recorded. */
export async function replay(queries: readonly string[]): Promise<RetrievedPassage[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'querl-web-search-'))
  try {
    const path = join(folder, 'searches.sqlite')
    await importSearches(recording, path)
    const engine = serper({
      parameters: { gl: 'us', hl: 'en' },
      cost: { perRequest: 0.001, budget: 5 },
    })
    using retriever = await cached(engine, { path, mode: 'replay' })
    return await retriever.search(queries, { topK: 3 })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const queries = ['who designed the analytical engine', 'where was Charles Babbage born']
  for (const [at, passages] of (await replay(queries)).entries()) {
    console.log(`${queries[at]}?`)
    for (const { title, text, id } of passages) console.log(`  ${title}: ${text}\n    ${id}`)
  }
}
