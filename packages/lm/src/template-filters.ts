// Jinja's filters `select` and `reject`, which @huggingface/jinja lacks and Llama 3.1's template uses.

/** A value as the library holds it while a template is rendered. */
interface Held {
  readonly value: unknown
}
type Test = (operand: never, argument: never) => boolean

/**
 * Turns `list | reject('equalto', x)` into the call `reject(list, 'equalto', x)` throughout a parsed
 * template: functions can be given to it, filters cannot.
 */
export function filtersAsCalls<T>(node: T): T {
  if (Array.isArray(node)) return node.map(filtersAsCalls) as T
  if (typeof node !== 'object' || node === null) return node
  // In place of a copy: the library tells nodes by their class, too.
  for (const [key, child] of Object.entries(node))
    Object.assign(node, { [key]: filtersAsCalls(child) })
  const { type, operand, filter } = node as {
    type?: string
    operand?: object
    filter?: { callee?: { value?: string }; args?: object[] }
  }
  if (type !== 'FilterExpression' || !['select', 'reject'].includes(filter?.callee?.value ?? ''))
    return node
  return { type: 'CallExpression', callee: filter!.callee, args: [operand, ...filter!.args!] } as T
}

/** The functions that filtersAsCalls() calls, over the tests of an environment. */
export function selectingFunctions(tests: ReadonlyMap<string, Test>) {
  const kept = (wanted: boolean) => (items: readonly Held[], name: string, argument: unknown) => {
    const test = tests.get(name)
    if (!test) throw new Error(`Unknown test: ${name}`)
    return items
      .filter((item) => test(item as never, { value: argument } as never) === wanted)
      .map(plain)
  }
  return { select: kept(true), reject: kept(false) }
}

function plain({ value }: Held): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([key, held]) => [key, plain(held as Held)]))
}
