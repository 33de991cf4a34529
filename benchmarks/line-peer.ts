// A peer in a process of its own that lives through a suite, driven line by line: a JSON object in, one
// out. Only its own time counts, not the way there and back.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { QuerlError } from '@querl/base'

// As it was before our addon is loaded, which sets OMP_WAIT_POLICY for this process: a peer's threads
// wait as they do by default.
const environment = { ...process.env }

/** What the first line of a peer holds. */
interface PeerGreeting {
  readonly versions: Readonly<Record<string, string>>
}

export interface PeerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What to do where it does not start. */
  readonly remedy: string
}

export class LinePeer implements Disposable {
  readonly versions: Readonly<Record<string, string>>
  readonly #ask: (request: object) => Promise<unknown>
  readonly #close: () => void

  private constructor(
    versions: PeerGreeting['versions'],
    ask: (request: object) => Promise<unknown>,
    close: () => void,
  ) {
    this.versions = versions
    this.#ask = ask
    this.#close = close
  }

  /**
   * Starts a process and waits for its first line.
   *
   * @throws {QuerlError} ERR_QUERL_TOOL if it does not start: the peer is not installed
   */
  static async launch({ command, args, env = {}, remedy }: PeerCommand): Promise<LinePeer> {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...environment, ...env },
      detached: true, // Ctrl-C is ours: the peer ends when its input does
    })
    let problem = ''
    child.stderr.on('data', (chunk: Buffer) => {
      problem = (problem + chunk.toString()).slice(-2000)
    })
    child.stdin.on('error', () => {}) // it has ended: `ended` says so
    const ended = Promise.race([once(child, 'error'), once(child, 'close')]).then(([reason]) => {
      const detail = problem.trim().split('\n').slice(-3).join('\n')
      throw new QuerlError('ERR_QUERL_TOOL', `${command} ended (${reason}).\n${detail}`.trim(), {
        remedy,
      })
    })
    ended.catch(() => {}) // an end that nobody waits for is no failure
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const answer = async (): Promise<unknown> => {
      const line = await Promise.race([lines.next(), ended])
      return line.done ? ended : JSON.parse(line.value)
    }
    const ask = (request: object): Promise<unknown> => {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return answer()
    }
    const { versions } = (await answer()) as PeerGreeting
    return new LinePeer(versions, ask, () => child.kill())
  }

  /**
   * Sends a request and waits for its answer. `T` is what the peer is known to answer.
   *
   * @throws {QuerlError} ERR_QUERL_TOOL if the peer has ended, or answers `{ error }`
   */
  async ask<T>(request: { readonly call: string } & Readonly<Record<string, unknown>>): Promise<T> {
    const answer = (await this.#ask(request)) as T | { error: string }
    if (answer !== null && typeof answer === 'object' && 'error' in answer)
      throw new QuerlError('ERR_QUERL_TOOL', `The peer failed at ${request.call}: ${answer.error}`)
    return answer as T
  }

  [Symbol.dispose](): void {
    this.#close()
  }
}

/** Starts a peer, or says why there is none: what is ours is then measured alone. */
export async function startIfInstalled(
  start: () => Promise<LinePeer>,
  note: (text: string) => void,
): Promise<LinePeer | undefined> {
  try {
    return await start()
  } catch (error) {
    if (!(error instanceof QuerlError)) throw error
    note(`peer: not installed, ours is measured alone.\n${error.message.replace(/^/gm, '  ')}`)
    return undefined
  }
}
