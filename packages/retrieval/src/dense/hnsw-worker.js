// The thread on which usearch, whose calls are synchronous, works for an HnswIndex. Plain JavaScript,
// so that a worker can be started from the sources as from what is built.
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

// Between pieces of this size a call looks whether it was aborted.
const vectorsPerPiece = 256

/** @type {import('usearch')} */
const { Index } = createRequire(workerData.from)('usearch')
const { dimensions, threads, ...options } = workerData.index

// As in hnsw-thread.ts: once the process ends no call begins, and a running one is waited for.
const { state } = workerData
const [busy, ended] = [0, 1]

const index = new Index({ dimensions, ...options })

function stopIfAborted(stop) {
  if (Atomics.load(stop, 0) !== 0 || Atomics.load(state, ended) !== 0) throw new Error('aborted')
}

const calls = {
  add({ first, vectors, stop }) {
    const count = vectors.length / dimensions
    for (let at = 0; at < count; at += vectorsPerPiece) {
      stopIfAborted(stop)
      const end = Math.min(at + vectorsPerPiece, count)
      const keys = BigUint64Array.from({ length: end - at }, (_, i) => BigInt(first + at + i))
      index.add(keys, vectors.slice(at * dimensions, end * dimensions), threads)
    }
    return index.size()
  },

  search({ queries, topK, stop }) {
    const count = queries.length / dimensions
    const rows = new Uint32Array(count * topK)
    const distances = new Float32Array(count * topK)
    const counts = new Uint32Array(count)
    for (let at = 0; at < count; at += vectorsPerPiece) {
      stopIfAborted(stop)
      const end = Math.min(at + vectorsPerPiece, count)
      const found = index.search(queries.slice(at * dimensions, end * dimensions), topK, threads)
      // One query alone has another shape.
      const hits =
        end - at === 1 ? [found] : Array.from({ length: end - at }, (_, i) => found.get(i))
      hits.forEach((hit, i) => {
        counts[at + i] = hit.keys.length
        for (let k = 0; k < hit.keys.length; k++) {
          rows[(at + i) * topK + k] = Number(hit.keys[k])
          distances[(at + i) * topK + k] = hit.distances[k]
        }
      })
    }
    return { rows, distances, counts }
  },

  save({ path }) {
    index.save(path)
  },

  view({ path }) {
    index.view(path)
    return index.size()
  },
}

parentPort.on('message', ({ id, call, argument }) => {
  if (call === 'end') return parentPort.close()
  Atomics.store(state, busy, 1)
  try {
    if (Atomics.load(state, ended) !== 0) return
    parentPort.postMessage({ id, result: calls[call](argument) })
  } catch (error) {
    parentPort.postMessage({ id, error: error instanceof Error ? error.message : String(error) })
  } finally {
    Atomics.store(state, busy, 0)
    Atomics.notify(state, busy)
  }
})
