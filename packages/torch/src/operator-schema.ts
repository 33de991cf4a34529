// Reads schemas as LibTorch prints them:
//
//   aten::sum.dim_IntList(Tensor self, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None) -> Tensor
//
// One reader serves the calls at run time and the generator of the TypeScript signatures.

/** What an argument or a result is, without the `?` and `[]` around it. */
export type BaseType =
  | 'Tensor'
  | 'Scalar'
  | 'int'
  | 'float'
  | 'bool'
  | 'str'
  | 'ScalarType'
  | 'Layout'
  | 'MemoryFormat'
  | 'Device'
  | 'Generator'
  | 'other'

export interface SchemaType {
  readonly base: BaseType
  /** Whether `null` stands for it. */
  readonly optional: boolean
  readonly list: boolean
  /** 2 of `int[2]`: one number may stand for a list of as many. */
  readonly size: number | undefined
  /** Whether `null` may stand in the list: `Tensor?[]`. */
  readonly optionalItems: boolean
  /** `a` of `Tensor(a!)`: the call writes to it. A result with the same letter is that argument. */
  readonly written: string | undefined
  /** As it is printed, without aliases. */
  readonly text: string
}

export interface SchemaArgument {
  readonly name: string
  readonly type: SchemaType
  /** As it is printed; undefined: the argument has to be given. */
  readonly fallback: string | undefined
  readonly keywordOnly: boolean
}

export interface Schema {
  /** `aten::sum` */
  readonly name: string
  /** `dim_IntList`; empty for the first of them. */
  readonly overload: string
  readonly arguments: readonly SchemaArgument[]
  readonly returns: readonly SchemaType[]
  /** One for each result; empty where it has no name. */
  readonly resultNames: readonly string[]
  /** As LibTorch prints it. */
  readonly text: string
}

const bases: Readonly<Record<string, BaseType>> = {
  Tensor: 'Tensor',
  Scalar: 'Scalar',
  number: 'Scalar',
  int: 'int',
  SymInt: 'int',
  float: 'float',
  bool: 'bool',
  str: 'str',
  ScalarType: 'ScalarType',
  Layout: 'Layout',
  MemoryFormat: 'MemoryFormat',
  Device: 'Device',
  Generator: 'Generator',
}

/** @throws {SyntaxError} if it is not a schema */
export function parseSchema(text: string): Schema {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(') -> ')
  if (open < 0 || close < open) throw new SyntaxError(`Not an operator's schema: ${text}`)
  const [name = '', overload = ''] = text.slice(0, open).split('.', 2)
  let keywordOnly = false
  const parsed: SchemaArgument[] = []
  for (const part of splitList(text.slice(open + 1, close))) {
    if (part === '*') keywordOnly = true
    else parsed.push({ ...parseArgument(part), keywordOnly })
  }
  const results = text.slice(close + ') -> '.length)
  const listed = results.startsWith('(') ? splitList(results.slice(1, -1)) : [results]
  const split = listed.map(splitName)
  const returns = split.map(([type]) => parseType(type))
  const resultNames = split.map(([, each]) => each)
  return { name, overload, arguments: parsed, returns, resultNames, text }
}

/** `int[1]? dim=None`. */
function parseArgument(part: string): Omit<SchemaArgument, 'keywordOnly'> {
  const [type, rest] = splitName(part)
  const equals = rest.indexOf('=')
  if (equals < 0) return { name: rest, type: parseType(type), fallback: undefined }
  return { name: rest.slice(0, equals), type: parseType(type), fallback: rest.slice(equals + 1) }
}

/** `Tensor(a -> *)[] tensors="a b"` as its type and the rest. */
function splitName(part: string): [type: string, rest: string] {
  let depth = 0
  for (let i = 0; i < part.length; i++) {
    if ('(['.includes(part[i]!)) depth++
    else if (')]'.includes(part[i]!)) depth--
    else if (part[i] === ' ' && depth === 0) return [part.slice(0, i), part.slice(i + 1)]
  }
  return [part, '']
}

function parseType(printed: string): SchemaType {
  const written = /\((\w+)!/.exec(printed)?.[1]
  const text = printed.replace(/(?<=[\w\]?])\([^)]*\)/g, '')
  const parts = /^([\w.]+)(\?)?(?:(\[(\d*)\])(\?)?)?$/.exec(text)
  const base = bases[parts?.[1] ?? ''] ?? 'other'
  const list = parts?.[3] !== undefined
  return {
    base,
    optional: list ? parts?.[5] === '?' : parts?.[2] === '?',
    list,
    size: parts?.[4] ? Number(parts[4]) : undefined,
    optionalItems: list && parts?.[2] === '?',
    written,
    text,
  }
}

/** At the commas that stand in no bracket and no string. */
function splitList(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let i = 0; i <= text.length; i++) {
    const char = text[i]
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '(' || char === '[') depth++
    else if (char === ')' || char === ']') depth--
    else if ((char === ',' && depth === 0) || char === undefined) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  return parts.filter((part) => part !== '')
}
