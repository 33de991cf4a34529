// Writes TypeScript signatures of ATen's operators from their schemas. Runs in its test alone, which
// keeps src/generated equal to what the pinned LibTorch says.

import type { Schema, SchemaArgument, SchemaType } from './operator-schema.js'

/** Why operators have no signature. All can be called nevertheless. */
const exclusions: readonly (readonly [reason: string, isExcluded: (name: string) => boolean])[] = [
  ['internals, with a leading underscore', (name) => name.startsWith('_')],
  ['parts of backward passes', (name) => /backward|_double_|jvp/.test(name)],
  ['kernels of one backend', (name) => /cudnn|miopen|mkldnn|mps|fbgemm|nnpack/.test(name)],
  ['quantised tensors', (name) => /quant|^q_|^int_repr|^dequant/.test(name)],
  [
    'copies of views, for compilers',
    (name) => /_copy$|_copy_|^lift|_functional$|_scatter_$/.test(name),
  ],
  // range(1, 1, 0.5) into integers divides by zero, which ends the process. arange() is its successor.
  ['deprecated, and dangerous', (name) => name === 'range'],
  ['symbolic sizes, for compilers', (name) => /^sym_|^record_stream$|^rename/.test(name)],
]

/** Members of Tensor that querl writes by hand, or that would say something else there. */
const ownMembers = new Set([
  ...['at', 'backward', 'data', 'device', 'dispose', 'dtype', 'grad', 'item', 'numpy'],
  ...[
    'requires_grad_',
    'requiresGrad',
    'retain_grad',
    'set',
    'set_',
    'set_data',
    'shape',
    'slice',
    'to',
  ],
  ...['detach', 'index', 'set', 'toString', 'view'],
])

export interface Signatures {
  /** Contents of the files in src/generated, by name. */
  readonly files: Readonly<Record<'operators.ts' | 'methods.ts' | 'names.ts', string>>
  /** How many names there are, and how many each exclusion took. */
  readonly counts: Readonly<Record<string, number>>
}

/** @param schemas of ATen, all of them, in any order */
export function signatures(schemas: readonly Schema[], libtorch: string): Signatures {
  const byName = new Map<string, Schema[]>()
  const counts: Record<string, number> = { names: 0, written: 0 }
  for (const schema of schemas) {
    const name = schema.name.replace(/^aten::/, '')
    byName.set(name, [...(byName.get(name) ?? []), schema])
  }
  const operators: string[] = []
  const methods: string[] = []
  const operatorNames: string[] = []
  const methodNames: string[] = []
  for (const name of [...byName.keys()].sort()) {
    counts['names']!++
    const excluded = exclusions.find(([, isExcluded]) => isExcluded(name))?.[0]
    const usable = mergeOut(byName.get(name)!.filter(hasTypes))
    if (excluded || usable.length === 0) {
      const reason = excluded ?? 'arguments that JavaScript cannot give'
      counts[reason] = (counts[reason] ?? 0) + 1
      continue
    }
    counts['written']!++
    operatorNames.push(name)
    operators.push(...member(name, usable, false))
    const ofSelf = usable.filter(({ schema }) => isMethod(schema))
    if (ofSelf.length === 0 || ownMembers.has(name)) continue
    methodNames.push(name)
    methods.push(...member(name, ofSelf, true))
  }
  const head = `// Generated from the schemas of LibTorch ${libtorch} by operator-signatures.ts. Not edited by hand.\n\n`
  const types =
    "import type { Device } from '../device.js'\nimport type { Dtype } from '../dtype.js'\n" +
    "import type { Generator } from '../generator.js'\nimport type { Tensor } from '../tensor.js'\n" +
    "import type { Layout, MemoryFormat, Scalar } from '../argument-types.js'\n\n"
  return {
    counts,
    files: {
      'operators.ts': `${head}${types}/** ATen's operators, with the names and defaults of ATen. */\nexport interface Operators {\n${operators.join('\n')}\n}\n`,
      'methods.ts': `${head}${types}/** ATen's operators whose first argument is \`self\`, as methods of it. */\nexport interface TensorMethods {\n${methods.join('\n')}\n}\n`,
      'names.ts': `${head}${nameList('operatorNames', operatorNames)}\n${nameList('methodNames', methodNames)}`,
    },
  }
}

interface Usable {
  readonly schema: Schema
  /** Arguments that results can be written to, where another overload has them and is else the same. */
  readonly out: readonly SchemaArgument[]
}

/** `sum` and `sum.out` as one, whose `out` may be given. */
function mergeOut(schemas: readonly Schema[]): Usable[] {
  const outOf = (schema: Schema) =>
    schema.arguments.filter(({ type, keywordOnly }) => keywordOnly && type.written !== undefined)
  const key = (schema: Schema) =>
    schema.arguments
      .filter((argument) => !outOf(schema).includes(argument))
      .map(({ name, type, fallback }) => `${type.text} ${name}=${fallback}`)
      .filter(
        (text) =>
          !/^(ScalarType|Layout|Device|bool)\? (dtype|layout|device|pin_memory)=/.test(text),
      )
      .join()
  const functional = schemas.filter((schema) => outOf(schema).length === 0)
  const writing = schemas.filter((schema) => outOf(schema).length > 0)
  const merged = new Set<Schema>()
  const usable: Usable[] = functional.map((schema) => {
    const twin = writing.find((each) => key(each) === key(schema))
    if (twin) merged.add(twin)
    return { schema, out: twin ? outOf(twin) : [] }
  })
  const alone = writing.filter((schema) => !merged.has(schema))
  return [...usable, ...alone.map((schema) => ({ schema, out: [] }))]
}

function hasTypes({ arguments: args, returns }: Schema): boolean {
  return [...args.map(({ type }) => type), ...returns].every(({ base }) => base !== 'other')
}

function isMethod({ arguments: [first] }: Schema): boolean {
  return first?.name === 'self' && first.type.text === 'Tensor'
}

/** The overloads of one name, each with the schema as its documentation. */
function member(name: string, usable: readonly Usable[], method: boolean): string[] {
  const lines: string[] = []
  const seen = new Set<string>()
  for (const { schema, out } of usable) {
    const fresh = forms(schema, out, method).filter((form) => !seen.has(form))
    if (fresh.length === 0) continue
    for (const form of fresh) seen.add(form)
    const where = out.length === 0 ? '' : `; ${out.map((each) => each.name).join(', ')}`
    lines.push(
      `  /** \`${schema.text.replace(/^aten::/, '')}\`${where && `${where} may be given to write to.`} */`,
    )
    for (const form of fresh) lines.push(`  ${name}${form}`)
  }
  return lines
}

/**
 * The ways to write a call: all by position; what is required by position and the rest by name; the
 * leading tensors by position and the rest by name.
 */
function forms(schema: Schema, out: readonly SchemaArgument[], method: boolean): string[] {
  const parameters = schema.arguments.slice(method ? 1 : 0)
  const positional = parameters.filter(({ keywordOnly }) => !keywordOnly)
  const named = parameters.filter(({ keywordOnly }) => keywordOnly)
  const required = positional.filter(({ fallback }) => fallback === undefined).length
  let tensors = 0
  while (tensors < required && positional[tensors]!.type.base === 'Tensor') tensors++
  const result = resultType(schema)
  const splits = new Set([positional.length, required, tensors])
  return [...splits].map((split) => {
    const leading = positional.slice(0, split)
    const rest = [...positional.slice(split), ...named]
    const endIsOptional = rest.every(isOptional)
    const places = leading.map((each, i) =>
      parameter(each, endIsOptional && leading.slice(i).every(isOptional)),
    )
    const fields = [
      ...rest.map((each) => field(each)),
      ...out.map((each) => `${each.name}?: ${typescript(each.type)}`),
    ]
    if (fields.length > 0) {
      places.push(`named${endIsOptional ? '?' : ''}: { ${fields.join('; ')} }`)
    }
    return `(${places.join(', ')}): ${result}`
  })
}

const reserved = new Set(['default', 'function', 'in', 'new', 'this', 'with'])

const isOptional = ({ fallback }: SchemaArgument) => fallback !== undefined

/** @param last whether all behind it are optional, too: only then TypeScript lets it be left out */
function parameter(argument: SchemaArgument, last: boolean): string {
  const { name, type } = argument
  const safe = reserved.has(name) ? `${name}_` : name
  const missing = isOptional(argument) && !last ? ' | undefined' : ''
  return `${safe}${last ? '?' : ''}: ${typescript(type)}${missing}`
}

function field(argument: SchemaArgument): string {
  return `${argument.name}${isOptional(argument) ? '?' : ''}: ${typescript(argument.type)}`
}

const typescriptTypes: Readonly<Record<SchemaType['base'], string>> = {
  Tensor: 'Tensor',
  Scalar: 'Scalar',
  int: 'number',
  float: 'number',
  bool: 'boolean',
  str: 'string',
  ScalarType: 'Dtype',
  Layout: 'Layout',
  MemoryFormat: 'MemoryFormat',
  Device: 'Device',
  Generator: 'Generator',
  other: 'never',
}

function typescript({ base, list, size, optional, optionalItems }: SchemaType): string {
  const one = typescriptTypes[base]
  const item = optionalItems ? `(${one} | null)` : one
  const whole = list ? `${size === undefined ? '' : `${one} | `}readonly ${item}[]` : one
  return optional ? `${whole} | null` : whole
}

function resultType({ returns, resultNames }: Schema): string {
  const types = returns.map((type) => {
    const one = typescriptTypes[type.base]
    return type.list ? `${one}[]` : type.optional ? `${one} | null` : one
  })
  if (types.length < 2) return types[0] ?? 'void'
  const named = resultNames.every((name) => name !== '')
  return `[${types.map((type, i) => (named ? `${resultNames[i]}: ${type}` : type)).join(', ')}]`
}

function nameList(constant: string, names: readonly string[]): string {
  const lines: string[] = []
  let line = ''
  for (const name of names) {
    if (line.length + name.length > 92) {
      lines.push(line)
      line = ''
    }
    line += `${line && ' '}${name}`
  }
  const text = [...lines, line].map((each) => `  ${each}`).join('\n')
  return `export const ${constant}: readonly string[] = \`\n${text}\n\`\n  .trim()\n  .split(/\\s+/)\n`
}
