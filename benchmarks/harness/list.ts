// What `--list` prints.

import type { SuiteDescription } from '../result.js'

/** Every suite with its cases, a line each; nothing is run. */
export function listText(
  suites: readonly { readonly name: string; readonly description: SuiteDescription }[],
): string {
  return suites
    .map(({ name, description: { summary, cases } }) => {
      const width = Math.max(0, ...cases.map((each) => each.name.length))
      const lines = cases.map((each) => `  ${each.name.padEnd(width)}  ${each.summary}`)
      return [`${name}: ${summary}`, ...lines].map((line) => line.trimEnd()).join('\n')
    })
    .join('\n\n')
}
