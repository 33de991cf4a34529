// What a training step of the quickstart asks, beside bm25s: short passages in memory, short questions.

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RandomStream, randomStream } from '@querl/base'
import { Bm25Index } from '@querl/retrieval'
import { startIfInstalled } from '../line-peer.js'
import { startPython } from '../python-peer.js'
import type { Bench } from '../result.js'
import { checkThatScoresAgree } from './bm25.js'
import { caseNames } from './cases.js'

const documents = 6220
const vocabulary = 3000
const questions = 400
const topK = 3
const rounds = 15
const k1 = 0.9
const b = 0.4

export async function compareShort(bench: Bench, folder: string): Promise<void> {
  const script = fileURLToPath(new URL('peer/bm25s_peer.py', import.meta.url))
  const install = 'python3 -m pip install bm25s numba'
  using peer = await startIfInstalled(() => startPython(script, { install }), bench.note)
  const texts = makeTexts(documents, [6, 10], randomStream(1, 'documents'))
  const asked = makeTexts(questions, [2, 4], randomStream(1, 'queries'))
  const lines = join(folder, 'short.txt')
  await writeFile(lines, texts.join('\n'))
  using index = await Bm25Index.build(texts, { k1, b })
  await peer?.ask({ call: 'build', lines, analyzer: 'words', k1, b })
  const ask = async () => peer?.ask<Answer>({ call: 'search', questions: asked, topK })
  await index.search(asked, { topK, threads: 1 })
  await ask() // numba compiles at the first call

  const [ours, peers]: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${caseNames.short}, round ${round + 1} of ${rounds}`)
    const begin = performance.now()
    const hits = await index.search(asked, { topK, threads: 1 })
    ours.push(asked.length / ((performance.now() - begin) / 1000))
    const answer = await ask()
    if (!answer) continue
    peers.push(asked.length / answer.seconds)
    checkThatScoresAgree('bm25s', hits, answer.scores)
  }
  bench.record({
    case: caseNames.short,
    metric: `search, top ${topK}`,
    unit: 'queries/s',
    better: 'higher',
    ours,
    peer: peer ? peers : null,
    peerName: peer ? 'bm25s + numba' : null,
    threads: 1,
    versions: { ...peer?.versions },
  })
}

interface Answer {
  readonly seconds: number
  readonly scores: readonly (readonly number[])[]
}

/** The word of rank r comes about 1 / r as often as the first. */
function makeTexts(
  count: number,
  [least, most]: readonly [number, number],
  random: RandomStream,
): string[] {
  const word = () => `w${(Math.floor(vocabulary ** random.uniform()) - 1).toString(36)}`
  return Array.from({ length: count }, () =>
    Array.from({ length: least + random.integer(most - least + 1) }, word).join(' '),
  )
}
