import { argumentError } from '@querl/base'
import type { Bm25Scoring, Bm25Variant } from '@querl/retrieval'
import type { CommandContext, CommandOption } from '../../command.js'

type Values = CommandContext['values']

/** How scores are computed: kept with an index, and free to be another at a search. */
export const scoringOptions: Readonly<Record<string, CommandOption>> = {
  variant: {
    type: 'string',
    value: '<name>',
    description: 'lucene (default), robertson, atire, bm25l or bm25+',
  },
  k1: { type: 'string', value: '<x>', description: 'Default 0.9' },
  b: { type: 'string', value: '<x>', description: 'Default 0.4' },
  delta: { type: 'string', value: '<x>', description: 'Of bm25l and bm25+; default 0.5' },
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
  if (value === '' || !Number.isFinite(number)) throw argumentError(`--${name}`, 'a number', value)
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
