/** What an entity is. */
export type EntityType = 'person' | 'organisation' | 'city' | 'country' | 'school'

/** How two entities can be related. */
export interface Relation {
  readonly name: string
  readonly subject: EntityType
  readonly object: EntityType
  /** The passage says `{subject} {verb} {object}.` */
  readonly verb: string
  /** The question asks for the `{noun} of {subject}`. */
  readonly noun: string
  /**
   * The word of the passage to search for. It is never the noun, so that a good query is not the
   * question's wording: the policy has to rewrite it.
   */
  readonly keyword: string
}

/** The eight relations, of which each entity of the subject's type has one. */
export const relations: readonly Relation[] = [
  relation('born', 'person', 'city', 'was born in', 'birthplace', 'born'),
  relation('spouse', 'person', 'person', 'is married to', 'spouse', 'married'),
  relation('employer', 'person', 'organisation', 'works for', 'employer', 'works'),
  relation('school', 'person', 'school', 'studied at', 'school', 'studied'),
  relation('founder', 'organisation', 'person', 'was founded by', 'founder', 'founded'),
  relation('seat', 'organisation', 'city', 'has its seat in', 'headquarters', 'seat'),
  relation('country', 'city', 'country', 'is located in', 'country', 'located'),
  relation('mayor', 'city', 'person', 'is governed by', 'mayor', 'governed'),
]

/** Two relations of which the second starts where the first ends. */
export type RelationPair = readonly [inner: Relation, outer: Relation]

/** The 17 pairs that a two-hop question may ask for; a spouse's spouse is the person again. */
export const relationPairs: readonly RelationPair[] = relations.flatMap((inner) =>
  relations
    .filter((outer) => outer.subject === inner.object)
    .filter((outer) => !(inner.name === 'spouse' && outer.name === 'spouse'))
    .map((outer): RelationPair => [inner, outer]),
)

function relation(
  name: string,
  subject: EntityType,
  object: EntityType,
  verb: string,
  noun: string,
  keyword: string,
): Relation {
  return { name, subject, object, verb, noun, keyword }
}
