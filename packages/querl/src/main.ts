import { nearest, QuerlError } from '@querl/base'
import { parseArguments } from './arguments.js'
import { type Command, type CommandContext, type CommandGroup, Interrupted } from './command.js'
import { bench } from './commands/bench.js'
import { chat } from './commands/chat.js'
import { doctor } from './commands/doctor.js'
import { embed } from './commands/embed.js'
import { evaluateRun } from './commands/eval.js'
import { index } from './commands/index/index.js'
import { plan } from './commands/plan.js'
import { recipe } from './commands/recipe.js'
import { report } from './commands/report.js'
import { runs } from './commands/runs.js'
import { serve } from './commands/serve.js'
import { quickstart, train } from './commands/train.js'
import { commandHelp, groupHelp, overview } from './help.js'
import { styleOf } from './terminal/style.js'
import { version } from './version.js'

const commands: readonly (Command | CommandGroup)[] = [
  quickstart,
  train,
  evaluateRun,
  chat,
  index,
  embed,
  serve,
  report,
  runs,
  recipe,
  plan,
  bench,
  doctor,
]

/** Exit codes of the command line. */
const exit = { done: 0, failed: 1, usage: 2, environment: 3, interrupted: 130 } as const

/**
 * Runs the command line and ends the process with its exit code.
 *
 * @param argv the arguments behind `querl`
 */
export async function main(argv: readonly string[]): Promise<void> {
  // A reader that goes away (`querl runs | head`) is no fault of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exit.done)
    // An access log goes on without what a full disk does not take, and listens for that.
    if (process.stdout.listenerCount('error') === 1) throw error
  })
  process.exitCode = await run(argv)
}

async function run(argv: readonly string[]): Promise<number> {
  const debug = argv.includes('--debug') || Boolean(process.env['QUERL_DEBUG'])
  const json = argv.includes('--json')
  try {
    return await dispatch(argv)
  } catch (error) {
    if (error instanceof Interrupted) return exit.interrupted
    printError(error, { debug, json })
    return exitCodeOf(error)
  }
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv
  const print = (text: string) => process.stdout.write(`${text}\n`)
  if (name === '--version' || name === '-v') {
    print(version)
    return exit.done
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const topic = name === 'help' ? commands.find((each) => each.name === rest[0]) : undefined
    print(topic ? helpOf(topic) : overview(commands))
    return name === undefined ? exit.usage : exit.done
  }
  const found = named(commands, name)
  if (!('commands' in found)) return runCommand(found, rest, print)
  const [part, ...behind] = rest
  if (part === undefined || part === '--help' || part === '-h') {
    print(groupHelp(found))
    return part === undefined ? exit.usage : exit.done
  }
  return runCommand(named(found.commands, `${name} ${part}`), behind, print)
}

async function runCommand(
  command: Command,
  rest: readonly string[],
  print: (text: string) => void,
): Promise<number> {
  if (rest.includes('--help') || rest.includes('-h')) {
    print(commandHelp(command))
    return exit.done
  }
  const context: CommandContext = {
    ...parseArguments(command, rest),
    print,
    style: styleOf(process.stdout),
  }
  return (await command.run(context)) ?? exit.done
}

function helpOf(topic: Command | CommandGroup): string {
  return 'commands' in topic ? groupHelp(topic) : commandHelp(topic)
}

function named<T extends { readonly name: string }>(among: readonly T[], name: string): T {
  const found = among.find((each) => each.name === name)
  if (found) return found
  const meant = nearest(
    name,
    among.map((each) => each.name),
  )
  const hint = meant ? ` Did you mean ${meant}?` : ''
  const group = name.includes(' ') ? ` ${name.split(' ', 1)[0]}` : ''
  throw new QuerlError('ERR_QUERL_ARGUMENT', `Unknown command ${name}.${hint}`, {
    remedy: `See querl${group} --help.`,
  })
}

function printError(error: unknown, { debug, json }: { debug: boolean; json: boolean }): void {
  const style = styleOf(process.stderr)
  const failure = error instanceof Error ? error : new Error(String(error))
  const code = (failure as NodeJS.ErrnoException).code
  if (json) {
    const { message, remedy } = failure as QuerlError
    process.stderr.write(`${JSON.stringify({ error: { code, message, remedy } })}\n`)
  } else process.stderr.write(`${style.red(style.failed)} ${failure.message}\n`)
  if (debug) process.stderr.write(`${describe(failure)}\n`)
  else if (!(failure instanceof QuerlError))
    process.stderr.write(
      'This is not an error that querl foresees; --debug shows where it arose.\n',
    )
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${describe(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}

function exitCodeOf(error: unknown): number {
  switch ((error as { code?: unknown }).code) {
    case 'ERR_QUERL_ARGUMENT':
    case 'ERR_QUERL_CONFIG':
      return exit.usage
    case 'ERR_QUERL_NATIVE_MISSING':
      return exit.environment
    case 'ERR_QUERL_ABORTED':
      return exit.interrupted
    default:
      return exit.failed
  }
}
