// One case at one number of threads: every side prepared, compared, then measured in turn.

import { QuerlError } from '@querl/base'
import type { LinePeer } from '../line-peer.js'
import type { Bench } from '../result.js'
import type { KernelCase } from './cases.js'
import { checkEqual } from './compare-results.js'
import { CopyRoofline, GemmRoofline, type Roofline } from './roofline.js'
import { ourSide, peerLabels, peerSide, type Side } from './side.js'

/** A round is made of as many calls as last this long, so that a clock's resolution does not count. */
const roundSeconds = 0.02
/** Rounds go on until this is spent, within their least and most number. */
const caseSeconds = { headline: 4, other: 1.5 }
const rounds = { least: 5, most: 41 }

export interface Samples {
  readonly label: string
  /** Of one call, a round each. */
  readonly seconds: number[]
  /** Empty where the system does not tell. */
  readonly peakBytes: number[]
}

export interface MeasuredCase {
  readonly ours: Samples
  readonly peers: readonly Samples[]
  /** Bytes or operations a second of what bounds the case, in the same rounds. */
  readonly rooflineRates: readonly number[]
}

export async function measureCase(
  bench: Bench,
  peer: LinePeer | undefined,
  each: KernelCase,
  threads: number,
): Promise<MeasuredCase> {
  const label = `${each.name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  const sides: Side[] = []
  using roofline = rooflineOf(each)
  try {
    const isWarm = each.bigRounds === undefined
    bench.progress(`${label}: ours`)
    sides.push(ourSide(each, threads, isWarm))
    for (const variant of peer ? each.variants : []) {
      await bench.pause()
      bench.progress(`${label}: preparing ${variant}`)
      const side = await installed(bench, label, () =>
        peerSide(peer!, each, variant, threads, isWarm),
      )
      if (side) sides.push(side)
    }
    if (isWarm) await compare(each, sides)
    const measured = await measureInTurn(bench, label, each, sides, roofline, threads)
    if (!isWarm) await compare(each, sides)
    return measured
  } finally {
    for (const side of sides) await side.release()
  }
}

/** A variant that the peer cannot run, such as a compiler without g++, leaves the others measured. */
async function installed(
  bench: Bench,
  label: string,
  prepare: () => Promise<Side>,
): Promise<Side | undefined> {
  try {
    return await prepare()
  } catch (error) {
    if (!(error instanceof QuerlError)) throw error
    bench.note(`  ${label}: ${error.message}`)
    return undefined
  }
}

async function compare(each: KernelCase, [ours, ...peers]: readonly Side[]): Promise<void> {
  const results = await ours!.results()
  for (const peer of peers) {
    if (each.kernel === 'sample') {
      const { logprobs, above } = await peer.results({ ids: results['ids']! })
      checkEqual(results, { logprobs: logprobs! }, each.tolerance, peer.label)
      checkNucleus(above!, peer.label)
    } else checkEqual(results, await peer.results(), toleranceOf(each, peer), peer.label)
  }
}

function toleranceOf({ tolerance, eagerTolerance = tolerance }: KernelCase, { label }: Side) {
  return label === peerLabels.eager ? eagerTolerance : tolerance
}

/** What is more likely than the drawn token holds less than top-p: it is in the nucleus. */
function checkNucleus(above: readonly number[], peer: string): void {
  const outside = above.findIndex((share) => !(share < 0.95 + 1e-5))
  if (outside >= 0)
    throw new Error(
      `The token drawn of row ${outside} is outside of the nucleus by ${peer}: ${above[outside]} lies above it.`,
    )
}

function rooflineOf({ bound, workingSet = 0, sizes }: KernelCase): Roofline {
  if (bound === 'copy') return new CopyRoofline(workingSet)
  return new GemmRoofline(sizes['dtype'] === 'bfloat16' ? 'bfloat16' : 'float32')
}

async function measureInTurn(
  bench: Bench,
  label: string,
  { bigRounds, isHeadline = false }: KernelCase,
  sides: readonly Side[],
  roofline: Roofline,
  threads: number,
): Promise<MeasuredCase> {
  const samples = sides.map((side): Samples => {
    return { label: side.label, seconds: [], peakBytes: [] }
  })
  const repeats = sides.map(() => 1)
  if (bigRounds === undefined)
    for (const [i, side] of sides.entries()) {
      // One call at a time for memory; these also tell how long a call takes.
      const calls = [await side.round(1, true), await side.round(1, true)]
      for (const { peakBytes } of calls)
        if (peakBytes !== null) samples[i]!.peakBytes.push(peakBytes)
      repeats[i] = callsFor(Math.min(...calls.map(({ seconds }) => seconds)))
    }
  const rooflineRates: number[] = []
  const spend = isHeadline ? caseSeconds.headline : caseSeconds.other
  const end = performance.now() + spend * 1000
  const goesOn = (round: number) =>
    bigRounds !== undefined
      ? round < bigRounds
      : round < rounds.least || (round < rounds.most && performance.now() < end)
  for (let round = 0; goesOn(round); round++) {
    bench.progress(
      `${label}: measuring${bigRounds === undefined ? '' : `, round ${round + 1} of ${bigRounds}`}`,
    )
    rooflineRates.push(roofline.rate(threads))
    for (let turn = 0; turn < sides.length; turn++) {
      await bench.pause()
      const i = (turn + round) % sides.length // nobody is always the first
      const { seconds, peakBytes } = await sides[i]!.round(repeats[i]!, bigRounds !== undefined)
      samples[i]!.seconds.push(seconds)
      if (peakBytes !== null) samples[i]!.peakBytes.push(peakBytes)
    }
  }
  const [ours, ...peers] = samples
  return { ours: ours!, peers, rooflineRates }
}

function callsFor(seconds: number): number {
  return Math.min(10_000, Math.max(1, Math.ceil(roundSeconds / Math.max(seconds, 1e-7))))
}
