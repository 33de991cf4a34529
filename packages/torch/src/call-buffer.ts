// The memory through which arguments and results pass. Writing numbers into it takes a tenth of what
// Node-API needs to take an array apart.

import { native } from './loaded.js'

/** What follows in the buffer; native/torch/operator_call.h has the same table. */
export const tag = {
  default: 0,
  none: 1,
  object: 2,
  number: 3,
  boolean: 4,
  bigint: 5,
  text: 6,
  list: 7,
  numbers: 8,
  code: 9,
  device: 10,
} as const

let buffer: Float64Array | undefined

/** At least `length` numbers. What it held is kept. */
export function callBuffer(length = 0): Float64Array {
  if (buffer !== undefined && buffer.length >= length) return buffer
  const larger = new Float64Array(Math.max(1024, 2 * length))
  if (buffer) larger.set(buffer)
  native().setCallBuffer(larger)
  buffer = larger
  return buffer
}
