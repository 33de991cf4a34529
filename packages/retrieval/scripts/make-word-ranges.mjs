// Writes native/retrieval/text/word_ranges.inc: which code points are part of a word, and their lower
// case, as Node's ICU knows them.
//
//   node packages/retrieval/scripts/make-word-ranges.mjs
import { writeFileSync } from 'node:fs'

const word = /^[\p{L}\p{M}\p{N}_]$/u
const last = 0x10ffff

/** Lower case by Unicode's simple mapping; a final sigma is a sigma. */
function folded(codePoint) {
  const lower = String.fromCodePoint(codePoint).toLowerCase().codePointAt(0)
  return lower === 0x3c2 ? 0x3c3 : lower
}

/** The code point's distance to its lower case, or nothing where it is no part of a word. */
function shift(codePoint) {
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return undefined
  if (!word.test(String.fromCodePoint(codePoint))) return undefined
  return folded(codePoint) - codePoint
}

// A range has one shift for all, or, where capitals and small letters alternate, step 2: the shift
// then holds for its first, third, … code point and the others are lower case already.
const ranges = []
for (let at = 0; at <= last; ) {
  const first = shift(at)
  if (first === undefined) {
    at++
    continue
  }
  let plain = at
  while (shift(plain + 1) === first) plain++
  let alternating = at
  if (first === 1)
    while (shift(alternating + 1) === ((alternating + 1 - at) % 2 ? 0 : 1)) alternating++
  const end = Math.max(plain, alternating)
  ranges.push([at, end, first, alternating > plain ? 2 : 1])
  at = end + 1
}

const hex = (codePoint) => `0x${codePoint.toString(16)}`
writeFileSync(
  new URL('../../../native/retrieval/text/word_ranges.inc', import.meta.url),
  [
    `// Made by packages/retrieval/scripts/make-word-ranges.mjs from Unicode ${process.versions.unicode}: not edited by hand.`,
    '// first, last, shift to the lower case, step',
    ...ranges.map(([from, to, by, step]) => `{${hex(from)}, ${hex(to)}, ${by}, ${step}},`),
    '',
  ].join('\n'),
)
console.log(`${ranges.length} ranges`)
