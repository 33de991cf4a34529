import type { EmSummary } from '@querl/train'
import { PUBLISHED, PUBLISHED_SOURCE, type PublishedRow } from './published.js'

/** One policy of ours, with the published row that it stands beside. */
export interface ComparisonRow {
  /** The key in a summary's `em`. */
  readonly policy: string
  readonly label: string
  readonly published?: PublishedRow
}

/** What comparison.json of a run folder holds. */
export interface Comparison {
  readonly source: string
  readonly rows: readonly ComparisonRow[]
}

const ROWS: readonly ComparisonRow[] = [
  { policy: 'direct', label: 'direct answer', published: PUBLISHED.direct },
  { policy: 'noSearchRl', label: 'RL without search', published: PUBLISHED.r1 },
  { policy: 'warmStart', label: 'warm start' },
  { policy: 'grpo', label: 'Search-R1 by GRPO', published: PUBLISHED.grpo },
  { policy: 'ppo', label: 'Search-R1 by PPO', published: PUBLISHED.ppo },
  { policy: 'grpoNoMask', label: 'GRPO without the mask', published: PUBLISHED.ppoNoMask },
  { policy: 'ppoNoMask', label: 'PPO without the mask', published: PUBLISHED.ppoNoMask },
  { policy: 'randomPassages', label: 'random passages' },
  { policy: 'redrawnFacts', label: 're-drawn facts' },
]

/**
 * The rows of the policies that were run, in the order of the paper's argument; others follow.
 *
 * @param policies keys of a summary's `em`
 */
export function comparison(policies: Iterable<string>): Comparison {
  const run = new Set(policies)
  const known = ROWS.filter(({ policy }) => run.has(policy))
  for (const { policy } of ROWS) run.delete(policy)
  const others = [...run].map((policy) => ({ policy, label: policy }))
  return { source: PUBLISHED_SOURCE, rows: [...known, ...others] }
}

/**
 * The figures as a table for a terminal, with Search-R1's own beside them.
 *
 * @param em a summary's `em`
 * @returns lines joined by newlines, at most 100 columns, without colours
 */
export function comparisonTable(em: Readonly<Record<string, EmSummary>>): string {
  const { rows, source } = comparison(Object.keys(em))
  const head = ['policy', 'EM', '95 %', 'one hop', 'two hops', 'searches', 'published']
  const cells = rows.map(({ policy, label, published }) => {
    const figures = em[policy]!
    return [
      label,
      share(figures.mean),
      `${share(figures.low)}–${share(figures.high)}`,
      share(figures.oneHop),
      share(figures.twoHop),
      searches(figures.searches),
      published ? `${share(published.em)} ${published.label}` : '',
    ]
  })
  const widths = head.map((_, column) =>
    Math.max(...[head, ...cells].map((row) => row[column]!.length)),
  )
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        LEFT.has(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd()
  const n = Math.max(...rows.map(({ policy }) => em[policy]!.n))
  return [
    line(head),
    line(widths.map((width) => '─'.repeat(width))),
    ...cells.map(line),
    '',
    `EM: exact match on ${n} held-out questions at most. searches: one hop / two hops.`,
    `published: ${source}.`,
  ].join('\n')
}

const LEFT: ReadonlySet<number> = new Set([0, 6])

/** `.974`, as the field writes shares; '' where there is none. */
function share(value: number | undefined): string {
  if (value === undefined) return ''
  const text = value.toFixed(3)
  return text.startsWith('0') ? text.slice(1) : text
}

function searches(byKind: EmSummary['searches']): string {
  if (!byKind) return ''
  const { all, oneHop, twoHop } = byKind
  const parts = oneHop === undefined ? [all] : [oneHop, twoHop]
  return parts.map((value) => (value ?? 0).toFixed(1)).join(' / ')
}
