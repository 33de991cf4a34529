// What \s means: JavaScript counts U+FEFF in and U+0085 out, the tokenizers' own engine the other way
// round, as Unicode does.

import type { TokenizerJson } from './tokenizer-json.js'
import { splitBy } from './vocabulary-files.js'

// The words of GPT-2, which a ByteLevel step with `use_regex` splits text into.
const gpt2Pattern =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"

/** The same tokenizer with Unicode's white space spelled out in its patterns. */
export function withUnicodeSpace(json: TokenizerJson): TokenizerJson {
  return { ...json, pre_tokenizer: rewritten(json.pre_tokenizer) }
}

interface Step {
  readonly type?: string
  readonly pattern?: { readonly Regex?: string }
  readonly pretokenizers?: readonly unknown[]
  readonly use_regex?: boolean
  readonly add_prefix_space?: boolean
}

function rewritten(step: unknown): unknown {
  const { type, pattern, pretokenizers, use_regex, add_prefix_space } = (step ?? {}) as Step
  if (type === 'Sequence')
    return { ...(step as object), pretokenizers: pretokenizers?.map(rewritten) }
  if (type === 'Split' && pattern?.Regex !== undefined)
    return { ...(step as object), pattern: { Regex: unicodeSpace(pattern.Regex) } }
  if (type === 'WhitespaceSplit')
    return { type: 'Split', pattern: { Regex: '\\p{White_Space}+' }, behavior: 'Removed' }
  // A prefix space goes in before the words are split, so that such a step stays whole.
  if (type === 'ByteLevel' && (use_regex ?? true) && !add_prefix_space)
    return splitBy(unicodeSpace(gpt2Pattern))
  return step
}

function unicodeSpace(pattern: string): string {
  return pattern.replace(/\\(.)/gs, (whole, escaped: string) =>
    escaped === 's' ? '\\p{White_Space}' : escaped === 'S' ? '\\P{White_Space}' : whole,
  )
}
