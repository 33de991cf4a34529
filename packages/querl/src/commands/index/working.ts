import { Interrupted } from '../../command.js'
import { Interrupt } from '../../interrupt.js'
import { styleOf } from '../../terminal/style.js'

// Where nobody watches, a log needs no more lines than these, and none of work that is soon done.
const logEveryMs = 1000
const drawEveryMs = 100

/**
 * Long work that says on standard error how far it is: a line that is drawn again on a terminal, a line
 * now and then elsewhere. Ctrl-C aborts it; a second one does not wait.
 *
 * @param afterStop what is true once it was stopped: `wiki is as it was.`
 * @throws {Interrupted} after Ctrl-C
 */
export async function working<T>(
  afterStop: string,
  work: (signal: AbortSignal, say: (line: string) => void) => Promise<T>,
): Promise<T> {
  const stopping = new AbortController()
  using _ = new Interrupt(
    () => stopping.abort(new Interrupted()),
    () => process.exit(130),
  )
  using line = new StatusLine()
  try {
    return await work(stopping.signal, (text) => line.say(text))
  } catch (error) {
    if (error instanceof Interrupted) line.end(`Stopped: ${afterStop}`)
    throw error
  }
}

class StatusLine implements Disposable {
  readonly #stream = process.stderr
  readonly #style = styleOf(process.stderr)
  #last = performance.now()
  #isDrawn = false

  say(text: string): void {
    const isTerminal = this.#stream.isTTY === true
    const now = performance.now()
    if (now - this.#last < (isTerminal ? drawEveryMs : logEveryMs)) return
    this.#last = now
    if (!isTerminal) return void this.#stream.write(`${text}\n`)
    this.#isDrawn = true
    const shown = text.slice(0, (this.#stream.columns || 80) - 1)
    this.#stream.write(`\r\x1b[K${this.#style.dim(shown)}`)
  }

  end(text: string): void {
    this[Symbol.dispose]()
    this.#stream.write(`${text}\n`)
  }

  [Symbol.dispose](): void {
    if (this.#isDrawn) this.#stream.write('\r\x1b[K')
    this.#isDrawn = false
  }
}
