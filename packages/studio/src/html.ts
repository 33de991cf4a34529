/** Markup that is safe to put into a page as it is. Only {@link html} and {@link raw} make it. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | boolean | null | undefined | readonly Part[]

/**
 * Markup with values in it, every value escaped.
 *
 * A run folder holds what a model wrote and what a retriever returned, and neither is to be
 * trusted: text becomes text, also inside quoted attributes. `false`, `null` and `undefined` are
 * left out, lists are joined.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0]!
  parts.forEach((part, index) => {
    text += render(part) + strings[index + 1]!
  })
  return new Html(text)
}

/** Our own constant markup: a style sheet, a script. Never anything out of a run folder. */
export function raw(text: string): Html {
  return new Html(text)
}

function render(part: Part): string {
  if (part instanceof Html) return part.text
  if (part === null || part === undefined || typeof part === 'boolean') return ''
  if (typeof part === 'object') return part.map(render).join('')
  return escapeText(String(part))
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// Control characters are not allowed in HTML, and a policy can sample any byte.
const forbidden = /(?![\t\n\r])[\p{Cc}]/gu

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!).replace(forbidden, '\ufffd')
}
