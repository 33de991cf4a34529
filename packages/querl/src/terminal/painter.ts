import type { Style } from './style.js'

const tags = /<\/?(think|search|answer|information)>/
// A tag may arrive in pieces: what could be the beginning of one waits for the rest.
const beginning = /<\/?[a-z]*$/

/**
 * Colours a trajectory's text while it arrives: thoughts dim, searches and answers in colour, what
 * a tool wrote dim and behind a bar.
 */
export class Painter {
  readonly #style: Style
  readonly #write: (text: string) => void
  #waiting = ''
  #inside: string | undefined
  #atLineStart = true
  #atTagStart = false

  constructor(style: Style, write: (text: string) => void) {
    this.#style = style
    this.#write = write
  }

  /** Takes text that the policy wrote, in pieces of any size. */
  policy(piece: string): void {
    this.#waiting += piece
    for (let found = tags.exec(this.#waiting); found; found = tags.exec(this.#waiting)) {
      this.#emit(this.#waiting.slice(0, found.index))
      this.#waiting = this.#waiting.slice(found.index + found[0].length)
      this.#tag(found[0], found[1]!)
    }
    const kept = beginning.exec(this.#waiting)?.index ?? this.#waiting.length
    this.#emit(this.#waiting.slice(0, kept))
    this.#waiting = this.#waiting.slice(kept)
  }

  /** Takes text that a tool returned, whole. */
  tool(text: string): void {
    this.flush()
    const { dim } = this.#style
    const lines = text
      .replaceAll(/<\/?information>/g, '')
      .trim()
      .split(/\n+/)
    for (const line of lines) this.#write(`${dim(`    | ${line}`)}\n`)
    this.#atLineStart = true
  }

  /** Ends the line, whatever is on it. */
  flush(): void {
    this.#emit(this.#waiting)
    this.#waiting = ''
    this.#inside = undefined
    if (!this.#atLineStart) this.#write('\n')
    this.#atLineStart = true
  }

  #tag(tag: string, name: string): void {
    if (tag.startsWith('</')) {
      this.flush()
      return
    }
    this.flush()
    this.#inside = name
    this.#atTagStart = true
    this.#write(`  ${this.#paint(name.padEnd(6))} `)
    this.#atLineStart = false
  }

  #emit(text: string): void {
    const flat = this.#inside === undefined ? text.trim() : text.replace(/\n+/g, ' ')
    const shown = this.#atTagStart ? flat.trimStart() : flat
    if (shown === '') return
    this.#atTagStart = false
    this.#write(this.#paint(shown))
    this.#atLineStart = false
  }

  #paint(text: string): string {
    const { dim, cyan, green, bold } = this.#style
    if (this.#inside === 'search') return cyan(text)
    if (this.#inside === 'answer') return green(bold(text))
    if (this.#inside === 'think') return dim(text)
    return text
  }
}
