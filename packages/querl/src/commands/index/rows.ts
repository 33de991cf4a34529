import { argumentError } from '@querl/base'
import type { DocumentKeys } from '@querl/retrieval'
import type { CommandContext, CommandOption } from '../../command.js'

/** Where a row of a corpus file has what. */
export const rowOptions: Readonly<Record<string, CommandOption>> = {
  id: { type: 'string', value: '<key>', description: 'Where a row has its id; default id or _id' },
  title: { type: 'string', value: '<key>', description: 'Where it has its title; default title' },
  text: {
    type: 'string',
    value: '<key>',
    description: 'Where it has its text; default text or contents',
  },
}

/** @throws {QuerlError} ERR_QUERL_ARGUMENT for a key without a name */
export function rowKeysOf(values: CommandContext['values']): DocumentKeys {
  const key = (name: string) => {
    const value = values[name]
    if (value === '') throw argumentError(`--${name}`, 'the name of a key', value)
    return value as string | undefined
  }
  return { id: key('id'), title: key('title'), text: key('text') }
}
