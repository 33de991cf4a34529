import { type Html, html } from './html.js'
import type { RunData, TrajectoryRecord } from './run-data.js'

const pairsShown = 6
const samplesPerStep = 2
const stepsShown = 6

/** The same questions before and after RL, then what was sampled while it went on. */
export function samples(run: RunData): Html[] {
  return [beforeAndAfter(run), whileTraining(run)].filter((section) => section !== undefined)
}

function beforeAndAfter({ trajectories, comparison }: RunData): Html | undefined {
  const before = trajectories.filter(({ set }) => set === 'test-warmStart')
  const sets = [...new Set(trajectories.map(({ set }) => set))]
  const trained = sets.filter((set) => /^test-(grpo|ppo)$/.test(set))
  if (before.length === 0 || trained.length === 0) return undefined
  const label = (set: string) =>
    comparison?.rows.find(({ policy }) => `test-${policy}` === set)?.label ??
    set.replace('test-', '')
  const pairs = before
    .map((first) => ({
      first,
      later: trained.flatMap(
        (set) => trajectories.find((other) => other.set === set && other.id === first.id) ?? [],
      ),
    }))
    .filter(({ later }) => later.length > 0)
    // What changed says more than what was right from the start.
    .sort((a, b) => gain(b.first, b.later[0]!) - gain(a.first, a.later[0]!))
    .slice(0, pairsShown)
  if (pairs.length === 0) return undefined
  return html`<section><h2>The same questions, before and after</h2>${legend}
${pairs.map(
  (
    { first, later },
    index,
  ) => html`<details class="pair"${index < 3 && html` open`}><summary>${first.question}<span class="gold">gold: ${first.answers.join(' · ')}</span></summary>
<div class="columns">${[first, ...later].map((each) => card(each, label(each.set)))}</div></details>`,
)}</section>`
}

function gain(before: TrajectoryRecord, after: TrajectoryRecord): number {
  const right = (record: TrajectoryRecord) => Number((record.reward ?? 0) > 0)
  const searches = (record: TrajectoryRecord) =>
    record.segments.filter(({ author }) => author === 'tool').length
  return right(after) - right(before) + 0.01 * (searches(after) - searches(before))
}

function whileTraining({ trajectories }: RunData): Html | undefined {
  const trained = trajectories.filter(
    ({ set, step }) => !set.startsWith('test-') && step !== undefined,
  )
  const steps = [...new Set(trained.map(({ step }) => step!))].sort((a, b) => a - b)
  if (steps.length === 0) return undefined
  const chosen = [
    ...new Set(
      Array.from(
        { length: Math.min(stepsShown, steps.length) },
        (_, i, last = Math.min(stepsShown, steps.length) - 1) =>
          steps[Math.round((i * (steps.length - 1)) / Math.max(1, last))]!,
      ),
    ),
  ]
  return html`<section><h2>Sampled while it learned</h2>${legend}
${chosen.map((step) => {
  const shown = varied(trained.filter((record) => record.step === step))
  return html`<details class="pair"><summary>Step ${step}<span class="gold">${shown.length} of the step’s trajectories</span></summary>
<div class="columns">${shown.map((record) => card(record, record.question))}</div></details>`
})}</section>`
}

/** One that was right and one that was not, where the step has both. */
function varied(records: readonly TrajectoryRecord[]): TrajectoryRecord[] {
  const right = records.filter(({ reward }) => (reward ?? 0) > 0)
  const wrong = records.filter(({ reward }) => !((reward ?? 0) > 0))
  const shown = [right[0], wrong[0], right[1], wrong[1]].filter((record) => record !== undefined)
  return shown.slice(0, samplesPerStep)
}

const legend = html`<p class="lead tags"><span class="think">think</span><span class="search">search</span><span class="answer">answer</span><span class="read">read: not trained on</span><mark>gold answer</mark></p>`

function card(record: TrajectoryRecord, title: string): Html {
  const right = (record.reward ?? 0) > 0
  const policyTokens = tokens(record, 'policy')
  const toolTokens = tokens(record, 'tool')
  const observations = record.segments.filter(({ author }) => author === 'tool').length
  return html`<article class="trajectory ${right ? 'right' : 'wrong'}"><header><b>${title}</b><span class="verdict">${right ? '✓' : '✗'} ${record.answer ?? `no answer (${record.finish ?? 'cut'})`}</span></header>
<div class="blocks">${record.segments.map(({ author, text }) =>
    author === 'policy'
      ? policyText(text)
      : author === 'tool'
        ? toolText(text, record.answers)
        : undefined,
  )}</div>${record.error && html`<p class="error">${record.error}</p>`}
<footer>${observations} ${observations === 1 ? 'observation' : 'observations'}${
    policyTokens > 0 && html` · ${policyTokens} tokens trained, ${toolTokens} masked`
  } · ended: ${record.finish ?? '?'}${!right && html` · gold: ${record.answers.join(' · ')}`}</footer></article>`
}

function tokens({ segments }: TrajectoryRecord, author: string): number {
  return segments.reduce((sum, each) => sum + (each.author === author ? (each.tokens ?? 0) : 0), 0)
}

const block = /<(think|search|answer)>([\s\S]*?)(?:<\/\1>|$)/g

/** What the policy wrote, by its tags; anything outside of them is shown as it stands. */
function policyText(text: string): Html[] {
  const parts: Html[] = []
  let end = 0
  for (const match of text.matchAll(block)) {
    parts.push(...stray(text.slice(end, match.index)))
    const [whole, tag, content] = match as unknown as [string, string, string]
    parts.push(html`<p class="${tag}"><i>${tag}</i>${content.trim() || '∅'}</p>`)
    end = match.index + whole.length
  }
  return [...parts, ...stray(text.slice(end))]
}

function stray(text: string): Html[] {
  return text.trim() === '' ? [] : [html`<p class="stray">${text.trim()}</p>`]
}

/** What a tool returned: its documents as cards, or its message. */
function toolText(text: string, gold: readonly string[]): Html {
  const inner = text
    .replace(/^\s*<information>/, '')
    .replace(/<\/information>\s*$/, '')
    .trim()
  const documents = inner.split(/(?=^Doc \d+ ?\(Title: )/m).map((each) => each.trim())
  return html`<div class="read" title="not trained on">${documents.map((document) => {
    const [, rank, title, body] =
      /^Doc (\d+) ?\(Title: ?([\s\S]*?)\) ([\s\S]*)$/.exec(document) ?? []
    if (rank === undefined || title === undefined || body === undefined)
      return html`<p class="document">${marked(document, gold)}</p>`
    return html`<p class="document"><b>${rank}</b> <u>${marked(title.replace(/^"|"$/g, ''), gold)}</u> ${marked(body, gold)}</p>`
  })}</div>`
}

/** The text with every gold answer in it marked. */
function marked(text: string, gold: readonly string[]): Html[] {
  const wanted = gold.filter((answer) => answer.trim() !== '').map(escapeRegExp)
  if (wanted.length === 0) return [html`${text}`]
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${wanted.join('|')})(?![\\p{L}\\p{N}])`, 'giu')
  return text
    .split(pattern)
    .map((part, index) => (index % 2 ? html`<mark>${part}</mark>` : html`${part}`))
}

function escapeRegExp(text: string): string {
  return text.trim().replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}
