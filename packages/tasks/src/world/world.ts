import { checkNonNegativeInteger, type RandomStream, randomStream } from '@querl/base'
import type { Example, Passage } from '../example.js'
import { BpeEncoder } from '../tokenizer/bpe-encoder.js'
import type { TokenizerJson } from '../tokenizer/tokenizer-json.js'
import { type DemonstrationOptions, makeDemonstrations } from './demonstrations.js'
import {
  drawEntities,
  drawFacts,
  type Entities,
  type EntityCounts,
  type Facts,
  passageOf,
} from './facts.js'
import {
  type Initialise,
  type WorldModelConfig,
  worldInitialiser,
  worldModelConfig,
} from './model.js'
import { makeNames, type Names, type Split } from './names.js'
import { drawQuestions, type QuestionOptions } from './questions.js'
import { drawReadingRow } from './reading.js'
import type { SftRow } from './sft-row.js'
import { trainWorldTokenizer } from './world-tokenizer.js'

const splits: readonly Split[] = ['train', 'dev', 'test']
const heldOut: EntityCounts = { person: 120, organisation: 60, city: 60, country: 15, school: 15 }
const entityCounts: Readonly<Record<Split, EntityCounts>> = {
  // Wide, because a policy that meets few names remembers them instead of learning to copy.
  train: { person: 1000, organisation: 400, city: 350, country: 87, school: 100 },
  dev: heldOut,
  test: heldOut,
}

/**
 * A world of people, organisations, cities, countries and schools, small enough to learn to search
 * in within a minute: 6940 facts, one passage each, and questions that need one or two of them.
 *
 * Three splits share the passages, but no name: `train` to learn from, `dev` for gates and early
 * stopping, `test` to be asked once.
 */
export interface World {
  readonly seed: number
  /** All splits' passages, in one list for one index. */
  readonly passages: readonly Passage[]
  /** The same for every seed. */
  readonly tokenizerJson: TokenizerJson
  /** Encodes by `tokenizerJson`, fast. */
  readonly encoder: BpeEncoder
  readonly names: Names
  /** Draws different questions about a split's entities. */
  questions(options: QuestionOptions & { readonly split: Split }): Example[]
  /** A row of the warm start's reading practice, on train names; `step` counts from 0. */
  readingRow(stream: RandomStream, step: number): SftRow
  /** Imperfect demonstrations on train questions, for the warm start's second stage. */
  demonstrations(options: DemonstrationOptions): Promise<SftRow[]>
  /** The same entities with other facts: who has learned answers by heart fails there. */
  redraw(seed: number): World
}

/**
 * Makes the world of a seed: which names its entities have, and its facts.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT if the seed is not a non-negative integer
 */
export function createWorld({ seed }: { readonly seed: number }): World {
  checkNonNegativeInteger('seed', seed)
  const names = makeNames()
  const tokenizerJson = trainWorldTokenizer(names)
  const entities = bySplit((split) =>
    drawEntities(
      randomStream(seed, 'world', 'entities', split),
      names.split[split],
      entityCounts[split],
    ),
  )
  const shared = { names, tokenizerJson, encoder: new BpeEncoder(tokenizerJson), entities }
  return worldOf(shared, seed)
}

/** The quickstart's model for a world: its sizes, and its weights by the world's seed. */
export function worldModel({ encoder, seed }: Pick<World, 'encoder' | 'seed'>): {
  readonly config: WorldModelConfig
  readonly initialise: Initialise
} {
  return { config: worldModelConfig(encoder.vocabSize), initialise: worldInitialiser(seed) }
}

/** What worlds with the same entities have in common. */
interface Shared extends Pick<World, 'names' | 'tokenizerJson' | 'encoder'> {
  readonly entities: Readonly<Record<Split, Entities>>
}

function worldOf(shared: Shared, seed: number): World {
  const { names, encoder, entities } = shared
  const facts: Readonly<Record<Split, Facts>> = bySplit((split) =>
    drawFacts(randomStream(seed, 'world', 'facts', split), entities[split], split),
  )
  const questions: World['questions'] = ({ split, ...options }) =>
    drawQuestions(entities[split], facts[split], options)
  return {
    seed,
    names,
    encoder,
    tokenizerJson: shared.tokenizerJson,
    passages: splits.flatMap((split) => facts[split].all.map(passageOf)),
    questions,
    readingRow: (stream, step) => drawReadingRow(encoder, names.split.train, stream, step),
    demonstrations: (options) => {
      const examples = questions({ split: 'train', stream: options.stream, count: options.count })
      const solved = examples.map((example) => ({ example, hops: hopsOf(example, facts.train) }))
      return makeDemonstrations(encoder, entities.train, solved, options)
    },
    redraw: (newSeed) => worldOf(shared, checkNonNegativeInteger('seed', newSeed)),
  }
}

function hopsOf({ facts = [] }: Example, { byId }: Facts) {
  return facts.map((id) => byId.get(id)!)
}

function bySplit<T>(make: (split: Split) => T): Record<Split, T> {
  return { train: make('train'), dev: make('dev'), test: make('test') }
}
