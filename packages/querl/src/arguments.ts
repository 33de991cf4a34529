import { type ParseArgsConfig, parseArgs } from 'node:util'
import { argumentError, nearest, QuerlError } from '@querl/base'
import type { Command } from './command.js'

/** Options that every command knows. */
export const commonOptions = {
  json: { type: 'boolean', description: 'Output that a program can read' },
  debug: { type: 'boolean', description: 'Show where an error arose (also QUERL_DEBUG=1)' },
  help: { type: 'boolean', description: 'Show this' },
} as const

export interface ParsedArguments {
  readonly positionals: readonly string[]
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>
}

/**
 * Reads the arguments of a command.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT names the option or the count that is wrong
 */
export function parseArguments(command: Command, argv: readonly string[]): ParsedArguments {
  const known: Command['options'] = { ...command.options, ...commonOptions }
  const options: ParseArgsConfig['options'] = Object.fromEntries(
    Object.entries(known).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  )
  const remedy = `See querl ${command.name} --help.`
  for (const argument of argv) {
    if (argument === '--') break // what follows is not ours
    const name = /^--([\w-]+)/.exec(argument)?.[1]
    if (name === undefined || Object.hasOwn(known, name)) continue
    const meant = nearest(name, Object.keys(known))
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `Unknown option --${name}.${meant ? ` Did you mean --${meant}?` : ''}`,
      { remedy },
    )
  }
  let parsed: ReturnType<typeof parseArgs>
  try {
    parsed = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true })
  } catch (cause) {
    throw new QuerlError('ERR_QUERL_ARGUMENT', (cause as Error).message, { remedy, cause })
  }
  const [least, most] = command.positionals
  if (parsed.positionals.length < least || parsed.positionals.length > most)
    throw new QuerlError(
      'ERR_QUERL_ARGUMENT',
      `Expected querl ${command.name} ${command.usage}, but got ${parsed.positionals.length} arguments.`,
      { remedy },
    )
  const given = Object.entries(parsed.values)
  const isList = ([, value]: (typeof given)[number]) => Array.isArray(value)
  return {
    positionals: parsed.positionals,
    values: Object.fromEntries(given.filter((each) => !isList(each))) as ParsedArguments['values'],
    lists: Object.fromEntries(given.filter(isList)) as ParsedArguments['lists'],
  }
}

/** A whole number of at least 1 out of an option. */
export function countOption(name: string, value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined
  const count = Number(value)
  if (!Number.isSafeInteger(count) || count < 1)
    throw argumentError(`--${name}`, 'a positive integer', value)
  return count
}
