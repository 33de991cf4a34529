import type { WriteStream } from 'node:tty'

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const clearBelow = '\x1b[J'
// Terminals that know these draw the frame at once; the others ignore them.
const beginFrame = '\x1b[?2026h'
const endFrame = '\x1b[?2026l'

/**
 * A few lines at the bottom of the terminal that are drawn again and again, while everything
 * printed through it scrolls above.
 *
 * Lines are cut to the width, and the window to the height, so that the terminal never wraps or
 * scrolls by itself: then the cursor's way back is known.
 */
export class Window {
  readonly #stream: WriteStream
  readonly #render: (width: number, tick: number) => readonly string[]
  readonly #timer: NodeJS.Timeout
  readonly #restore = () => this.#stream.write(showCursor)
  #drawn = 0
  #tick = 0
  #closed = false

  /** @param render the lines for a width; `tick` counts up, for what moves by itself */
  constructor(
    stream: WriteStream,
    render: (width: number, tick: number) => readonly string[],
    { framesPerSecond = 10 }: { framesPerSecond?: number } = {},
  ) {
    this.#stream = stream
    this.#render = render
    stream.write(hideCursor)
    // Whatever ends the process, the cursor comes back.
    process.once('exit', this.#restore)
    this.#timer = setInterval(() => this.#draw(''), 1000 / framesPerSecond)
    this.#timer.unref()
  }

  /** Prints a line above the window; it stays. */
  print(line: string): void {
    if (this.#closed) this.#stream.write(`${line}\n`)
    else this.#draw(`${cut(line, this.#width)}\n`)
  }

  /** Removes the window and gives the cursor back. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#timer)
    process.off('exit', this.#restore)
    this.#stream.write(beginFrame + this.#back() + clearBelow + endFrame + showCursor)
  }

  get #width(): number {
    // The last column stays empty: writing into it makes some terminals wrap.
    return Math.max(20, (this.#stream.columns || 80) - 1)
  }

  #back(): string {
    return this.#drawn > 0 ? `\x1b[${this.#drawn}A\r` : '\r'
  }

  #draw(above: string): void {
    const width = this.#width
    const lines = this.#render(width, this.#tick++).slice(
      -Math.max(1, (this.#stream.rows || 24) - 2),
    )
    const frame = lines.map((line) => `${cut(line, width)}\n`).join('')
    this.#stream.write(beginFrame + this.#back() + clearBelow + above + frame + endFrame)
    this.#drawn = lines.length
  }
}

// Escape sequences take no room on the screen.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const pieces = /\x1b\[[\d;?]*[A-Za-z]|./gsu

/** The first `width` columns of a line, its colours closed. */
function cut(line: string, width: number): string {
  let room = width
  let kept = ''
  for (const [piece] of line.matchAll(pieces)) {
    if (piece.startsWith('\x1b')) kept += piece
    else if (piece === '\n' || piece === '\r') kept += ' '
    else if (room-- > 0) kept += piece
  }
  return kept
}

/** How many columns a line takes. */
export function widthOf(line: string): number {
  return [...line.matchAll(pieces)].filter(([piece]) => !piece.startsWith('\x1b')).length
}
