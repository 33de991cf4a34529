import { z } from 'zod'
import { recipeSchema } from './recipe.js'

/** What the recipe's schema says about one key. */
export interface KeyDoc {
  /** Dotted, as in an override: `train.lr`. */
  readonly key: string
  readonly description: string
  /** In words: `a positive integer`. */
  readonly expected: string
  /** Absent where the key must be given or may stay away. */
  readonly default?: unknown
  /** True for keys that hold further keys. */
  readonly section: boolean
}

interface Node {
  type?: string
  description?: string
  default?: unknown
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Node>
  oneOf?: Node[]
  anyOf?: Node[]
  items?: Node
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
}

const listOf = 'a list, each '

/** Every key of a recipe, in the order of the schema, sections before what they hold. */
export const keyDocs: readonly KeyDoc[] = collect(
  z.toJSONSchema(recipeSchema, { io: 'input' }) as Node,
  '',
)

const byKey = new Map(keyDocs.map((doc) => [doc.key, doc]))

/** The documentation of a dotted key, also of an element of a list (`evaluate.baselines.0`). */
export function keyDoc(key: string): KeyDoc | undefined {
  const list = byKey.get(key.replace(/\.\d+$/, ''))
  return byKey.get(key) ?? (list && { ...list, expected: list.expected.replace(listOf, '') })
}

function collect(node: Node, prefix: string): KeyDoc[] {
  const found = new Map<string, KeyDoc>()
  for (const variant of [node, ...variants(node)])
    for (const [name, child] of Object.entries(variant.properties ?? {})) {
      const key = prefix + name
      // A union's variants share keys (`kind`): the first one's words stand for all.
      if (found.has(key)) continue
      const inner = collect(child, `${key}.`)
      found.set(key, {
        key,
        description: child.description ?? '',
        expected: expected(node, name, child),
        ...(child.default === undefined ? {} : { default: child.default }),
        section: inner.length > 0,
      })
      for (const doc of inner) found.set(doc.key, doc)
    }
  return [...found.values()]
}

function variants(node: Node): Node[] {
  return node.oneOf ?? node.anyOf ?? []
}

function expected(parent: Node, name: string, child: Node): string {
  const constants = variants(parent).flatMap(({ properties }) => properties?.[name]?.const ?? [])
  return constants.length > 0 ? oneOf(constants) : describe(child)
}

function describe(node: Node): string {
  if (node.enum) return oneOf(node.enum)
  if (node.properties || variants(node).length > 0) return 'a section with keys of its own'
  if (node.type === 'array') return `${listOf}${describe(node.items ?? {})}`
  if (node.type === 'boolean') return 'true or false'
  if (node.type === 'string') return 'text'
  const noun = node.type === 'integer' ? 'integer' : 'number'
  const a = noun === 'integer' ? 'an' : 'a'
  if (node.exclusiveMinimum === 0) return `a positive ${noun}`
  if (node.minimum === 0 && node.maximum === 1) return `${a} ${noun} in [0, 1]`
  if (node.minimum === 0) return `${a} ${noun} of at least 0`
  return `${a} ${noun}`
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`
}
