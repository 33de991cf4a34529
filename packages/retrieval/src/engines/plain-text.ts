import { decodeHTML } from 'entities'

// Only what engines put around words: `x<y` and `List<String>` in a snippet are text.
const formatting = /<\/?(?:b|strong|em|i|u|mark|span|sup|sub|wbr)(?:\s[^<>]*)?\/?>/gi
const breaks = /<(?:br|\/?p|\/?li|\/?ul|\/?div)(?:\s[^<>]*)?\/?>/gi

/**
 * A snippet as a person reads it: without markup of emphasis, entities decoded, white space of any
 * kind folded into single blanks.
 */
export function plainText(snippet: string): string {
  return decodeHTML(snippet.replace(breaks, ' ').replace(formatting, ''))
    .replace(/[\u00ad\u200b\u2060\ufeff]/g, '') // soft hyphens and blanks of no width
    .replace(/\s+/g, ' ')
    .trim()
}
