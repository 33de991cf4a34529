import type { RandomStream } from '@querl/base'
import type { Passage } from '../example.js'
import { factText } from './format.js'
import { drawNames } from './names.js'
import { type EntityType, type Relation, relations } from './relations.js'

/** Names by type; a name belongs to one entity. */
export type Entities = Readonly<Record<EntityType, readonly string[]>>

/** How many entities of each type. */
export type EntityCounts = Readonly<Record<EntityType, number>>

/** One thing that is so, and one passage that says it. */
export interface Fact {
  /** `{scope}/{relation}/{subject}`. */
  readonly id: string
  readonly relation: Relation
  readonly subject: string
  readonly object: string
}

/** All facts about some entities. */
export interface Facts {
  readonly all: readonly Fact[]
  readonly byId: ReadonlyMap<string, Fact>
  /** The fact that the subject has this relation; the subject must be of its type. */
  of(relation: Relation, subject: string): Fact
}

/** Gives names to entities. */
export function drawEntities(
  stream: RandomStream,
  names: readonly string[],
  counts: EntityCounts,
): Entities {
  const types = Object.keys(counts) as EntityType[]
  const total = types.reduce((sum, type) => sum + counts[type], 0)
  const drawn = drawNames(stream, names, total)
  let start = 0
  const entries = types.map((type) => {
    start += counts[type]
    return [type, drawn.slice(start - counts[type], start)]
  })
  return Object.fromEntries(entries) as Entities
}

/** Draws each relation's object uniformly; nobody is married to themselves. */
export function drawFacts(stream: RandomStream, entities: Entities, scope: string): Facts {
  const byRelation = new Map<string, Map<string, Fact>>()
  for (const relation of relations) {
    const facts = entities[relation.subject].map((subject): [string, Fact] => [
      subject,
      {
        id: `${scope}/${relation.name}/${subject}`,
        relation,
        subject,
        object: drawObject(stream, entities[relation.object], subject),
      },
    ])
    byRelation.set(relation.name, new Map(facts))
  }
  const all = [...byRelation.values()].flatMap((facts) => [...facts.values()])
  return {
    all,
    byId: new Map(all.map((fact) => [fact.id, fact])),
    of: (relation, subject) => byRelation.get(relation.name)!.get(subject)!,
  }
}

/** The passage that states a fact. */
export function passageOf({ id, relation, subject, object }: Fact): Passage {
  return { id, title: subject, text: factText(subject, relation, object) }
}

function drawObject(stream: RandomStream, objects: readonly string[], subject: string): string {
  for (;;) {
    const object = stream.pick(objects)
    if (object !== subject) return object
  }
}
