// Texts to vectors, against transformers on the same model, made of random weights by the peer: the
// shape of E5-base. Vectors are compared before the times.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TextEmbedder } from '@querl/lm'
import { info } from '@querl/torch'
import { type LinePeer, startIfInstalled } from '../line-peer.js'
import { startPython } from '../python-peer.js'
import type { Bench } from '../result.js'
import { batch, dtypes, passagesCase, peerBatch, queryCase, targets, threads } from './cases.js'

const install = 'python3 -m pip install torch==2.13.0 transformers==5.23.0 safetensors'
const rounds = 5
// Cosines of a text's two vectors: fp32 in another order; bfloat16 is rounded in other places.
const leastCosine = { float32: 0.999_99, bfloat16: 0.99 }

export async function run(bench: Bench): Promise<void> {
  const script = fileURLToPath(new URL('peer/main.py', import.meta.url))
  using peer = await startIfInstalled(() => startPython(script, { install }), bench.note)
  // The peer makes the model that both measure.
  if (!peer) return
  const folder = mkdtempSync(join(tmpdir(), 'querl-encoders-'))
  try {
    bench.progress('making a checkpoint')
    await peer.ask({ call: 'make', folder })
    for (const dtype of dtypes)
      if (bench.wants(passagesCase(dtype)) || bench.wants(queryCase(dtype)))
        await compare(bench, peer, folder, dtype)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function compare(
  bench: Bench,
  peer: LinePeer,
  folder: string,
  dtype: (typeof dtypes)[number],
): Promise<void> {
  using embedder = await TextEmbedder.load(folder, { dtype, threads, preset: 'none' })
  await peer.ask({ call: 'load', folder, dtype, threads })
  const words = readFileSync(join(folder, 'vocab.txt'), 'utf8')
    .split('\n')
    .filter((word) => word.startsWith('w'))
  const passages = Array.from({ length: batch }, (_, i) =>
    text(words, i, 18 + Math.floor((160 * i) / (batch - 1))),
  )
  const measured = [
    { name: passagesCase(dtype), texts: passages, target: targets[dtype] },
    { name: queryCase(dtype), texts: [text(words, 99, 10)], target: undefined },
  ]
  for (const { name, texts, target } of measured) {
    if (!bench.wants(name)) continue
    await check(embedder, peer, texts, dtype)
    const ours: number[] = []
    const peers: number[] = []
    for (let round = 0; round < rounds; round++) {
      await bench.pause()
      bench.progress(`${name}, round ${round + 1} of ${rounds}`)
      const began = performance.now()
      await embedder.embed(texts)
      ours.push(performance.now() - began)
      const { seconds } = await peer.ask<{ seconds: number }>({
        call: 'embed',
        texts,
        batch: peerBatch,
      })
      peers.push(seconds * 1000)
    }
    bench.record({
      case: name,
      metric: 'time',
      unit: 'ms',
      better: 'lower',
      ours,
      peer: peers,
      peerName: `transformers, sorted, batches of ${peerBatch}`,
      threads,
      versions: { libtorch: info().libtorch, ...peer.versions },
      ...(target && { target }),
    })
  }
}

/** Words that are a token each. */
function text(words: readonly string[], seed: number, count: number): string {
  return Array.from(
    { length: count },
    (_, i) => words[(seed * 7919 + i * 104_729) % words.length],
  ).join(' ')
}

async function check(
  embedder: TextEmbedder,
  peer: LinePeer,
  texts: readonly string[],
  dtype: (typeof dtypes)[number],
): Promise<void> {
  const ours = await embedder.embed(texts)
  const { vectors } = await peer.ask<{ vectors: number[][] }>({
    call: 'embed',
    texts,
    batch: peerBatch,
    keep: true,
  })
  for (const [i, vector] of vectors.entries()) {
    const cosine = vector.reduce((sum, x, j) => sum + x * ours[i * vector.length + j]!, 0)
    if (!(cosine >= leastCosine[dtype]))
      throw new Error(`Text ${i} has vectors of cosine ${cosine} in ${dtype}.`)
  }
}
