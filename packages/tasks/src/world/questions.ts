import { argumentError, checkPositiveInteger, type RandomStream } from '@querl/base'
import type { Example } from '../example.js'
import type { Entities, Facts } from './facts.js'
import { questionText } from './format.js'
import { type RelationPair, relationPairs, relations } from './relations.js'

/** Which questions to draw. */
export interface QuestionOptions {
  readonly stream: RandomStream
  /** How many; all different. */
  readonly count: number
  /** Facts that a question needs. Default: 1 and 2 in turn, so that half need two. */
  readonly hops?: 1 | 2
}

/**
 * Draws different questions about the entities: first what is asked, then about whom, each uniformly.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if there are not so many
 */
export function drawQuestions(
  entities: Entities,
  facts: Facts,
  { stream, count, hops }: QuestionOptions,
): Example[] {
  checkPositiveInteger('count', count)
  if (hops !== undefined && hops !== 1 && hops !== 2) throw argumentError('hops', '1 or 2', hops)
  const twoHops = hops ? (hops - 1) * count : Math.floor(count / 2)
  checkAvailable(count - twoHops, relations.length, countOf(entities, relations.map(oneHop)))
  checkAvailable(twoHops, relationPairs.length, countOf(entities, relationPairs))
  const examples = new Map<string, Example>()
  while (examples.size < count) {
    const needsTwo = hops ? hops === 2 : examples.size % 2 === 1
    const [inner, outer] = needsTwo
      ? stream.pick(relationPairs)
      : ([undefined, stream.pick(relations)] as const)
    const subject = stream.pick(entities[(inner ?? outer).subject])
    const first = facts.of(inner ?? outer, subject)
    const second = inner ? facts.of(outer, first.object) : undefined
    const id = second ? `${first.id}/${outer.name}` : first.id
    examples.set(id, {
      id,
      question: questionText(subject, outer, inner),
      answers: [(second ?? first).object],
      kind: second ? 'twoHop' : 'oneHop',
      facts: second ? [first.id, second.id] : [first.id],
    })
  }
  return [...examples.values()]
}

const oneHop = (relation: RelationPair[0]) => [relation] as const

function countOf(
  entities: Entities,
  askable: readonly (readonly [RelationPair[0], ...unknown[]])[],
) {
  return askable.reduce((sum, [first]) => sum + entities[first.subject].length, 0)
}

function checkAvailable(wanted: number, kinds: number, available: number): void {
  if (wanted > available)
    throw argumentError('count', `at most ${available} questions of ${kinds} kinds`, wanted)
}
