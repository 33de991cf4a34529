import type { Style } from './terminal/style.js'

/** One command of the command line: what its help says, and what it does. */
export interface Command {
  readonly name: string
  /** One line for the overview. */
  readonly summary: string
  /** The arguments behind the name: `<recipe.yaml> [key=value…]`. */
  readonly usage: string
  /** Positional arguments: at least and at most. */
  readonly positionals: readonly [least: number, most: number]
  readonly options: Readonly<Record<string, CommandOption>>
  /** Three that can be pasted. */
  readonly examples: readonly (readonly [command: string, meaning: string])[]
  /** @returns the exit code; nothing means 0 */
  run(context: CommandContext): Promise<number | undefined>
}

/** Commands under one name: `querl index build`, `querl index info`… */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
  /** Each with its whole name: `index build`. */
  readonly commands: readonly Command[]
}

export interface CommandOption {
  readonly type: 'string' | 'boolean'
  /** The value's name in the help: `<run>`. */
  readonly value?: string
  /** Whether it may be given several times: its values are in `lists`. */
  readonly multiple?: boolean
  readonly description: string
}

export interface CommandContext {
  readonly positionals: readonly string[]
  /** Of options that are given once. */
  readonly values: Readonly<Record<string, string | boolean | undefined>>
  /** Of options that may be given several times, in their order; absent where none was. */
  readonly lists: Readonly<Record<string, readonly string[] | undefined>>
  /** Writes a line to standard output. */
  readonly print: (line: string) => void
  readonly style: Style
}

/** Ends the command with exit code 130; what there was to say has been said. */
export class Interrupted extends Error {}
