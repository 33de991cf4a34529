// An axis on which equal factors are equal distances.

export interface LogAxis {
  readonly low: number
  readonly high: number
  /** Powers of ten within it, and 2 and 5 of each where it spans less than three of them. */
  readonly ticks: readonly number[]
  /** The place of a value in the picture, to a tenth of a pixel. */
  at(value: number): number
}

/**
 * @param values positive, at least one
 * @param from the place of the lowest value
 * @param to the place of the highest value
 */
export function logAxis(values: readonly number[], from: number, to: number): LogAxis {
  const lowest = Math.min(...values)
  const highest = Math.max(...values)
  if (!(lowest > 0 && Number.isFinite(highest)))
    throw new RangeError(`Expected positive, finite values, but got ${lowest} to ${highest}.`)
  const decades = Math.log10(highest / lowest)
  const steps = decades < 3 ? [1, 2, 5] : [1]
  // A little air at both ends; a single value stands in the middle.
  const air = decades === 0 ? 3 : 10 ** (decades * 0.06)
  const low = lowest / air
  const high = highest * air
  const scale = (to - from) / Math.log10(high / low)
  return {
    low,
    high,
    ticks: ticksBetween(low, high, steps),
    at: (value) => Math.round((from + Math.log10(value / low) * scale) * 10) / 10,
  }
}

function ticksBetween(low: number, high: number, steps: readonly number[]): number[] {
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power++)
    for (const step of steps) {
      const tick = Number(`${step}e${power}`)
      if (tick >= low && tick <= high) ticks.push(tick)
    }
  return ticks
}
