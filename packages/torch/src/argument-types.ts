// What the types of schemas are in JavaScript.

import type { SchemaType } from './operator-schema.js'

/** One number for an operator. Whole numbers are integers to LibTorch, as Python's `1` and not `1.`. */
export type Scalar = number | bigint | boolean

/** How a tensor's numbers are laid out. Default: `strided`. */
export type Layout = 'strided' | 'sparse_coo' | 'sparse_csr'

/** In which order the axes of a dense tensor lie in memory. */
export type MemoryFormat =
  | 'contiguous_format'
  | 'preserve_format'
  | 'channels_last'
  | 'channels_last_3d'

/** By the names that LibTorch documents, as c10 numbers them. */
export const layouts: Readonly<Record<Layout, number>> = {
  strided: 0,
  sparse_coo: 1,
  sparse_csr: 2,
}

/** As layouts. */
export const memoryFormats: Readonly<Record<MemoryFormat, number>> = {
  contiguous_format: 0,
  preserve_format: 1,
  channels_last: 2,
  channels_last_3d: 3,
}

const inWords: Readonly<Record<SchemaType['base'], readonly [one: string, many: string]>> = {
  Tensor: ['a Tensor', 'Tensors'],
  Scalar: ['a number, a bigint or a boolean', 'numbers'],
  int: ['an integer', 'integers'],
  float: ['a number', 'numbers'],
  bool: ['a boolean', 'booleans'],
  str: ['a string', 'strings'],
  ScalarType: ['a dtype', 'dtypes'],
  Layout: ['"strided", "sparse_coo" or "sparse_csr"', 'layouts'],
  MemoryFormat: [
    '"contiguous_format", "preserve_format", "channels_last" or "channels_last_3d"',
    'memory formats',
  ],
  Device: ['a device', 'devices'],
  Generator: ['a Generator', 'Generators'],
  other: ['of a type that JavaScript can give', 'of a type that JavaScript can give'],
}

/** Continues "to be": `an integer or an array of integers, or null`. */
export function typeInWords(type: SchemaType): string {
  const [one, many] = inWords[type.base]
  const listed = type.size === undefined ? `an array of ${many}` : `${one} or an array of ${many}`
  const expected = type.list ? listed : one
  return type.optional ? `${expected}, or null` : expected
}
