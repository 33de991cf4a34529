import type { Agreement } from './execute.js'

/** What is known of one overload. */
export interface Row {
  readonly name: string
  readonly overload: string
  /** Why it was not called on both sides. */
  notDrawn?: string
  /** Index of the draw that PyTorch accepted. */
  attempt?: number
  forward?: Agreement
  gradient?: Agreement
  /** The overload that `ops` takes for the same arguments. */
  meant?: string
  /** Why PyTorch itself has no gradient, although it recorded the call. */
  gradientError?: string
}

/** The table for people and the same for programs. */
export function report(rows: readonly Row[], libtorch: string): { text: string; json: string } {
  const publicRows = rows.filter(({ name }) => !name.startsWith('_'))
  const lines = [
    '# Conformance of ATen’s operators',
    '',
    `Every overload in the schema list of LibTorch ${libtorch}, called from TypeScript and from PyTorch on`,
    'the same inputs, which were drawn from the schema: by the types and names of its arguments, for the',
    'rest by `packages/torch/conformance/described.ts`. Written by `npm run conformance`.',
    '',
    '## Counts',
    '',
    '| | all overloads | public ones |',
    '|---|---|---|',
    ...counted(rows, publicRows),
    '',
    'Public: without a leading underscore. *Equal* is every bit of every result, NaNs too; *close* is',
    'within 1e-5 for float32 (2e-2 bfloat16, 2e-3 float16, 1e-12 float64), relative to 1 and the number:',
    'sums in another order. *Shape only*: the numbers are whatever the memory held. The gradient is that',
    'of the sum of all results with respect to every floating-point input. Random operators draw from',
    'generators of equal seeds. What is called is the overload itself; `torch.ops` finds it by the types and',
    'names of the arguments, and takes another one where that fits them, too.',
    '',
    '## Failed',
    '',
    ...failures(rows),
    '',
    '## Not called, by reason',
    '',
    '| reason | overloads | public | such as |',
    '|---|---|---|---|',
    ...reasons(rows),
    '',
  ]
  const json = `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`
  return { text: lines.join('\n'), json }
}

function counted(...groups: readonly (readonly Row[])[]): string[] {
  const is = (key: 'forward' | 'gradient', agreement: string) => (row: Row) =>
    row[key] === agreement
  const line = (title: string, keeps: (row: Row) => boolean) =>
    `| ${title} | ${groups.map((rows) => share(rows.filter(keeps).length, rows.length)).join(' | ')} |`
  return [
    `| in the schema list | ${groups.map((rows) => rows.length).join(' | ')} |`,
    line('**called on both sides**', ({ forward }) => forward !== undefined),
    line('forward equal', is('forward', 'equal')),
    line('forward close', is('forward', 'close')),
    line('forward: shape only', is('forward', 'shape')),
    line('forward failed', ({ forward }) => typeof forward === 'object'),
    line('gradient equal', is('gradient', 'equal')),
    line('gradient close', is('gradient', 'close')),
    line('gradient failed', ({ gradient }) => typeof gradient === 'object'),
    line('`ops` means this overload, too', ({ meant, overload }) => meant === overload),
    line('not called', ({ forward }) => forward === undefined),
  ]
}

function share(count: number, of: number): string {
  return `${count} (${of === 0 ? 0 : Math.round((100 * count) / of)} %)`
}

/** Why a result is not equal that is right. */
const explanations: Readonly<Record<string, string>> = {
  _compute_linear_combination: 'adds to memory that nobody wrote to',
  '_ctc_loss.Tensor': 'its second result has places that nobody wrote to',
  '_ctc_loss.Tensor_out': 'as `_ctc_loss.Tensor`',
  _use_cudnn_rnn_flatten_weight: 'says how LibTorch was built, and the peer was built with CUDA',
  fbgemm_pack_gemm_matrix_fp16: 'packs into a layout with gaps that nobody wrote to',
}

function failures(rows: readonly Row[]): string[] {
  const lines = rows.flatMap((row) =>
    (['forward', 'gradient'] as const).flatMap((key) => {
      const agreement = row[key]
      return typeof agreement === 'object'
        ? [`- \`${fullName(row)}\`, ${key}: ${agreement.differs}; ${why(row)}`]
        : []
    }),
  )
  return lines.length > 0 ? lines : ['None.']
}

function why(row: Row): string {
  return explanations[fullName(row)] ?? 'not explained'
}

const categories: readonly (readonly [reason: string, pattern: RegExp])[] = [
  ['takes or gives what JavaScript has no value for', /^an argument of type|result of type/],
  ['quantised tensors', /quant|qint|QScheme/i],
  ['sparse tensors', /[sS]parse|_coo|csr|layout|crow/],
  ['nested tensors', /nested|jagged/i],
  [
    'no kernel for the CPU, or for the dtypes drawn',
    /NotImplementedError|not implemented for|Could not run/,
  ],
  [
    'internals that read or write wherever their arguments say',
    /ends the process|an internal that/,
  ],
  ['takes longer than allowed', /takes longer/],
  ['not offered by PyTorch as torch.ops.aten', /AttributeError/],
]

function reasonOf(row: Row): string {
  const text = `${row.name} ${row.notDrawn ?? ''}`
  if (/cudnn|miopen|mkldnn|cuda|mps|fbgemm|nnpack|xnn|vulkan|metal|wrapped_/.test(row.name))
    return 'kernels of one backend'
  if (/backward/.test(row.name))
    return 'parts of backward passes, whose inputs are results of forward'
  const known = categories.find(([, pattern]) => pattern.test(text))
  return known?.[0] ?? 'inputs that must fit in a way that names and types do not tell'
}

function reasons(rows: readonly Row[]): string[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    if (row.forward !== undefined) continue
    const reason = reasonOf(row)
    groups.set(reason, [...(groups.get(reason) ?? []), row])
  }
  return [...groups]
    .sort((a, b) => b[1].length - a[1].length)
    .map(([reason, group]) => {
      const names = [...new Set(group.map(({ name }) => `\`${name}\``))].slice(0, 5).join(', ')
      const publicOnes = group.filter(({ name }) => !name.startsWith('_')).length
      return `| ${reason} | ${group.length} | ${publicOnes} | ${names} |`
    })
}

function fullName({ name, overload }: Row): string {
  return overload ? `${name}.${overload}` : name
}
