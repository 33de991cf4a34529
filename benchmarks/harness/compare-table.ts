// A comparison of two runs as text.

import type { Comparison, Verdict } from './compare.js'
import { figureText, textTable } from './table.js'

const signs: Record<Verdict, string> = {
  regression: '✗ regression',
  improvement: '✓ better',
  same: '· within noise',
  indicative: '? other device',
  context: '· the machine',
  new: '+ new',
  gone: '– not measured',
}

/** One line for each figure, then what differed between the runs and how many became worse. */
export function comparisonTable(comparisons: readonly Comparison[]): string {
  const lines = comparisons.map(
    ({ row, before, worse, worseThanPeer, noise, verdict, differences }) => [
      row.case,
      row.metric,
      String(row.threads),
      before === null ? '–' : figureText(before.ours),
      verdict === 'gone' ? '–' : figureText(row.ours),
      row.unit,
      worse === null ? '–' : changeText(worse),
      worseThanPeer === null ? '–' : changeText(worseThanPeer),
      noise === null ? '–' : `±${percent(noise)}`,
      signs[verdict] + (differences.length > 0 ? ' *' : ''),
    ],
  )
  const heading = ['case', 'metric', 'threads', 'before', 'after', 'unit']
  const table = textTable([...heading, 'change', 'to the peer', 'noise', ''], lines)
  return [table, ...remarks(comparisons)].join('\n')
}

function remarks(comparisons: readonly Comparison[]): string[] {
  const differences = [...new Set(comparisons.flatMap((each) => each.differences))]
  const regressions = comparisons.filter(({ verdict }) => verdict === 'regression').length
  return [
    '',
    ...(differences.length > 0
      ? [`* The runs differ, so that the comparison is indicative: ${differences.join('; ')}.`]
      : []),
    regressions === 0
      ? 'No regression beyond the noise.'
      : `${regressions} ${regressions === 1 ? 'figure is' : 'figures are'} worse than before beyond the noise.`,
  ]
}

/** A positive share is worse. */
function changeText(worse: number): string {
  if (Math.abs(worse) < 0.0005) return 'same'
  return `${percent(Math.abs(worse))} ${worse > 0 ? 'worse' : 'better'}`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`
}
