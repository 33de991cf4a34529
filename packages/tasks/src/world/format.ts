import type { Passage } from '../example.js'
import type { Relation } from './relations.js'

// The tags are Search-R1's; a test of @querl/rollout compares them with its protocol.
const tagNames = ['think', 'search', 'information', 'answer']

/** Each is one token: the padding, the end of a text, the tags, and the heads of three documents. */
export const addedTokens: readonly string[] = [
  '<|pad|>',
  '<|eos|>',
  ...tagNames.flatMap((name) => [`<${name}>`, `</${name}>`]),
  'Doc 1(Title:',
  'Doc 2(Title:',
  'Doc 3(Title:',
]

/**
 * How the world's texts look: Search-R1's, shortened to what a small model needs.
 *
 * Its members are options of `searchR1` of @querl/rollout, so that the policy meets in its rollouts
 * what it met in its warm start. There is a space before every name everywhere: a name then has one
 * tokenisation.
 */
export const worldFormat = {
  /** `Question: What is the mayor of Bankor?` and a newline. */
  promptText: (question: string): string => `Question: ${question}\n`,
  /** What stands around the passages, and one of them; `rank` counts from 1. */
  information: {
    open: '<information>',
    close: '\n</information>',
    /** `Doc 1(Title: Bankor) Bankor was born in Filmap.` */
    document: ({ title, text }: Pick<Passage, 'title' | 'text'>, rank: number): string =>
      `Doc ${rank}(Title: ${title}) ${text}`,
  },
} as const

/** What makes the policy answer without a search, as the baseline of direct answers does. */
export const directPrefix = '<think> I know it.</think><answer>'

/** The passages as the policy reads them: one a line. */
export function informationText(passages: readonly Pick<Passage, 'title' | 'text'>[]): string {
  const { open, close, document } = worldFormat.information
  return open + passages.map((each, at) => document(each, at + 1)).join('\n') + close
}

/** `What is the birthplace of Bankor?`; with an inner relation, of the `{inner} of Bankor`. */
export function questionText(subject: string, outer: Relation, inner?: Relation): string {
  const whose = inner ? `the ${inner.noun} of ${subject}` : subject
  return `What is the ${outer.noun} of ${whose}?`
}

/** The one sentence of a fact's passage. */
export function factText(subject: string, { verb }: Relation, object: string): string {
  return `${subject} ${verb} ${object}.`
}

/** The thought before a search. */
export function thinkText(subject: string, { noun }: Relation): string {
  return `<think> Find the ${noun} of ${subject}.</think>`
}

export function searchText(query: string): string {
  return `<search> ${query}</search>`
}

export function answerText(answer: string): string {
  return `<answer> ${answer}</answer>`
}
