import { checkPositiveInteger, type RandomStream } from '@querl/base'
import type { Example, Passage, Retriever } from '../example.js'
import type { BpeEncoder } from '../tokenizer/bpe-encoder.js'
import type { Entities, Fact } from './facts.js'
import {
  answerText,
  factText,
  informationText,
  searchText,
  thinkText,
  worldFormat,
} from './format.js'
import { type EntityType, type Relation, relations } from './relations.js'
import { type SftRow, sftRow, type WeightedText } from './sft-row.js'

/** What demonstrations are made of. */
export interface DemonstrationOptions {
  readonly stream: RandomStream
  readonly count: number
  /** Answers the demonstrations' searches; the one that the policy will use. */
  readonly retriever: Retriever
  /** Passages per search. Default 2. */
  readonly topK?: number
  readonly signal?: AbortSignal
}

// Deliberately poor: they show the form, and leave to RL to find out what pays.
const guesses = 0.3 // answer without a search
const rightRelation = 0.85
const goodQuery = 0.6 // else only a part of it, or the question's word for it
const rightReading = 0.6 // of a passage that was found, else what any of them says
const followsUp = 0.5 // goes past the first hop

/** A question, and the facts that lead to its answer. */
export interface SolvedQuestion {
  readonly example: Example
  readonly hops: readonly Fact[]
}

/**
 * Makes imperfect demonstrations: what a badly trained searcher would write.
 *
 * Searches are real, and asked for in one batch per hop. Prompt and passages have weight 0, all that
 * the policy would write has weight 1.
 */
export async function makeDemonstrations(
  encoder: BpeEncoder,
  entities: Entities,
  questions: readonly SolvedQuestion[],
  { stream, count, retriever, topK = 2, signal }: DemonstrationOptions,
): Promise<SftRow[]> {
  checkPositiveInteger('count', count)
  checkPositiveInteger('topK', topK)
  const searchOptions = signal ? { topK, signal } : { topK }
  const drafts = questions.map((question) => begin(question, entities, stream))
  for (let hop = 0; hop < 2; hop++) {
    const searching = drafts.filter((draft) => draft.hops.length > hop)
    const queries = searching.map((draft) => ask(draft, hop, stream))
    const found = await retriever.search(queries, searchOptions)
    searching.forEach((draft, at) => {
      read(draft, found[at]!, stream)
    })
  }
  return drafts.map(({ pieces, entity }) =>
    sftRow(encoder, [...pieces, [`${answerText(entity)}<|eos|>`, 1]]),
  )
}

/** A demonstration that is being written. */
interface Draft {
  readonly pieces: WeightedText[]
  /** The facts that it will try to find. */
  readonly hops: readonly Fact[]
  /** What it holds for the entity in question: in the end, for the answer. */
  entity: string
  relation?: Relation
}

function begin({ example, hops }: SolvedQuestion, entities: Entities, stream: RandomStream): Draft {
  const pieces: WeightedText[] = [[worldFormat.promptText(example.question), 0]]
  const last = hops[hops.length - 1]!
  if (stream.uniform() < guesses) {
    pieces.push(['<think> I know it.</think>', 1])
    const type: EntityType = last.relation.object
    return { pieces, hops: [], entity: stream.pick(entities[type]) }
  }
  const followed = hops.length === 1 || stream.uniform() < followsUp ? hops : hops.slice(0, 1)
  return { pieces, hops: followed, entity: hops[0]!.subject }
}

/** Writes a thought and a query. */
function ask(draft: Draft, hop: number, stream: RandomStream): string {
  const intended = draft.hops[hop]!.relation
  const relation = stream.uniform() < rightRelation ? intended : stream.pick(relations)
  const { entity } = draft
  const query =
    stream.uniform() < goodQuery
      ? `${entity} ${relation.keyword}`
      : stream.pick([entity, relation.keyword, `${relation.noun} ${entity}`])
  draft.relation = relation
  draft.pieces.push([thinkText(entity, relation) + searchText(query), 1])
  return query
}

/** Reads a name off the passages: the next entity, or the answer. */
function read(draft: Draft, found: readonly Passage[], stream: RandomStream): void {
  draft.pieces.push([informationText(found), 0])
  const asked = factText(draft.entity, draft.relation!, '')
  const stated = found.find(({ text }) => text.startsWith(asked.slice(0, -1)))
  // Only what a passage says of its subject: copying the subject back teaches to go in circles, and
  // RL then meets too few right second hops to learn from.
  const told = found.map(({ title, text }) => text.match(/(\w+)\.$/)?.[1] ?? title)
  if (stated && stream.uniform() < rightReading) {
    draft.entity = stated.text.slice(asked.length - 1, -1)
  } else if (told.length > 0) draft.entity = stream.pick(told)
}
