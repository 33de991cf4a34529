import { argumentError } from '@querl/base'
import type { FoundPassage } from '../interfaces.js'
import type { Observation, Protocol } from '../protocol.js'

/** How what a search found is written down. */
export interface InformationFormat {
  /** Default a blank line and `<information>`. */
  readonly open: string
  /** Default `</information>` and a blank line. */
  readonly close: string
  /** One passage; lines are joined by newlines. Default `Doc {rank}(Title: {title}) {text}`. */
  readonly document: (passage: FoundPassage, rank: number) => string
}

export interface SearchR1Options {
  /** The first words of a trajectory. Default the paper's instruction with the question behind it. */
  readonly promptText?: (question: string) => string
  /** Whether a tokenizer's chat template is used where there is one. Default true. */
  readonly chat?: boolean
  /**
   * Put into the policy's mouth before its first turn, and not trained on; to make it answer at once,
   * `<think> I know it.</think><answer>`. Default none.
   */
  readonly forcedPrefix?: string
  readonly information?: InformationFormat
  /** After a turn with neither search nor answer: tell the policy so, or end. Default `feedback`. */
  readonly onInvalid?: 'feedback' | 'end'
  /** Searches in one trajectory. Default Infinity: as many as there are turns. */
  readonly maxSearches?: number
  /** One more turn without search when turns or searches are used up. Default true. */
  readonly finalAnswerTurn?: boolean
  /** Tokens of one observation, its tags included; the passages are cut. Default 500. */
  readonly maxObservationTokens?: number
}

/**
 * Search-R1: think, search, read, think, …, answer, all in one sequence.
 *
 * Words and limits are the paper's by default. Deliberately different from its code: a turn ends at
 * its first closing tag and keeps the ids as they were sampled, where the original samples on, cuts
 * the text and tokenises it again; and an observation that is too long loses passages, never its
 * closing tag.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if an option is out of its range
 * @see Search-R1 (arXiv 2503.09516), table 1 and algorithm 1
 */
export function searchR1(options: SearchR1Options = {}): Protocol {
  const { promptText = instruction, chat = true, forcedPrefix, onInvalid = 'feedback' } = options
  const { information = paperFormat, finalAnswerTurn = true } = options
  const { maxSearches = Number.POSITIVE_INFINITY, maxObservationTokens = 500 } = options
  checkCount('maxSearches', maxSearches, 0)
  checkCount('maxObservationTokens', maxObservationTokens, 1)
  if (onInvalid !== 'feedback' && onInvalid !== 'end')
    throw argumentError('onInvalid', "'feedback' or 'end'", onInvalid)
  return {
    name: 'search-r1',
    tools: ['search'],
    stop: ['</search>', '</answer>'],
    maxCalls: maxSearches,
    finalAnswerTurn,
    maxObservationTokens,
    prompt: ({ question }) => {
      const content = promptText(question)
      const prefix = forcedPrefix === undefined ? {} : { prefix: forcedPrefix }
      return chat
        ? { messages: [{ role: 'user', content }], ...prefix }
        : { text: content, ...prefix }
    },
    parse: parseTurn,
    observe: (result) =>
      wrap(
        information,
        result.ok
          ? result.passages.map((each, at) => information.document(each, at + 1)).join('\n')
          : result.message,
      ),
    feedback: () => (onInvalid === 'feedback' ? feedback : undefined),
  }
}

/**
 * The paper's instruction, with the question behind it. Released checkpoints were trained on exactly
 * these characters, its slip of grammar included.
 */
function instruction(question: string): string {
  const trimmed = question.trim()
  return (
    'Answer the given question. ' +
    'You must conduct reasoning inside <think> and </think> first every time you get new ' +
    'information. ' +
    'After reasoning, if you find you lack some knowledge, you can call a search engine by ' +
    '<search> query </search> and it will return the top searched results between <information> ' +
    'and </information>. ' +
    'You can search as many times as your want. ' +
    'If you find no further external knowledge needed, you can directly provide the answer inside ' +
    '<answer> and </answer>, without detailed illustrations. ' +
    'For example, <answer> Beijing </answer>. ' +
    `Question: ${trimmed.endsWith('?') ? trimmed : `${trimmed}?`}\n`
  )
}

const feedback =
  '\nMy previous action is invalid. If I want to search, I should put the query between <search> ' +
  'and </search>. If I want to give the final answer, I should put the answer between <answer> and ' +
  '</answer>. Let me try again.\n'

const paperFormat: InformationFormat = {
  open: '\n\n<information>',
  close: '</information>\n\n',
  document: ({ title, text }, rank) => `Doc ${rank}(Title: ${title}) ${text}`,
}

/**
 * Takes the first complete action; what is open or only closed is none.
 *
 * A search has to be opened by the policy in the turn that closes it. An answer may also be opened
 * by the forced prefix.
 */
function parseTurn(text: string, prefix = ''): ReturnType<Protocol['parse']> {
  const sampled = /<(search|answer)>([\s\S]*?)<\/\1>/.exec(text)
  const forced = prefix && /<answer>(?![\s\S]*<\/answer>)([\s\S]*)$/.exec(prefix)
  if (forced) {
    const end = text.indexOf('</answer>')
    if (end >= 0) return { kind: 'answer', answer: (forced[1]! + text.slice(0, end)).trim() }
  }
  if (!sampled) return { kind: 'invalid', reason: 'neither a search nor an answer' }
  const content = sampled[2]!.trim()
  return sampled[1] === 'answer'
    ? { kind: 'answer', answer: content }
    : { kind: 'call', tool: 'search', input: content }
}

function wrap({ open, close }: InformationFormat, body: string): Observation {
  return { open, body: body.trim(), close }
}

function checkCount(name: string, value: number, least: number): void {
  const isCount = value === Number.POSITIVE_INFINITY || Number.isSafeInteger(value)
  if (!isCount || value < least)
    throw argumentError(name, `an integer of at least ${least}, or Infinity`, value)
}
