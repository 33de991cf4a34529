// Says which schemas a call was compared with, and what in it did not fit each of them.

import { inspect } from 'node:util'
import { nearest, QuerlError } from '@querl/base'
import { typeInWords } from './argument-types.js'
import type { OperatorArgument, Overload } from './operator-call.js'
import { fits, type NamedArguments } from './overload-resolution.js'
import { Tensor } from './tensor.js'

const mostListed = 6 // schemas: the reader looks for one of them

/** ERR_QUERL_ARGUMENT of resolve(). */
export function noneFits(
  shown: string,
  overloads: readonly Overload[],
  positional: readonly OperatorArgument[],
  named: NamedArguments | undefined,
): QuerlError {
  // Forms that write their result to a given tensor repeat the others.
  const wanted = overloads.filter(({ schema }) =>
    schema.arguments.every(
      ({ name, type, keywordOnly }) => !(type.written && keywordOnly) || (named && name in named),
    ),
  )
  const listed = (wanted.length > 0 ? wanted : overloads).map(
    (overload) =>
      `  ${overload.schema.text.replace(/^aten::/, '')}\n    ${misfitOf(overload, positional, named)}`,
  )
  const more = listed.length - mostListed
  if (more > 0) listed.splice(mostListed, more, `  … and ${more} more`)
  const given = [...positional, ...(named ? [named] : [])].map(shortly).join(', ')
  return new QuerlError(
    'ERR_QUERL_ARGUMENT',
    `The arguments (${given}) fit no form of ${shown}:\n${listed.join('\n')}`,
  )
}

/** Why the arguments do not fit, as a clause that goes with the schema. */
function misfitOf(
  { schema: { arguments: parameters } }: Overload,
  positional: readonly OperatorArgument[],
  named: NamedArguments = {},
): string {
  const places = parameters.filter(({ keywordOnly }) => !keywordOnly).length
  const given = (i: number) =>
    i < Math.min(positional.length, places) ? positional[i] : named[parameters[i]!.name]
  for (const [i, { name, type }] of parameters.entries()) {
    const value = given(i)
    if (value !== undefined && !fits(type, value))
      return `${name} should be ${typeInWords(type)}, but is ${shortly(value)}`
  }
  if (positional.length > places)
    return `takes ${places} ${places === 1 ? 'argument' : 'arguments'} by position, but got ${positional.length}`
  const names = parameters.map(({ name }) => name)
  const stray = Object.keys(named).find((name) => !names.slice(positional.length).includes(name))
  if (stray === undefined) {
    const missing = parameters.find(
      ({ fallback }, i) => fallback === undefined && given(i) === undefined,
    )!
    return `${missing.name} is missing`
  }
  if (names.includes(stray)) return `${stray} is given twice`
  const meant = nearest(stray, names)
  return `has no argument ${stray}${meant === undefined ? '' : `; did you mean ${meant}?`}`
}

/** A value in a few characters; a tensor by its shape and dtype. */
function shortly(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.slice(0, 4).map(shortly).join(', ')}${value.length > 4 ? ', …' : ''}]`
  if (value instanceof Tensor) return brief(value)
  if (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype
  )
    return `{ ${Object.entries(value)
      .map(([name, each]) => `${name}: ${shortly(each)}`)
      .join(', ')} }`
  const text = inspect(value, {
    depth: 0,
    maxArrayLength: 4,
    breakLength: Number.POSITIVE_INFINITY,
  })
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function brief(tensor: Tensor): string {
  try {
    return `Tensor(${tensor.shape.join(', ')}) ${tensor.dtype}`
  } catch {
    return 'Tensor, disposed'
  }
}
