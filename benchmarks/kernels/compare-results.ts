// A comparison of speed counts only where the results are the same.

import type { Results } from './side.js'

/**
 * @param tolerance the largest difference, as a share of the largest value of that result
 * @throws Error that names the first result that differs, and where
 */
export function checkEqual(ours: Results, theirs: Results, tolerance: number, peer: string): void {
  const names = Object.keys(theirs)
  if (names.length === 0) throw new Error(`${peer} has computed nothing to compare with.`)
  for (const name of names) {
    const mine = ours[name]
    if (!mine) throw new Error(`${peer} has ${name}, which ours has not.`)
    checkValues(name, mine, theirs[name]!, tolerance, peer)
  }
}

function checkValues(
  name: string,
  ours: readonly number[],
  theirs: readonly number[],
  tolerance: number,
  peer: string,
): void {
  if (ours.length !== theirs.length)
    throw new Error(`${name}: ours has ${ours.length} values, ${peer} ${theirs.length}.`)
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const allowed = tolerance * Math.max(largest, Number.MIN_VALUE)
  theirs.forEach((value, index) => {
    // Written so that NaN fails too.
    if (!(Math.abs(ours[index]! - value) <= allowed))
      throw new Error(
        `${name}[${index}]: ours is ${ours[index]}, ${peer} has ${value}; ` +
          `the largest is ${largest}, a difference of ${allowed} would pass.`,
      )
  })
}
