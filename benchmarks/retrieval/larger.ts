// Ours alone at five million passages: what it takes to build and to open, how time grows from one
// million on, and what that means for the 21 million of wiki-18.

import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Bm25Index } from '@querl/retrieval'
import { median } from '../harness/spread.js'
import type { Bench, Measurement } from '../result.js'
import { type Built, buildApart } from './build-apart.js'
import { caseNames } from './cases.js'
import { openApart } from './open-apart.js'
import type { Passages, Source } from './passages.js'

const sizes = [1_000_000, 5_000_000] as const
const wiki18 = 21_015_324
const rounds = 7
const topK = 10
const threads = 2
const options = { analyzer: 'bm25s', k1: 0.9, b: 0.4, threads } as const

interface Measured extends Built {
  readonly passages: Passages
  /** Of a question on one thread, in seconds. */
  readonly latency: readonly number[]
  /** Of a question in a batch on two threads, in seconds. */
  readonly shared: readonly number[]
}

export async function measureLarger(
  bench: Bench,
  folder: string,
  passagesOf: (source: Source, documents: number) => Promise<Passages | undefined>,
): Promise<void> {
  const measured: Measured[] = []
  for (const documents of sizes) {
    const passages = await passagesOf('zipf', documents)
    if (!passages) return
    const path = join(folder, `larger ${documents}`)
    bench.progress(`${caseNames.larger}: the index of ${documents}`)
    const built = await buildApart(passages.jsonl, path, options, bench.signal)
    measured.push({ ...built, passages, ...(await latencyOf(bench, path, passages)) })
  }
  const [small, large] = measured as [Measured, Measured]
  const say = (
    metric: string,
    unit: string,
    ours: Measurement['ours'],
    more: Partial<Measurement> = {},
  ) =>
    bench.record({
      case: caseNames.larger,
      ...{ metric, unit, ours, better: 'lower', peer: null, peerName: null, threads: 1 },
      versions: {},
      ...more,
    })

  const { documents, textBytes } = large.passages
  say('build', 'documents/s', documents / large.seconds, { better: 'higher', threads })
  say('peak memory of the build', 'MB', large.peakBytes / 1e6, {
    threads,
    target: { of: 'ours', atMost: 1500 },
  })
  say('index on disk', '% of the text', (100 * large.bytes) / textBytes, {
    target: { of: 'ours', atMost: 40 },
  })
  say(
    'question, top 10',
    'ms',
    large.latency.map((seconds) => seconds * 1e3),
  )
  const growth = median(large.latency) / median(small.latency)
  say('time of a question, from 1M to 5M', 'times', growth, {
    target: { of: 'ours', atMost: large.passages.documents / small.passages.documents },
  })
  say('queries on two threads, beside one', 'times', ratios(large.latency, large.shared), {
    better: 'higher',
    threads,
  })
  const path = join(folder, `larger ${documents}`)
  const question = large.passages.questions[0]!
  const target = { of: 'ours', atMost: 100 } as const
  say('open and first answer, a new process', 'ms', await openApart(path, question), { target })
  const cold = await openApart(path, question, { isCold: true })
  say('the same, nothing in the page cache', 'ms', cold, { target })
  await rm(path, { recursive: true })

  bench.progress(`${caseNames.larger}: the index of ${documents}, passages kept`)
  const kept = await buildApart(
    large.passages.jsonl,
    path,
    { ...options, keepDocuments: true },
    bench.signal,
  )
  say('build, passages kept', 'documents/s', documents / kept.seconds, {
    better: 'higher',
    threads,
  })
  say('peak memory of the build, passages kept', 'MB', kept.peakBytes / 1e6, { threads })
  say('index and passages on disk', '% of the text', (100 * kept.bytes) / textBytes)
  extrapolate(small, large, growth, say)
}

/** One and two threads in turn. */
async function latencyOf(
  bench: Bench,
  path: string,
  passages: Passages,
): Promise<Pick<Measured, 'latency' | 'shared'>> {
  using index = await Bm25Index.open(path)
  const { questions, documents } = passages
  const secondsOn = async (threads: number) => {
    const begin = performance.now()
    await index.search(questions, { topK, threads })
    return (performance.now() - begin) / 1000 / questions.length
  }
  await secondsOn(1)
  const latency: number[] = []
  const shared: number[] = []
  for (let round = 0; round < rounds; round++) {
    await bench.pause()
    bench.progress(`${caseNames.larger}: ${documents}, round ${round + 1} of ${rounds}`)
    latency.push(await secondsOn(1))
    shared.push(await secondsOn(threads))
  }
  return { latency, shared }
}

function ratios(numerators: readonly number[], denominators: readonly number[]): number[] {
  return numerators.map((numerator, round) => numerator / denominators[round]!)
}

/** Straight lines through both sizes for what grows with the text; a power of the size for time. */
function extrapolate(
  small: Measured,
  large: Measured,
  growth: number,
  say: (metric: string, unit: string, ours: number, more?: Partial<Measurement>) => void,
): void {
  const line = (of: (measured: Measured) => number) => {
    const slope = (of(large) - of(small)) / (large.passages.documents - small.passages.documents)
    return of(large) + slope * (wiki18 - large.passages.documents)
  }
  const exponent = Math.log(growth) / Math.log(large.passages.documents / small.passages.documents)
  const times = (wiki18 / large.passages.documents) ** exponent
  const context = { isContext: true }
  say('disk at 21M, extrapolated', 'GB', line(({ bytes }) => bytes) / 1e9, context)
  say('build at 21M, extrapolated', 'minutes', line(({ seconds }) => seconds) / 60, {
    ...context,
    threads,
  })
  say('peak memory at 21M, extrapolated', 'GB', line(({ peakBytes }) => peakBytes) / 1e9, {
    ...context,
    threads,
  })
  say('question at 21M, extrapolated', 'ms', median(large.latency) * times * 1e3, context)
}
