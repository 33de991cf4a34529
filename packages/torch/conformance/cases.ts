import { native } from '../src/loaded.js'
import { overloadsOf } from '../src/operator-call.js'
import type { Case } from './argument.js'
import { draw } from './draw.js'
import type { Row } from './report.js'

/** All overloads of ATen that `isWanted` picks by their full name: what is known of each, and its calls. */
export function allCases(isWanted: (fullName: string) => boolean): {
  rows: Row[]
  cases: { row: Row; given: Case }[]
} {
  const rows: Row[] = []
  const cases: { row: Row; given: Case }[] = []
  for (const name of native().operatorNames()) {
    if (!name.startsWith('aten::')) continue
    for (const { schema } of overloadsOf(name)) {
      const row: Row = { name: name.slice('aten::'.length), overload: schema.overload }
      if (!isWanted(row.overload ? `${row.name}.${row.overload}` : row.name)) continue
      rows.push(row)
      const attempts = draw(schema)
      if (typeof attempts === 'string') {
        row.notDrawn = attempts
        continue
      }
      const args = schema.arguments
      const names = args.map((argument) => argument.name)
      const keywordOnly = args.map((argument) => argument.keywordOnly)
      cases.push({ row, given: { name, overload: schema.overload, names, keywordOnly, attempts } })
    }
  }
  return { rows, cases }
}
