// open-index.mjs folder question: the milliseconds from open() to the first hits.

import { Bm25Index } from '@querl/retrieval'

const [folder, question] = process.argv.slice(2)
await Bm25Index.build(['the addon is loaded'])
const start = performance.now()
const index = await Bm25Index.open(folder)
await index.search([question], { topK: 10 })
console.log(performance.now() - start)
index.dispose()
