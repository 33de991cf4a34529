// From rows that lie on a curve to plots: one for each series, with a panel for each metric.

import type { Row } from '../result.js'
import { type Line, type Panel, type Plot, siText } from './plot.js'

/**
 * The rows of a series are drawn at the largest number of threads that it was measured with. One size
 * is no curve.
 */
export function seriesPlots(
  rows: readonly Row[],
): { readonly name: string; readonly plot: Plot }[] {
  const names = [...new Set(rows.flatMap(({ series }) => series?.name ?? []))]
  return names.flatMap((name) => {
    const all = rows.filter(({ series }) => series?.name === name)
    const threads = Math.max(...all.map((row) => row.threads))
    const chosen = all.filter((row) => row.threads === threads)
    const sizes = new Set(chosen.map(({ series }) => series!.size))
    return sizes.size < 2 ? [] : [{ name, plot: plotOf(name, threads, chosen) }]
  })
}

function plotOf(name: string, threads: number, rows: readonly Row[]): Plot {
  const { device, date, commit, versions } = rows.at(-1)!
  const counted = `${threads} ${threads === 1 ? 'thread' : 'threads'}`
  const torch = versions['torch'] ?? versions['libtorch']
  return {
    title: `${name}, ${counted}`,
    subtitle: [device, ...(torch ? [`torch ${torch}`] : []), commit, date.slice(0, 10)].join(' · '),
    panels: [...new Set(rows.map(({ metric }) => metric))].map((metric) =>
      panelOf(rows.filter((row) => row.metric === metric)),
    ),
  }
}

function panelOf(rows: readonly Row[]): Panel {
  const { metric, unit, series } = rows[0]!
  const lines = new Map<string, Map<number, number>>()
  const add = (label: string, x: number, y: number) => {
    const points = lines.get(label) ?? new Map<number, number>()
    lines.set(label, points.set(x, y)) // a later row of the same size stands in for an earlier one
  }
  for (const row of rows) {
    add('querl', row.series!.size, row.ours)
    if (row.peer !== null) add(row.peerName ?? 'peer', row.series!.size, row.peer)
  }
  return {
    title: `${metric}, ${unit}`,
    xTitle: series!.axis,
    lines: [...lines].map(([label, points]): Line => {
      return { label, points: [...points].map(([x, y]) => ({ x, y })) }
    }),
    format: { x: siText, y: plain },
  }
}

function plain(value: number): string {
  return String(Number(value.toPrecision(3)))
}
