// Passages as Search-R1's corpus and servers write them: one string, whose first line is the title.

import type { Passage } from '../retriever.js'

type Text = Pick<Passage, 'title' | 'text'>

/**
 * `"Title"`, a line break, the text: the `contents` of wiki-18. Quotation marks are not added where
 * the title has them, so that passages read from such a corpus go out as they came.
 */
export function quotedContents({ title, text }: Text): string {
  return `${quoted(oneLine(title))}\n${text}`
}

/** The title as it is, a line break, the text. */
export function plainContents({ title, text }: Text): string {
  return `${oneLine(title)}\n${text}`
}

/** `(Title: …) text`, as Search-R1's reranking server reads and writes documents. */
export function titledString({ title, text }: Text): string {
  return `(Title: ${oneLine(title)}) ${text}`
}

/** Splits what the functions above write, and whatever else has its title in the first line. */
export function parseContents(contents: string): Text {
  if (contents.startsWith('(Title: ')) {
    // A quoted title may itself hold parentheses.
    const isQuoted = contents[8] === '"'
    const end = contents.indexOf(isQuoted ? '") ' : ') ', 8)
    if (end >= 0) {
      const close = isQuoted ? end + 1 : end
      return { title: contents.slice(8, close), text: contents.slice(close + 2) }
    }
  }
  const end = contents.indexOf('\n')
  if (end < 0) return { title: contents, text: '' }
  return { title: contents.slice(0, end), text: contents.slice(end + 1) }
}

/** Without the quotation marks around it, if it has both. */
export function unquoted(title: string): string {
  return isQuoted(title) ? title.slice(1, -1) : title
}

function quoted(title: string): string {
  return isQuoted(title) ? title : `"${title}"`
}

function isQuoted(title: string): boolean {
  return title.length >= 2 && title.startsWith('"') && title.endsWith('"')
}

/** Readers take the first line for the title. */
function oneLine(title: string): string {
  return title.includes('\n') ? title.replace(/\s*\n\s*/g, ' ') : title
}
