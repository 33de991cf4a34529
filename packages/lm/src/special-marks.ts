// Special tokens that a user typed, marked so that they stay text when a conversation is encoded.

// Noncharacters, which no text holds that is meant for others.
const open = '\ufdd0'
const close = '\ufdd1'
const marks = /[\ufdd0\ufdd1]/g

/** A piece of a rendered conversation. */
export interface MarkedSection {
  /** Ordinary text. */
  readonly text: string
  /** The special token that the template wrote behind it, where there is one. */
  readonly token: string | undefined
}

/**
 * Marks every special token in the strings of a value, to any depth. Marks that were there are left
 * out, so that none can be forged.
 *
 * @param find the special tokens, with the flag `g`
 */
export function markSpecial<T>(value: T, find: RegExp): T {
  const marked = (each: unknown): unknown => {
    if (typeof each === 'string')
      return each.replace(marks, '').replace(find, (token) => open + token + close)
    if (Array.isArray(each)) return each.map(marked)
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(Object.entries(each).map(([key, inner]) => [key, marked(inner)]))
  }
  return marked(value) as T
}

/**
 * Splits a text that was rendered from marked strings at the special tokens that bear no mark. One that
 * does is a section of text of its own, as in transformers.
 */
export function markedSections(text: string, find: RegExp): MarkedSection[] {
  const sections: MarkedSection[] = []
  const any = new RegExp(`${open}(?:${find.source})${close}|${find.source}`, 'g')
  const add = (section: string, token?: string) =>
    sections.push({ text: section.replace(marks, ''), token })
  let start = 0
  for (const { 0: match, index } of text.matchAll(any)) {
    const before = text.slice(start, index)
    start = index + match.length
    if (!match.startsWith(open)) add(before, match)
    else {
      add(before)
      add(match)
    }
  }
  add(text.slice(start))
  return sections
}
