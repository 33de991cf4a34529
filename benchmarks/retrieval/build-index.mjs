// build-index.mjs corpus folder options: builds an index as a user does and prints what it took.

import { Bm25Index, readDocuments } from '@querl/retrieval'

const [corpus, folder, options] = process.argv.slice(2)
const start = performance.now()
const index = await Bm25Index.build(readDocuments(corpus), { ...JSON.parse(options), path: folder })
const seconds = (performance.now() - start) / 1000
index.dispose()
console.log(JSON.stringify({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 }))
