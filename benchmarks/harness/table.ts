// Rows as text.

import type { Row } from '../result.js'

/** Lines of cells under a heading, each column as wide as its widest cell. */
export function textTable(heading: readonly string[], lines: readonly (readonly string[])[]) {
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...lines.map((cells) => cells[column]!.length)),
  )
  const rule = widths.map((width) => '─'.repeat(width))
  return [heading, rule, ...lines]
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

/** Each figure beside the peer's. */
export function resultTable(rows: readonly Row[]): string {
  const hasTargets = rows.some(({ target }) => target !== null)
  return textTable(
    [
      ...['case', 'metric', 'threads', 'ours', 'peer', 'unit', 'ratio'],
      ...(hasTargets ? ['target'] : []),
      'against',
    ],
    rows.map((row) => [
      row.case,
      row.metric,
      String(row.threads),
      figureText(row.ours) + noiseText(row),
      row.peer === null ? '–' : figureText(row.peer),
      row.unit,
      row.ratio === null ? '–' : `${row.ratio.toFixed(2)}x`,
      ...(hasTargets ? [targetText(row)] : []),
      row.peerName ?? '–',
    ]),
  )
}

/** `≥ 1.5x ✓`; without a sign where the peer was missing. */
function targetText({ target, ratio, ours }: Row): string {
  if (target === null) return '–'
  const [figure, unit] = target.of === 'ratio' ? [ratio, 'x'] : [ours, '']
  const [bound, limit] =
    'atLeast' in target ? ['≥', target.atLeast] : (['≤', target.atMost] as const)
  const reached = (figure: number) => (bound === '≥' ? figure >= limit : figure <= limit)
  const sign = figure === null ? '' : reached(figure) ? ' ✓' : ' ✗'
  return `${bound} ${figureText(limit)}${unit}${sign}`
}

/** Half of the distance between the quartiles, where there are enough samples to tell. */
function noiseText({ ours, oursSpread }: Row): string {
  if (!oursSpread || oursSpread.n < 3 || ours === 0) return ''
  const share = (oursSpread.q3 - oursSpread.q1) / 2 / Math.abs(ours)
  return ` ±${(share * 100).toFixed(share < 0.01 ? 1 : 0)} %`
}

/** Four digits are what a benchmark on a shared machine can claim. */
export function figureText(value: number): string {
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)))
}
