// A picture of figures over a size, log-log, as an SVG file that stands alone: no script, no fonts.

import { type Html, html } from '../../packages/studio/src/html.js'
import { type LogAxis, logAxis } from './log-axis.js'

export interface Plot {
  readonly title: string
  /** What it was measured on, and when. */
  readonly subtitle: string
  /** Side by side, each with the same lines. */
  readonly panels: readonly Panel[]
}

export interface Panel {
  /** With its unit: `time, ms`. */
  readonly title: string
  readonly xTitle: string
  readonly lines: readonly Line[]
  /** How a value on each axis is written. Default: with SI prefixes. */
  readonly format?: {
    readonly x?: (value: number) => string
    readonly y?: (value: number) => string
  }
}

export interface Line {
  readonly label: string
  /** Values that are not positive have no place on a log axis and are left out. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

const panelWidth = 440
const panelHeight = 320
const header = 66
const plot = { left: 62, right: 18, top: 30, bottom: 46 }
/** Distinct in print and for the colour-blind; ours is the first. */
const colours = ['#2f5fd0', '#d9772b', '#2f9470', '#8b5fbf', '#7a746b']
const markers = ['circle', 'square', 'diamond', 'triangle', 'circle'] as const

/** @returns the text of an `.svg` file */
export function svgPlot({ title, subtitle, panels }: Plot): string {
  const width = panelWidth * panels.length
  const height = header + panelHeight
  const labels = [...new Set(panels.flatMap(({ lines }) => lines.map(({ label }) => label)))]
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif" font-size="12" fill="#1c1b19">
<title>${title}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="16" y="24" font-size="16" font-weight="600">${title}</text>
<text x="16" y="41" font-size="11" fill="#6f6a62">${subtitle}</text>
${legend(labels)}
${panels.map(
  (panel, index) =>
    html`<g transform="translate(${index * panelWidth} ${header})">${drawPanel(panel, labels)}</g>
`,
)}</svg>
`.text
}

function legend(labels: readonly string[]): Html[] {
  let x = 16
  return labels.map((label, index) => {
    const entry = html`<g transform="translate(${x} 57)"><line x1="0" x2="22" y1="0" y2="0" stroke="${colour(index)}" stroke-width="2"/>${marker(index, 11, 0)}<text x="28" y="4">${label}</text></g>
`
    x += 50 + label.length * 6.6
    return entry
  })
}

function drawPanel({ title, xTitle, lines, format }: Panel, labels: readonly string[]): Html {
  const drawn = lines
    .map((line) => ({ ...line, points: line.points.filter(({ x, y }) => x > 0 && y > 0) }))
    .filter(({ points }) => points.length > 0)
  const heading = html`<text x="${plot.left}" y="16" font-weight="600">${title}</text>`
  if (drawn.length === 0)
    return html`${heading}<text x="${plot.left}" y="60" fill="#6f6a62">nothing to measure</text>`
  const points = drawn.flatMap((line) => line.points)
  const [left, right] = [plot.left, panelWidth - plot.right]
  const [top, bottom] = [plot.top, panelHeight - plot.bottom]
  const x = logAxis(
    points.map((point) => point.x),
    left,
    right,
  )
  const y = logAxis(
    points.map((point) => point.y),
    bottom,
    top,
  )
  return html`${heading}
${y.ticks.map(
  (
    tick,
  ) => html`<line x1="${left}" x2="${right}" y1="${y.at(tick)}" y2="${y.at(tick)}" stroke="#e6e1d8"/>
<text x="${left - 6}" y="${y.at(tick) + 4}" text-anchor="end" fill="#6f6a62">${(format?.y ?? siText)(tick)}</text>
`,
)}${x.ticks.map(
  (
    tick,
  ) => html`<line x1="${x.at(tick)}" x2="${x.at(tick)}" y1="${top}" y2="${bottom}" stroke="#f1ede6"/>
<text x="${x.at(tick)}" y="${bottom + 16}" text-anchor="middle" fill="#6f6a62">${(format?.x ?? siText)(tick)}</text>
`,
)}<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="none" stroke="#b9b2a6"/>
<text x="${(left + right) / 2}" y="${bottom + 34}" text-anchor="middle" fill="#6f6a62">${xTitle}</text>
${drawn
  .toReversed() // where lines meet, ours lies on top
  .map((line) => drawLine(line, labels.indexOf(line.label), x, y))}`
}

function drawLine({ points }: Line, index: number, x: LogAxis, y: LogAxis): Html {
  const places = [...points]
    .sort((a, b) => a.x - b.x)
    .map((point) => [x.at(point.x), y.at(point.y)] as const)
  const path = places.map(([px, py], i) => `${i === 0 ? 'M' : 'L'}${px} ${py}`).join('')
  return html`<path d="${path}" fill="none" stroke="${colour(index)}" stroke-width="2" stroke-linejoin="round"/>
${places.map(([px, py]) => marker(index, px, py))}
`
}

function marker(index: number, x: number, y: number): Html {
  const fill = colour(index)
  switch (markers[index % markers.length]!) {
    case 'circle':
      return html`<circle cx="${x}" cy="${y}" r="3.5" fill="${fill}"/>`
    case 'square':
      return html`<rect x="${x - 3.2}" y="${y - 3.2}" width="6.4" height="6.4" fill="${fill}"/>`
    case 'diamond':
      return html`<path d="M${x} ${y - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5z" fill="${fill}"/>`
    case 'triangle':
      return html`<path d="M${x} ${y - 4.5}l4.3 7.4h-8.6z" fill="${fill}"/>`
  }
}

function colour(index: number): string {
  return colours[index % colours.length]!
}

/** `1500000` → `1.5M` */
export function siText(value: number): string {
  const prefixes = [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
    [1, ''],
  ] as const
  const [size, letter] = prefixes.find(([least]) => value >= least) ?? [1, '']
  return `${Number((value / size).toPrecision(3))}${letter}`
}
