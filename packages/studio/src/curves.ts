import { type Curve, chart, type Point } from './chart.js'
import { type Html, html } from './html.js'
import type { MetricLine, RunData } from './run-data.js'

interface Panel {
  readonly title: string
  /** Metric and its name in the legend. */
  readonly metrics: readonly (readonly [metric: string, label: string, look?: 'dots'])[]
  readonly floor?: number
  readonly ceiling?: number
}

const reinforcement: readonly Panel[] = [
  {
    title: 'Reward and exact match',
    metrics: [
      ['reward/mean', 'reward, sampled'],
      ['dev/em', 'EM (dev), greedy', 'dots'],
    ],
    floor: 0,
    ceiling: 1,
  },
  {
    title: 'Exact match on the dev split',
    metrics: [
      ['dev/oneHop', 'one hop', 'dots'],
      ['dev/twoHop', 'two hops', 'dots'],
    ],
    floor: 0,
    ceiling: 1,
  },
  {
    title: 'Searches per question',
    metrics: [
      ['rollout/searches', 'searches'],
      ['rollout/failedSearches', 'failed'],
    ],
    floor: 0,
  },
  {
    title: 'Length in tokens',
    metrics: [
      ['rollout/policyTokens', 'written'],
      ['rollout/toolTokens', 'read'],
    ],
    floor: 0,
  },
  { title: 'Entropy', metrics: [['policy/entropy', 'entropy']], floor: 0 },
  {
    title: 'KL divergence',
    metrics: [
      ['policy/kl', 'within the step'],
      ['policy/referenceKl', 'from the start of RL'],
    ],
    floor: 0,
  },
  {
    title: 'Gradient norm',
    metrics: [
      ['policy/gradNorm', 'policy'],
      ['critic/gradNorm', 'critic'],
    ],
    floor: 0,
  },
  {
    title: 'How trajectories end',
    metrics: [
      ['rollout/answered', 'answered'],
      ['rollout/cut', 'cut'],
      ['reward/equalGroups', 'groups of one reward'],
    ],
    floor: 0,
    ceiling: 1,
  },
  {
    title: 'Seconds per phase of a step',
    metrics: [
      ['time/rollout', 'rollout'],
      ['time/score', 'score'],
      ['time/update', 'update'],
    ],
    floor: 0,
  },
  { title: 'Critic: explained variance', metrics: [['critic/explainedVariance', 'share']] },
]

const warmStart: readonly Panel[] = [
  { title: 'Warm start: loss', metrics: [['supervised/loss', 'loss']], floor: 0 },
  { title: 'Warm start: gradient norm', metrics: [['supervised/gradNorm', 'norm']], floor: 0 },
]

/** Every phase of the run with its curves. */
export function curves(run: RunData): Html[] {
  const phases = [...new Set(run.metrics.map(({ phase }) => phase))]
  // What was learned by RL comes first; the warm start only led to it.
  phases.sort((a, b) => Number(a === 'warmStart') - Number(b === 'warmStart'))
  return phases.flatMap((phase) => {
    const lines = run.metrics.filter((line) => line.phase === phase)
    const panels = phase === 'warmStart' ? warmStart : reinforcement
    const charts = panels.flatMap((panel) => draw(panel, lines, run.definitions) ?? [])
    if (charts.length === 0) return []
    return html`<section><h2>${phase === 'warmStart' ? 'Warm start' : `Training: ${phase}`}</h2>
<p class="lead">Step by step; a thin line is the value itself, the strong one a centred average. Point at a curve for its values, at a title for its definition.</p>
<div class="charts">${charts}</div></section>`
  })
}

function draw(
  { title, metrics, floor, ceiling }: Panel,
  lines: readonly MetricLine[],
  definitions: RunData['definitions'],
): Html | undefined {
  const drawn = metrics.flatMap(([metric, label, look], colour): Curve[] => {
    const points: Point[] = lines.flatMap(({ step, values }) => {
      const y = values[metric]
      return y === undefined ? [] : [{ x: step, y }]
    })
    const flat = metrics.length > 1 && colour > 0 && points.every(({ y }) => y === 0)
    return points.length === 0 || flat ? [] : [{ label, points, colour, ...(look ? { look } : {}) }]
  })
  const definition = metrics
    .filter(([, label]) => drawn.some((curve) => curve.label === label))
    .map(([metric, label]) => {
      const { definition, unit } = definitions[metric] ?? {}
      return `${label}: ${definition ?? metric}${unit ? ` [${unit}]` : ''}`
    })
    .join(' ')
  return chart({
    title,
    definition,
    curves: drawn,
    ...(floor === undefined ? {} : { floor }),
    ...(ceiling === undefined ? {} : { ceiling }),
  })
}
