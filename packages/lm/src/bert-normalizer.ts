// The normaliser of BERT's tokenizers. @huggingface/tokenizers has one, which differs from that of
// `transformers` for ideographs beyond U+FFFF and for a capital sigma at the end of a word.

/** What a tokenizer.json says of a BertNormalizer. */
export interface BertNormalizerOptions {
  /** Whether control characters go, and white space becomes spaces. */
  readonly clean_text?: boolean
  /** Whether ideographs become words of their own. */
  readonly handle_chinese_chars?: boolean
  /** Default: as `lowercase`. */
  readonly strip_accents?: boolean | null
  readonly lowercase?: boolean
}

const removed = /[\0\ufffd]|(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu
const whiteSpace = /\p{White_Space}/gu
const ideograph =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/gu
const plainText = /^[ -~]*$/

/** Makes the function from a text to what is split into words. */
export function bertNormalizer(options: BertNormalizerOptions): (text: string) => string {
  const { clean_text = true, handle_chinese_chars = true, lowercase = true } = options
  const stripAccents = options.strip_accents ?? lowercase
  return (text) => {
    if (plainText.test(text)) return lowercase ? text.toLowerCase() : text
    let result = text
    if (clean_text) result = result.replace(removed, '').replace(whiteSpace, ' ')
    if (handle_chinese_chars) result = result.replace(ideograph, ' $& ')
    if (stripAccents) result = result.normalize('NFD').replace(/\p{Mn}/gu, '')
    return lowercase ? lowerCase(result) : result
  }
}

// Character by character: a capital sigma becomes the same letter at the end of a word as within.
function lowerCase(text: string): string {
  return text.replaceAll('Σ', 'σ').toLowerCase()
}
