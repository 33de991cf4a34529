import { type Html, html } from './html.js'
import type { ComparisonRow, RunData, Score } from './run-data.js'

/** Exact match of every policy that was measured, as bars with intervals, and in figures. */
export function comparison({ summary, comparison: published }: RunData): Html | undefined {
  const scores = summary?.em ?? {}
  const rows: ComparisonRow[] =
    published?.rows.slice() ?? Object.keys(scores).map((policy) => ({ policy, label: policy }))
  const known = rows.filter(({ policy }) => scores[policy])
  if (known.length === 0) return undefined
  const paper = known.some((row) => row.published)
  return html`<section><h2>Held-out exact match</h2>
<p class="lead">Questions about entities whose names occur in no stage of the training, answered greedily. Whiskers are 95 % intervals (Wilson).</p>
<table class="scores"><thead><tr><th>policy</th><th class="wide"></th><th>EM</th><th>95 %</th><th>one hop</th><th>two hops</th><th>searches</th><th>n</th>${paper && html`<th class="paper">Search-R1</th>`}</tr></thead>
<tbody>${known.map((row) => scoreRow(row, scores[row.policy]!, paper))}</tbody></table>
${paper && published && html`<p class="source">${published.source}</p>`}</section>`
}

function scoreRow({ label, policy, published }: ComparisonRow, score: Score, paper: boolean): Html {
  return html`<tr class="policy-${policy.replace(/\W/g, '')}"><th>${label}</th><td class="wide">${bar(score)}</td>
<td class="figure">${figure(score.mean)}</td><td>${figure(score.low)}–${figure(score.high)}</td>
<td>${figure(score.oneHop)}</td><td>${figure(score.twoHop)}</td><td>${searches(score.searches)}</td><td>${score.n}</td>
${paper && html`<td class="paper">${published && html`<b>${figure(published.em)}</b> <span>${published.label}</span>`}</td>`}</tr>`
}

function bar({ mean, low, high }: Score): Html {
  const x = (value: number) => Math.round(value * 2000) / 10
  return html`<svg viewBox="-3 0 206 16" class="bar" aria-hidden="true"><rect class="track" width="200" height="10" y="3" rx="2"/>
<rect class="value" width="${x(mean)}" height="10" y="3" rx="2"/><path class="whisker" d="M${x(low)} 8H${x(high)}M${x(low)} 4.5V11.5M${x(high)} 4.5V11.5"/></svg>`
}

/** By hops where they are told apart, else of all. */
function searches(value: Score['searches']): string {
  if (value === undefined) return '–'
  if (typeof value === 'number') return value.toFixed(2)
  const { oneHop, twoHop } = value
  const parts =
    oneHop !== undefined && twoHop !== undefined ? [oneHop, twoHop] : [value['all'] ?? 0]
  return parts.map((each) => each.toFixed(1)).join(' / ')
}

/** `.994`, and `–` for what was not measured. */
export function figure(value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(3).replace(/^0\./, '.')
}
