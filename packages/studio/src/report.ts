import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { writeFileAtomic } from '@querl/base'
import { comparison, figure } from './comparison.js'
import { curves } from './curves.js'
import { type Html, html, raw } from './html.js'
import { type RunData, readRun } from './run-data.js'
import { script } from './script.js'
import { style } from './style.js'
import { samples } from './trajectories.js'

/**
 * Writes `report.html` into a run folder: one page that needs nothing else, not even a network.
 *
 * It is made from the files of the folder alone, so it can be made again at any time, also while
 * the run goes on.
 *
 * @returns the page's path
 * @throws {QuerlError} ERR_QUERL_IO if the folder is not that of a run, or cannot be written
 */
export async function writeReport(folder: string): Promise<string> {
  const path = join(folder, 'report.html')
  await writeFileAtomic(path, renderReport(await readRun(folder)))
  return path
}

/** The page of a run, as text. */
export function renderReport(run: RunData): string {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    // Only our own script runs, whatever a retrieved text may hold.
    `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  ].join('; ')
  return html`${raw('<!doctype html>')}
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${run.name} · querl</title><style>${raw(style)}</style></head>
<body><main>${header(run)}${comparison(run)}${samples(run).slice(0, 1)}${curves(run)}${samples(run).slice(1)}${origin(run)}</main>
<script>${raw(script)}</script></body></html>
`.text
}

function header(run: RunData): Html {
  const { seconds, tokensPerSecond, seeds } = run.summary ?? {}
  const facts = [
    seconds?.['total'] !== undefined &&
      fact(`${seconds['total'].toFixed(1)} s`, 'from nothing to this page'),
    seconds?.['rl'] !== undefined &&
      fact(`${seconds['rl'].toFixed(1)} s`, 'of reinforcement learning'),
    tokensPerSecond !== undefined &&
      fact(Math.round(tokensPerSecond).toLocaleString('en'), 'tokens sampled per second'),
    seeds !== undefined && fact(seeds.join(', '), seeds.length > 1 ? 'seeds' : 'seed'),
  ].filter((each) => each !== false)
  return html`<header class="top"><p class="brand">querl</p><h1>${run.name}</h1><p class="headline">${headline(run)}</p><div class="facts">${facts}</div></header>`
}

function fact(value: string, label: string): Html {
  return html`<p><b>${value}</b>${label}</p>`
}

/** What came out, in a sentence of figures. */
function headline({ summary, metrics }: RunData): string {
  const em = summary?.em ?? {}
  const start = em['warmStart']
  const [name, end] =
    Object.entries(em).find(([policy]) => policy === 'grpo' || policy === 'ppo') ?? []
  if (start && end)
    return `Rewarded for right answers alone, the policy went from ${figure(start.mean)} to ${figure(end.mean)} exact match on questions about entities it never saw (${name?.toUpperCase()}, ${end.n} questions${
      start.twoHop !== undefined && end.twoHop !== undefined
        ? `; with two hops from ${figure(start.twoHop)} to ${figure(end.twoHop)}`
        : ''
    }).`
  const last = metrics.at(-1)
  return last
    ? `This run has come to step ${last.step} of ${last.phase}.`
    : 'This run has just begun.'
}

function origin({ recipe, environment, summary }: RunData): Html {
  const flat = Object.entries(environment).map(([key, value]) => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ])
  const seconds = Object.entries(summary?.seconds ?? {})
  return html`<section class="origin"><h2>What it was made of</h2><div class="columns"><div><h3>Environment</h3><table>${flat.map(
    ([key, value]) => html`<tr><th>${key}</th><td>${value}</td></tr>`,
  )}</table>${
    seconds.length > 0 &&
    html`<h3>Seconds</h3><table>${seconds.map(([stage, value]) => html`<tr><th>${stage}</th><td>${value.toFixed(1)}</td></tr>`)}</table>`
  }</div><div><h3>Recipe</h3><pre>${recipe}</pre></div></div></section>`
}
