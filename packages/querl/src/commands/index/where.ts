import { argumentError } from '@querl/base'
import type { StoredKeys } from '@querl/retrieval'

type Compare = (stored: unknown, wanted: string) => boolean

const comparisons: Readonly<Record<string, Compare>> = {
  '=': isEqual,
  '!=': (stored, wanted) => !isEqual(stored, wanted),
  '<': (stored, wanted) => order(stored, wanted) < 0,
  '<=': (stored, wanted) => order(stored, wanted) <= 0,
  '>': (stored, wanted) => order(stored, wanted) > 0,
  '>=': (stored, wanted) => order(stored, wanted) >= 0,
}

/**
 * A predicate on stored keys out of `year>=1975,lang=en`, of which all must hold. A list has a value
 * if it is in it; a key that is absent is equal to nothing.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT for what is no comparison
 */
export function whereOption(
  value: string | boolean | undefined,
): ((candidate: { readonly keys: StoredKeys }) => boolean) | undefined {
  if (value === undefined) return undefined
  const conditions = String(value)
    .split(',')
    .map((condition) => {
      const [, key, sign, wanted] = /^([^=!<>]+)(=|!=|<=|>=|<|>)(.*)$/.exec(condition.trim()) ?? []
      if (key === undefined || sign === undefined || wanted === undefined)
        throw argumentError('--where', 'comparisons of keys, as year>=1975,lang=en', value)
      return { key: key.trim(), holds: comparisons[sign]!, wanted: wanted.trim() }
    })
  return ({ keys }) => conditions.every(({ key, holds, wanted }) => holds(keys[key], wanted))
}

function isEqual(stored: unknown, wanted: string): boolean {
  if (Array.isArray(stored)) return stored.some((each) => isEqual(each, wanted))
  return stored !== undefined && order(stored, wanted) === 0
}

/** As numbers where both are, else as text; NaN where there is nothing to compare. */
function order(stored: unknown, wanted: string): number {
  if (typeof stored === 'number' && wanted !== '') return stored - Number(wanted)
  if (stored === null || stored === undefined || typeof stored === 'object') return Number.NaN
  const text = String(stored)
  return text === wanted ? 0 : text < wanted ? -1 : 1
}
