import { commonOptions } from './arguments.js'
import type { Command, CommandGroup } from './command.js'
import { version } from './version.js'

/** What `querl --help` prints. */
export function overview(commands: readonly (Command | CommandGroup)[]): string {
  return [
    `querl ${version}: train, evaluate and talk to models that search before they answer`,
    '',
    'Usage: querl <command> [arguments]',
    '',
    ...summaries(commands),
    '',
    'Examples:',
    '  querl quickstart                                  a small model learns to search, in less than a minute',
    '  querl train recipes/quickstart.yaml train.algorithm=ppo',
    '  querl chat --run latest                           ask it',
    '',
    'Exit codes: 0 done, 1 failed, 2 wrong usage or recipe, 3 something is not installed, 130 interrupted.',
    'Each command has its own --help.',
  ].join('\n')
}

/** What `querl <group> --help` prints. */
export function groupHelp({ name, summary, commands }: CommandGroup): string {
  return [
    `Usage: querl ${name} <command> [arguments]`,
    '',
    `${summary}.`,
    '',
    ...summaries(commands),
    '',
    'Examples:',
    ...commands.flatMap(({ examples }) => `  ${examples[0]![0]}`),
    '',
    'Each command has its own --help.',
  ].join('\n')
}

/** What `querl <command> --help` prints. */
export function commandHelp({ name, summary, usage, options, examples }: Command): string {
  const all = Object.entries({ ...options, ...commonOptions }).map(
    ([option, spec]) =>
      [
        `--${option}${'value' in spec && spec.value ? ` ${spec.value}` : ''}`,
        spec.description,
      ] as const,
  )
  const width = Math.max(...all.map(([option]) => option.length))
  return [
    `Usage: querl ${name} ${usage}`.trimEnd(),
    '',
    `${summary}.`,
    '',
    'Options:',
    ...all.map(([option, description]) => `  ${option.padEnd(width + 2)}${description}`),
    '',
    'Examples:',
    ...examples.flatMap(([command, meaning]) => [`  ${command}`, `      ${meaning}`]),
  ].join('\n')
}

function summaries(commands: readonly { readonly name: string; readonly summary: string }[]) {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return commands.map(({ name, summary }) => `  ${name.padEnd(width + 2)}${summary}`)
}
