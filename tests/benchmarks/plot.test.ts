import { describe, expect, test } from 'vitest'
import { logAxis } from '../../benchmarks/harness/log-axis.js'
import { siText, svgPlot } from '../../benchmarks/harness/plot.js'
import { seriesPlots } from '../../benchmarks/harness/series-plots.js'
import { rowWith } from './rows.js'

describe('a log axis', () => {
  test('puts equal factors at equal distances', () => {
    const axis = logAxis([1, 1000], 0, 300)
    expect(axis.at(10) - axis.at(1)).toBeCloseTo(axis.at(1000) - axis.at(100), 0)
  })

  test('has its values inside, and ticks that are round', () => {
    const axis = logAxis([3, 70], 0, 300)
    expect(axis.at(3)).toBeGreaterThan(0)
    expect(axis.at(70)).toBeLessThan(300)
    expect(axis.ticks).toEqual([5, 10, 20, 50])
  })

  test('of a single value has it in the middle', () => {
    expect(logAxis([8], 0, 300).at(8)).toBeCloseTo(150)
  })

  test('takes only what has a logarithm', () => {
    expect(() => logAxis([0, 1], 0, 300)).toThrow('Expected positive, finite values')
    expect(() => logAxis([1, Number.NaN], 0, 300)).toThrow('Expected positive, finite values')
  })
})

describe('a plot', () => {
  const svg = svgPlot({
    title: 'a <kernel> & more',
    subtitle: '',
    panels: [
      {
        title: 'time, ms',
        xTitle: 'tokens',
        lines: [
          { label: 'querl', points: [1, 10, 100].map((x) => ({ x, y: x / 10 })) },
          { label: 'eager', points: [{ x: 1, y: 0 }, ...[10, 100].map((x) => ({ x, y: x }))] },
        ],
      },
    ],
  })

  test('stands alone as a file, with its text escaped', () => {
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true)
    expect(svg).toContain('a &lt;kernel&gt; &amp; more')
    expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|href/)
  })

  test('draws a line for each, and leaves out what has no place on it', () => {
    const paths = [...svg.matchAll(/<path d="(M[^"]*)" fill="none"/g)].map((match) => match[1]!)
    expect(paths.map((path) => path.split('L').length)).toEqual([2, 3])
  })

  test('draws higher values higher up', () => {
    const [line] = [...svg.matchAll(/<path d="M([\d.]+) ([\d.]+)L[^"]*L([\d.]+) ([\d.]+)"/g)]
    const [x0, y0, x1, y1] = line!.slice(1).map(Number) as [number, number, number, number]
    expect(x1).toBeGreaterThan(x0)
    expect(y1).toBeLessThan(y0)
  })

  test('without a figure says so', () => {
    const panels = [{ title: 'memory, MB', xTitle: 'tokens', lines: [] }]
    expect(svgPlot({ title: '', subtitle: '', panels })).toContain('nothing to measure')
  })
})

test('a series becomes one plot, with a panel for each metric and a line for each peer', () => {
  const at = (size: number, threads: number, peerName: string) =>
    ['time', 'memory'].map((metric) =>
      rowWith({
        ...{ metric, threads, peerName, ours: size, peer: size * 2 },
        series: { name: 'gae', axis: 'tokens', size },
      }),
    )
  const rows = [1, 10].flatMap((size) => [...at(size, 1, 'eager'), ...at(size, 2, 'eager')])
  const [only, ...more] = seriesPlots([...rows, ...at(10, 2, 'compile'), rowWith({})])
  expect(more).toEqual([])
  expect(only!.name).toBe('gae')
  expect(only!.plot.title).toBe('gae, 2 threads')
  expect(only!.plot.panels.map(({ title }) => title)).toEqual(['time, ms', 'memory, ms'])
  expect(only!.plot.panels[0]!.lines).toEqual([
    {
      label: 'querl',
      points: [
        { x: 1, y: 1 },
        { x: 10, y: 10 },
      ],
    },
    {
      label: 'eager',
      points: [
        { x: 1, y: 2 },
        { x: 10, y: 20 },
      ],
    },
    { label: 'compile', points: [{ x: 10, y: 20 }] },
  ])
})

test('one size is no curve', () => {
  const series = { name: 'gae', axis: 'tokens', size: 4 }
  expect(seriesPlots([rowWith({ series }), rowWith({ series, metric: 'memory' })])).toEqual([])
})

test('sizes are written with prefixes', () => {
  expect([5, 1000, 151_936, 1_048_576, 2e9].map(siText)).toEqual(['5', '1k', '152k', '1.05M', '2G'])
})
