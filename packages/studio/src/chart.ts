import { type Html, html } from './html.js'

/** A point of a curve; x is a step. */
export interface Point {
  readonly x: number
  readonly y: number
}

export interface Curve {
  readonly label: string
  readonly points: readonly Point[]
  /** Number of the colour in the style sheet, from 0. */
  readonly colour: number
  /** `dots` for measurements with long gaps, such as looks at the dev split. Default `line`. */
  readonly look?: 'line' | 'dots'
}

export interface ChartOptions {
  readonly title: string
  /** Shown on the title: what is measured, and in which unit. */
  readonly definition: string
  readonly curves: readonly Curve[]
  /** The y axis begins here, where the data allow. Default: the lowest value. */
  readonly floor?: number
  readonly ceiling?: number
}

const width = 420
const height = 200
const left = 44
const right = 10
const top = 10
const bottom = 24
// Curves shorter than this are drawn as they are; smoothing them would invent a trend.
const smoothedFrom = 12

/** One panel with its curves, drawn without a script; the script only adds the reading at a step. */
export function chart({
  title,
  definition,
  curves,
  floor,
  ceiling,
}: ChartOptions): Html | undefined {
  const drawn = curves
    .map((curve) => ({ ...curve, points: curve.points.filter(isFinitePoint) }))
    .filter(({ points }) => points.length > 0)
  if (drawn.length === 0) return undefined
  const all = drawn.flatMap(({ points }) => points)
  const x = scale(extent(all.map((point) => point.x)), left, width - right)
  const y = scale(
    niceExtent(
      all.map((point) => point.y),
      floor,
      ceiling,
    ),
    height - bottom,
    top,
  )
  const yTicks = ticks(y.low, y.high, 4)
  const xTicks = ticks(x.low, x.high, 5).filter(Number.isInteger)
  const data = drawn.map(({ label, colour, points }) => ({
    label,
    colour,
    points: points.map((point) => [point.x, Number(point.y.toPrecision(5))]),
  }))
  return html`<figure class="chart" data-chart="${JSON.stringify({ x: [x.low, x.high], left, right, width, curves: data })}">
<figcaption><span class="what" tabindex="0" title="${definition}">${title}</span>${
    drawn.length > 1 &&
    html`<span class="legend">${drawn.map(({ label, colour }) => html`<span><i class="c${colour}"></i>${label}</span>`)}</span>`
  }</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}: ${definition}">
${yTicks.map(
  (
    tick,
  ) => html`<line class="grid" x1="${left}" x2="${width - right}" y1="${y.at(tick)}" y2="${y.at(tick)}"/>
<text class="tick" x="${left - 6}" y="${y.at(tick) + 3.5}" text-anchor="end">${tickLabel(tick)}</text>`,
)}
${xTicks.map((tick) => html`<text class="tick" x="${x.at(tick)}" y="${height - 7}" text-anchor="middle">${tick}</text>`)}
${drawn.map((curve) => marks(curve, x, y))}
<line class="cursor" y1="${top}" y2="${height - bottom}" x1="-9" x2="-9"/>
</svg><p class="reading">${definition}</p></figure>`
}

function marks({ points, colour, look }: Curve, x: Scale, y: Scale): Html {
  const path = (shown: readonly Point[]) =>
    shown.map((point, i) => `${i ? 'L' : 'M'}${x.at(point.x)} ${y.at(point.y)}`).join('')
  if (look === 'dots' || points.length === 1)
    return html`<path class="line c${colour}" d="${path(points)}"/>${points.map(
      (point) =>
        html`<circle class="dot c${colour}" cx="${x.at(point.x)}" cy="${y.at(point.y)}" r="3"/>`,
    )}`
  if (points.length < smoothedFrom) return html`<path class="line c${colour}" d="${path(points)}"/>`
  return html`<path class="raw c${colour}" d="${path(points)}"/><path class="line c${colour}" d="${path(smooth(points))}"/>`
}

/** A moving average over about a tenth of the curve, centred, so that it is not late. */
export function smooth(points: readonly Point[]): Point[] {
  const reach = Math.max(1, Math.round(points.length / 20))
  return points.map(({ x }, i) => {
    // The window shrinks at both ends alike, so that the first and the last point stay put.
    const half = Math.min(reach, i, points.length - 1 - i)
    const near = points.slice(i - half, i + half + 1)
    return { x, y: near.reduce((sum, point) => sum + point.y, 0) / near.length }
  })
}

interface Scale {
  readonly low: number
  readonly high: number
  at(value: number): number
}

function scale([low, high]: readonly [number, number], from: number, to: number): Scale {
  const span = high - low || 1
  return { low, high, at: (value) => round(from + ((value - low) / span) * (to - from)) }
}

function extent(values: readonly number[]): [number, number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
}

function niceExtent(values: readonly number[], floor?: number, ceiling?: number): [number, number] {
  const [low, high] = extent(values)
  const from = Math.min(floor ?? low, low)
  const to = Math.max(ceiling ?? high, high)
  if (from === to) return [from - Math.abs(from || 1) * 0.5, to + Math.abs(to || 1) * 0.5]
  const step = niceStep(to - from, 4)
  return [Math.floor(from / step + 1e-9) * step, Math.ceil(to / step - 1e-9) * step]
}

/** Round numbers between two values, about `wanted` of them. */
export function ticks(low: number, high: number, wanted: number): number[] {
  const step = niceStep(high - low || 1, wanted)
  const found: number[] = []
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    found.push(Number((i * step).toPrecision(12)))
  }
  return found
}

function niceStep(span: number, wanted: number): number {
  const rough = span / wanted
  const size = 10 ** Math.floor(Math.log10(rough))
  const lead = rough / size
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * size
}

function tickLabel(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential(0)
  return String(Number(value.toPrecision(6)))
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function isFinitePoint(point: Point): boolean {
  return Number.isFinite(point.x) && Number.isFinite(point.y)
}
