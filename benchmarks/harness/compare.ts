// Two runs side by side: what became slower, and whether that is more than noise.

import type { Row } from '../result.js'

/** A change smaller than this is never called one: a machine drifts by as much between two runs. */
const leastChange = 0.03
/** What a figure without samples is taken to vary by. */
const assumedNoise = 0.1

export type Verdict =
  | 'regression'
  | 'improvement'
  | 'same'
  | 'indicative'
  | 'context'
  | 'new'
  | 'gone'

export interface Comparison {
  readonly row: Row
  /** Null where the old run lacks it. */
  readonly before: Row | null
  /** How much worse ours is, as a share: 0.1 for a tenth slower, negative for better. */
  readonly worse: number | null
  /** The same with the machine's own drift taken out, as the peers show it; null without a peer. */
  readonly worseThanPeer: number | null
  /** What `worse` must exceed, either way, to count. */
  readonly noise: number | null
  readonly verdict: Verdict
  /** What differs between the two runs but for the sources: device, versions. */
  readonly differences: readonly string[]
}

/**
 * Compares the rows of a run with those of an older one, matched by suite, case, metric, threads and
 * device. Several old rows of one key: the latest counts.
 *
 * Ours must be worse by more than the noise, and where both runs measured the same peer, worse
 * against it as well: a machine that is slow today is slow for both. On another device a change is
 * `indicative` and never a regression, and what tells about the machine alone is `context`.
 */
export function compareRows(after: readonly Row[], before: readonly Row[]): Comparison[] {
  const old = groups(before)
  const fresh = groups(after)
  const suites = new Set(after.map((row) => row.suite))
  const compared = [...fresh.values()].map((rows) => compareFigure(rows, find(old, rows[0]!)))
  const gone = [...old.values()]
    .filter(([row]) => suites.has(row!.suite) && !find(fresh, row!))
    .map((rows) => absent(rows[0]!))
  return [...compared, ...gone]
}

/** The rows of one figure: one for each of its peers, each the latest. */
type Figure = readonly Row[]

const anyDevice = ({ suite, case: name, metric, threads }: Row) =>
  JSON.stringify([suite, name, metric, threads])
const withDevice = (row: Row) => `${anyDevice(row)} ${row.device}`

function groups(rows: readonly Row[]): Map<string, Figure> {
  const found = new Map<string, Figure>()
  for (const row of [...rows].sort((a, b) => a.date.localeCompare(b.date))) {
    const key = withDevice(row)
    const others = (found.get(key) ?? []).filter(
      (each) => each.peerName !== row.peerName && sameRun(each, row),
    )
    found.set(key, [...others, row])
  }
  return found
}

/** The rows of one figure are written one right after the other. */
function sameRun(a: Row, b: Row): boolean {
  return a.ours === b.ours && a.commit === b.commit
}

function find(figures: Map<string, Figure>, row: Row): Figure | undefined {
  const exact = figures.get(withDevice(row))
  if (exact) return exact
  const elsewhere = [...figures.values()].filter(([first]) => anyDevice(first!) === anyDevice(row))
  return elsewhere.at(-1)
}

function compareFigure(rows: Figure, before: Figure | undefined): Comparison {
  const row = rows[0]!
  if (!before) return { ...absent(row), before: null, verdict: 'new' }
  const earlier = before[0]!
  const resolution = Math.max(row.resolution, earlier.resolution)
  const worse = worsening(
    row.better,
    Math.max(earlier.ours, resolution),
    Math.max(row.ours, resolution),
  )
  const noise = Math.max(leastChange, Math.hypot(noiseOf(row), noiseOf(earlier)))
  const againstPeers = rows.flatMap((now) => {
    const then = before.find(({ peerName }) => peerName !== null && peerName === now.peerName)
    if (!then?.ratio || !now.ratio) return []
    return [worsening('higher', then.ratio, now.ratio)]
  })
  // The peer that shows the least change speaks for the machine.
  const worseThanPeer =
    againstPeers.length === 0
      ? null
      : againstPeers.reduce((a, b) => (Math.abs(a) <= Math.abs(b) ? a : b))
  const differences = differencesOf(earlier, row)
  return {
    ...{ row, before: earlier, worse, worseThanPeer, noise, differences },
    verdict: row.isContext
      ? 'context'
      : verdictOf(worse, worseThanPeer, noise, row.device === earlier.device),
  }
}

function verdictOf(
  worse: number,
  worseThanPeer: number | null,
  noise: number,
  sameDevice: boolean,
): Verdict {
  const changed = (share: number) => (share > noise ? 1 : share < -noise ? -1 : 0)
  const change = changed(worse)
  if (change === 0) return 'same'
  if (worseThanPeer !== null && changed(worseThanPeer) !== change) return 'same'
  if (!sameDevice) return 'indicative'
  return change > 0 ? 'regression' : 'improvement'
}

/** As a share of the better of the two, so that twice as slow and half as fast count alike. */
function worsening(better: Row['better'], before: number, after: number): number {
  if (before === after) return 0
  const rise = better === 'lower' ? after / before : before / after
  if (!Number.isFinite(rise) || rise <= 0) return before === 0 && better === 'lower' ? 1 : 0
  return rise >= 1 ? rise - 1 : 1 - 1 / rise
}

/** The distance between the quartiles, as a share of the median. */
function noiseOf({ ours, oursSpread }: Row): number {
  if (!oursSpread || ours === 0) return assumedNoise
  return (oursSpread.q3 - oursSpread.q1) / Math.abs(ours)
}

function differencesOf(before: Row, after: Row): string[] {
  const names = [...new Set([...Object.keys(before.versions), ...Object.keys(after.versions)])]
  return [
    ...(before.device === after.device ? [] : [`device: ${before.device} → ${after.device}`]),
    ...names
      .filter((name) => before.versions[name] !== after.versions[name])
      .map((name) => `${name}: ${before.versions[name] ?? '–'} → ${after.versions[name] ?? '–'}`),
  ]
}

function absent(row: Row): Comparison {
  const nothing = { worse: null, worseThanPeer: null, noise: null, differences: [] }
  return { ...nothing, row, before: row, verdict: 'gone' }
}
