import type { RandomStream } from '@querl/base'
import type { BpeEncoder } from '../tokenizer/bpe-encoder.js'
import {
  drawEntities,
  drawFacts,
  type EntityCounts,
  type Fact,
  type Facts,
  passageOf,
} from './facts.js'
import { answerText, informationText, questionText, thinkText, worldFormat } from './format.js'
import { drawNames } from './names.js'
import { relationPairs } from './relations.js'
import { type SftRow, sftRow } from './sft-row.js'

// Stands for what the pretraining of a real model teaches: reading and copying names, also ones that
// were never seen together. Everything is drawn anew for each row, so there is nothing to remember.

const throwAway: EntityCounts = { person: 4, organisation: 2, city: 2, country: 2, school: 2 }
// The number varies: with one length, the copy is learned as "look eleven tokens back", the names of
// a passage are then read syllable by syllable from different names, and RL finds no second hop.
const fewestCopied = 3
const mostCopied = 7
const copyShare = 0.25
const easySteps = 100
const twoHopShare = 0.5
// Searches mostly return passages about one subject. Without practice on such pairs, a policy reads
// half of its answers as a syllable of the one and a syllable of the other.
const nearShare = 0.5

/**
 * The weight of tokens that nothing before them implies. Above 0, so that the policy also learns how
 * passages look, as a pretrained one has.
 */
const backgroundWeight = 0.2

/**
 * A row of reading practice: a question with its passages and the answer, or names to copy.
 *
 * @param names to draw from
 * @param step  of the warm start, from 0: the first ones often have one passage to read, later two
 */
export function drawReadingRow(
  encoder: BpeEncoder,
  names: readonly string[],
  stream: RandomStream,
  step: number,
): SftRow {
  if (stream.uniform() < copyShare) return copyRow(encoder, names, stream)
  const facts = drawFacts(stream, drawEntities(stream, names, throwAway), 'practice')
  const fact = stream.pick(facts.all)
  const documents = [fact]
  if (step >= easySteps || stream.uniform() < 0.5) {
    documents.push(otherFact(facts, fact, stream))
    stream.shuffle(documents)
  }
  const { subject, relation, object } = fact
  return sftRow(encoder, [
    [worldFormat.promptText(askAbout(fact, stream)), backgroundWeight],
    [informationText(documents.map(passageOf)), backgroundWeight],
    [thinkText(subject, relation) + answerText(object), 1],
  ])
}

function copyRow(encoder: BpeEncoder, names: readonly string[], stream: RandomStream): SftRow {
  const count = fewestCopied + stream.integer(mostCopied - fewestCopied + 1)
  const list = drawNames(stream, names, count)
    .map((name) => ` ${name}`)
    .join('')
  return sftRow(encoder, [
    [`${list}\n`, backgroundWeight],
    [list, 1],
  ])
}

/** Half of the questions have two hops, where possible, of which the row reads only the first. */
function askAbout({ subject, relation }: Fact, stream: RandomStream): string {
  const pairs = relationPairs.filter(([inner]) => inner === relation)
  if (pairs.length === 0 || stream.uniform() >= twoHopShare) return questionText(subject, relation)
  const [inner, outer] = stream.pick(pairs)
  return questionText(subject, outer, inner)
}

/** As a search would return it: half of the time about the same subject, where it has another fact. */
function otherFact(facts: Facts, fact: Fact, stream: RandomStream): Fact {
  const others = facts.all.filter((other) => other !== fact)
  const aboutTheSame = others.filter(({ subject }) => subject === fact.subject)
  const isNear = aboutTheSame.length > 0 && stream.uniform() < nearShare
  return stream.pick(isNear ? aboutTheSame : others)
}
