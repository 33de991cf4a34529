import { type RandomStream, randomStream } from '@querl/base'

/** Which names a question is about. Nothing is trained on `dev` or `test`. */
export type Split = 'train' | 'dev' | 'test'

/**
 * The names of the generated world: one first and one second syllable each, 64 x 64 in all.
 *
 * Syllables are consonant-vowel(-consonant) without clusters, so that a tokenizer trained on single
 * syllables can never merge over the boundary of two: each name is exactly two tokens that occur in
 * many other names. With ordinary subwords, copying an unseen name is what a small model fails at.
 */
export interface Names {
  /** 64 of the form `Cvc`. */
  readonly firsts: readonly string[]
  /** 64: 32 of the form `cvc`, none of which is a first syllable, and 32 of the form `cv`. */
  readonly seconds: readonly string[]
  /** Disjoint, 4096 together: 15 % test, 8.5 % dev, the rest train. */
  readonly split: Readonly<Record<Split, readonly string[]>>
}

const consonants = [...'bdfghjklmnprstvz']
const vowels = [...'aeiou']
const codas = [...'nrlsk']

// Fixed and not the run's: the tokenizer and the split are the same for every world.
const nameSeed = 7
const syllableCount = 64
const testNames = 614
const devNames = 348

/** Makes the names; always the same. */
export function makeNames(): Names {
  const open = consonants.flatMap((consonant) => vowels.map((vowel) => consonant + vowel))
  const closed = open.flatMap((syllable) => codas.map((coda) => syllable + coda))
  const stream = randomStream(nameSeed, 'world', 'names')
  stream.shuffle(open)
  stream.shuffle(closed)
  const firsts = closed.slice(0, syllableCount).map(capitalised)
  const seconds = [
    ...closed.slice(syllableCount, syllableCount * 1.5),
    ...open.slice(0, syllableCount / 2),
  ]
  const names = firsts.flatMap((first) => seconds.map((second) => first + second))
  return { firsts, seconds, split: divide(stream.shuffle(names)) }
}

/** Different names in random order; `count` must be well below how many there are. */
export function drawNames(
  stream: RandomStream,
  names: readonly string[],
  count: number,
): readonly string[] {
  const drawn = new Set<string>()
  while (drawn.size < count) drawn.add(stream.pick(names))
  return [...drawn]
}

function divide(names: readonly string[]): Names['split'] {
  return {
    test: names.slice(0, testNames),
    dev: names.slice(testNames, testNames + devNames),
    train: names.slice(testNames + devNames),
  }
}

function capitalised(syllable: string): string {
  return syllable.charAt(0).toUpperCase() + syllable.slice(1)
}
