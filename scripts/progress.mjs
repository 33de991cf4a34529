// What a person sees while something takes time: one line that moves on a terminal, one line every
// ten seconds elsewhere. The output of what runs goes to a log, whose end is shown when it fails.

import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { root } from './paths.mjs'

const isTerminal = Boolean(process.stderr.isTTY) && !process.env.CI
const tailLines = 30

/** One step of the set-up, shown from its start to its end. */
export class Step {
  #title
  #detail = ''
  #started = Date.now()
  #timer

  /** @param {string} title what is being done: `Building torch.node` */
  constructor(title) {
    this.#title = title
    if (isTerminal) this.#timer = setInterval(() => this.#draw(), 100)
    else {
      console.error(`… ${title}`)
      this.#timer = setInterval(() => {
        console.error(`  ${this.#seconds()}  ${this.#detail}`)
      }, 10_000)
    }
  }

  /** @param {string} detail how far it is: `312 of 527 MB` */
  update(detail) {
    this.#detail = detail
  }

  /** @param {string} [note] what came of it */
  done(note = '') {
    this.#end(`✓ ${this.#title}${note && `: ${note}`} (${this.#seconds()})`)
  }

  failed() {
    this.#end(`✗ ${this.#title} (${this.#seconds()})`)
  }

  /** @param {string} note why something else is done instead */
  skipped(note) {
    this.#end(`· ${this.#title}: ${note} (${this.#seconds()})`)
  }

  #end(line) {
    clearInterval(this.#timer)
    console.error(isTerminal ? `\r\x1b[K${line}` : line)
  }

  #seconds() {
    const seconds = (Date.now() - this.#started) / 1000
    return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`
  }

  #draw() {
    const width = (process.stderr.columns ?? 80) - 1
    const line = `${spinner()} ${this.#title} ${this.#seconds()}  ${this.#detail}`
    process.stderr.write(`\r\x1b[K${line.slice(0, width)}`)
  }
}

function spinner() {
  return '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'[Math.floor(Date.now() / 100) % 10]
}

/** A command that ended badly; its message holds the end of its log. */
export class CommandError extends Error {}

/**
 * Runs a command with its output in a log, the last line of it shown as it runs.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ log: string, step?: Step, cwd?: string, env?: Record<string, string | undefined> }} options
 * @throws {CommandError} with the last 30 lines of the log
 */
export async function runLogged(command, args, { log, step, cwd = root, env = {} }) {
  mkdirSync(dirname(log), { recursive: true })
  const file = createWriteStream(log, { flags: 'a' })
  file.write(`$ ${[command, ...args].join(' ')}\n`)
  const tail = []
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const take = (line) => {
    if (line.trim() === '') return
    tail.push(line)
    if (tail.length > tailLines) tail.shift()
    step?.update(line.trim())
  }
  const rests = [child.stdout, child.stderr].map((stream) => {
    let rest = '' // a line may come in pieces
    stream.setEncoding('utf8').on('data', (chunk) => {
      file.write(chunk)
      const lines = (rest + chunk).split(/\r?\n|\r/)
      rest = lines.pop() ?? ''
      lines.forEach(take)
    })
    return () => rest
  })
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      tail.push(error.message)
      resolve(-1)
    })
    child.once('close', (code, signal) => resolve(code ?? signal))
  })
  for (const rest of rests) take(rest())
  await new Promise((resolve) => file.end(resolve))
  if (code === 0) return
  throw new CommandError(
    `\`${[command, ...args].join(' ')}\` ended with ${code}. ` +
      `The end of ${relative(process.cwd(), log)}:\n${tail.map((line) => `  ${line}`).join('\n')}`,
  )
}

/**
 * Runs a command on this terminal.
 *
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<number>} its exit code, 1 where it was killed
 */
export function runHere(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
  // Ctrl-C reaches the child by itself; this process waits for its clean end.
  const ignore = () => {}
  process.on('SIGINT', ignore)
  const forward = () => child.kill('SIGTERM')
  process.on('SIGTERM', forward)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', forward)
      resolve(code ?? 1)
    })
  })
}

/**
 * Ends a script with a message instead of a stack where the error is one that a person can mend.
 *
 * @param {() => Promise<number | void>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    const isPlain = error instanceof CommandError || error?.name === 'SetupError'
    console.error(isPlain ? `\n${error.message}` : error)
    process.exitCode = error?.exitCode ?? 1
  }
}
