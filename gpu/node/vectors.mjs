// Search over vectors that live on a device: its best rows are those of sums in float64, and on a GPU how
// long a batch of queries takes.
//
//   node gpu/node/vectors.mjs cuda:0
//
// Exit code: 0, or 1 where something differs.

import { DeviceVectorIndex } from '@querl/retrieval'

const device = process.argv[2] ?? 'cuda:0'
const dimensions = 96
const topK = 10
// Of scores: 96 products of numbers below 1; vectors and queries rounded to 11 and 8 bits.
const tolerances = { float32: 1e-4, float16: 2e-2, bfloat16: 1.5e-1 }

let failures = 0

function check(sentence, isTrue, detail = '') {
  console.log(`${isTrue ? 'ok' : 'FAILED'} ${sentence}${isTrue ? '' : ` ${detail}`}`)
  if (!isTrue) failures++
}

function vectors(count, width, seed) {
  let state = seed
  return Float32Array.from({ length: count * width }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

/** Every score of a query, in float64. */
function twin(rows, query) {
  return Float64Array.from({ length: rows.length / dimensions }, (_, row) =>
    query.reduce((sum, number, i) => sum + number * rows[row * dimensions + i], 0),
  )
}

async function compare() {
  const rows = vectors(20_000, dimensions, 1)
  const queries = vectors(33, dimensions, 2)
  for (const [dtype, tolerance] of Object.entries(tolerances)) {
    const index = await DeviceVectorIndex.build(rows, { dimensions, device, dtype })
    const lists = await index.search(queries, { topK })
    index.dispose()
    let worst = 0
    lists.forEach((hits, q) => {
      const scores = twin(rows, queries.subarray(q * dimensions, (q + 1) * dimensions))
      const best = Float64Array.from(scores).sort().reverse()
      hits.forEach(({ index: row, score }, rank) => {
        // The row's own score, and that of the row which should be here: they differ where it is another.
        worst = Math.max(worst, Math.abs(score - scores[row]), Math.abs(best[rank] - scores[row]))
      })
    })
    check(
      `vectors of ${dtype}: the best rows and their scores`,
      worst < tolerance,
      `off by ${worst}`,
    )
  }
}

async function measure() {
  const [width, chunk, chunks] = [768, 100_000, 10]
  const rows = vectors(chunk, width, 3)
  const index = await DeviceVectorIndex.build(Array(chunks).fill(rows), {
    dimensions: width,
    device,
  })
  for (const batch of [1, 32, 256]) {
    const queries = vectors(batch, width, 4)
    const times = []
    for (let round = 0; round < 12; round++) {
      const began = performance.now()
      await index.search(queries, { topK })
      times.push(performance.now() - began)
    }
    const median = times.slice(2).sort((a, b) => a - b)[5]
    console.log(`${index.size} x ${width} in float16, batch ${batch}: ${median.toFixed(2)} ms`)
  }
  index.dispose()
}

await compare()
if (failures === 0 && device !== 'cpu') await measure()
console.log(failures === 0 ? `Search agrees on ${device}.` : `${failures} failed`)
process.exitCode = failures === 0 ? 0 : 1
