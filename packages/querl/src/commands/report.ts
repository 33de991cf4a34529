import { relative } from 'node:path'
import { writeReport } from '@querl/studio'
import type { Command } from '../command.js'
import { findRun } from '../run-folders.js'

/** `querl report`. */
export const report: Command = {
  name: 'report',
  summary: 'Write report.html of a run, also of one that is not finished',
  usage: '[run|latest]',
  positionals: [0, 1],
  options: {
    runs: {
      type: 'string',
      value: '<folder>',
      description: 'Where run folders are; default: runs',
    },
  },
  examples: [
    ['querl report', 'of the latest run'],
    ['querl report runs/quickstart-2026-11-20-110243', 'of that one'],
    ['querl report quickstart', 'of the newest whose name begins so'],
  ],
  async run({ positionals, values, print }) {
    const runs = typeof values['runs'] === 'string' ? values['runs'] : 'runs'
    const path = await writeReport(await findRun(positionals[0] ?? 'latest', runs))
    print(values['json'] === true ? JSON.stringify({ report: path }) : relative('', path))
    return 0
  },
}
