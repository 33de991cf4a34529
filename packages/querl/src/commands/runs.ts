import { relative } from 'node:path'
import { readJson } from '@querl/base'
import type { RunSummary } from '@querl/train'
import type { Command } from '../command.js'
import { listRuns } from '../run-folders.js'
import { duration } from '../terminal/numbers.js'

/** `querl runs`. */
export const runs: Command = {
  name: 'runs',
  summary: 'List the runs, newest first',
  usage: '',
  positionals: [0, 0],
  options: {
    runs: {
      type: 'string',
      value: '<folder>',
      description: 'Where run folders are; default: runs',
    },
  },
  examples: [
    ['querl runs', 'the runs of ./runs, with what came out'],
    ['querl runs --runs /data/runs', 'those of another folder'],
    ['querl runs --json', 'one line that a program can read'],
  ],
  async run({ values, print, style }) {
    const folder = typeof values['runs'] === 'string' ? values['runs'] : 'runs'
    const found = await Promise.all(
      (await listRuns(folder)).map(async (run) => ({
        ...run,
        summary: await readJson<RunSummary>(`${run.path}/summary.json`).catch(() => undefined),
      })),
    )
    if (values['json'] === true) {
      print(JSON.stringify(found))
      return 0
    }
    if (found.length === 0) print(`No runs in ${folder}. Make one: querl quickstart`)
    for (const { path, summary } of found) {
      const sign = summary ? style.green(style.ok) : style.yellow(style.dot)
      print(` ${sign} ${relative('', path).padEnd(44)} ${outcome(summary)}`)
    }
    return 0
  },
}

function outcome(summary: RunSummary | undefined): string {
  if (!summary) return 'not finished'
  const shown = ['warmStart', 'noSearchRl', 'grpo', 'ppo', 'grpoNoMask', 'ppoNoMask']
  const figures = shown.flatMap((policy) => {
    const em = summary.em[policy]
    return em ? [`${policy} ${em.mean.toFixed(3)}`] : []
  })
  return `${figures.join(', ')}  (${duration(summary.seconds.total)})`
}
