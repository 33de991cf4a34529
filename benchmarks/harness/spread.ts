// What a repeated measurement says: its median, and how far its samples lie apart.

/** The samples of one figure, so that a later run can tell a change from noise. */
export interface Spread {
  /** Number of samples. */
  readonly n: number
  readonly min: number
  /** First and third quartile: half of the samples lie between them. */
  readonly q1: number
  readonly q3: number
  readonly max: number
}

/** @param values at least one */
export function median(values: readonly number[]): number {
  return quantile(sorted(values), 0.5)
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const ordered = sorted(values)
  return {
    n: ordered.length,
    min: ordered[0]!,
    q1: quantile(ordered, 0.25),
    q3: quantile(ordered, 0.75),
    max: ordered.at(-1)!,
  }
}

function sorted(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('Expected at least one sample, but got none.')
  return [...values].sort((a, b) => a - b)
}

/** Between two samples on a straight line (type 7, the default of R and NumPy). */
function quantile(ordered: readonly number[], share: number): number {
  const position = (ordered.length - 1) * share
  const below = ordered[Math.floor(position)]!
  const above = ordered[Math.ceil(position)]!
  return below + (above - below) * (position - Math.floor(position))
}
