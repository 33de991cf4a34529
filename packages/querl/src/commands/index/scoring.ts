import { argumentError } from '@querl/base'
import type { Bm25Scoring, Bm25Variant } from '@querl/retrieval'
import type { CommandContext, CommandOption } from '../../command.js'

type Values = CommandContext['values']

/** How scores are computed: kept with an index, and free to be another at a search. */
export const scoringOptions = described((value) => `default ${value}`)

/** The same, of an index that has its own. */
export const rescoringOptions = described(() => 'default: as the index was built')

/** The same, where an index may be there or be made of a file. */
export const servedScoringOptions = described(
  (value) => `default ${value}, or as an index was built`,
)

function described(defaultOf: (value: string) => string): Readonly<Record<string, CommandOption>> {
  const option = (value: string, description: string, usual: string) =>
    ({ type: 'string', value, description: `${description}; ${defaultOf(usual)}` }) as const
  return {
    variant: option('<name>', 'lucene, robertson, atire, bm25l or bm25+', 'lucene'),
    k1: option('<x>', 'How slowly repetitions of a word saturate', '0.9'),
    b: option('<x>', 'How much long documents are discounted, 0 to 1', '0.4'),
    delta: option('<x>', 'What bm25l and bm25+ add', '0.5'),
  }
}

export function scoringOf(values: Values): Bm25Scoring {
  return {
    variant: values['variant'] as Bm25Variant | undefined, // build() and open() check it
    k1: numberOption('k1', values['k1']),
    b: numberOption('b', values['b']),
    delta: numberOption('delta', values['delta']),
  }
}

function numberOption(name: string, value: string | boolean | undefined): number | undefined {
  if (value === undefined) return undefined
  const number = Number(value)
  if (String(value).trim() === '' || !Number.isFinite(number))
    throw argumentError(`--${name}`, 'a number', value)
  return number
}

/** `title:2,text:1` or `title,text`. */
export function fieldsOption(value: string | boolean | undefined) {
  if (value === undefined) return undefined
  const fields = String(value)
    .split(',')
    .map((field) => {
      const [, name, weight = '1'] = /^([^:]+)(?::(.+))?$/.exec(field.trim()) ?? []
      if (name === undefined || !(Number(weight) > 0))
        throw argumentError('--fields', 'names and weights above 0, as title:2,text:1', value)
      return [name, Number(weight)] as const
    })
  return Object.fromEntries(fields)
}
