// The two 16-bit formats, which have no typed array of their own: their bits travel in Uint16Arrays.
// Bits are moved between views of one buffer, since V8 may change a NaN's payload that passes
// through a number.

/**
 * Rounds to float16, to nearest, ties to even.
 *
 * @param values any; from 65 520 on they become infinite, below 2^-14 they lose precision
 * @returns the bits, of the same length. NaNs stay NaNs, with their sign
 * @see IEEE 754-2019, binary16
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf(values)
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) halves[i] = float16Of(bits[i]!, values[i]!)
  return halves
}

/**
 * What float16 bits stand for; exact.
 *
 * @returns of the same length. NaNs keep their payload
 */
export function fromFloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length)
  const bits = bitsOf(values)
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!
    const sign = (half & 0x8000) << 16
    const magnitude = half & 0x7fff
    if (magnitude >= 0x7c00) bits[i] = sign | 0x7f800000 | ((magnitude & 0x3ff) << 13)
    else if (magnitude >= 0x0400) bits[i] = sign | ((magnitude << 13) + (112 << 23))
    else values[i] = (sign === 0 ? magnitude : -magnitude) * 2 ** -24 // -0 * 2^-24 is -0
  }
  return values
}

/**
 * Rounds to bfloat16, the upper half of a float32, to nearest, ties to even.
 *
 * @returns the bits, of the same length. NaNs stay NaNs, with their sign
 */
export function toBfloat16(values: Float32Array): Uint16Array {
  const bits = bitsOf(values)
  const halves = new Uint16Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const all = bits[i]!
    const upper = all >>> 16
    if ((all & 0x7fffffff) > 0x7f800000) halves[i] = upper & 0x7f ? upper : upper | 0x40
    else halves[i] = (all + 0x7fff + (upper & 1)) >>> 16
  }
  return halves
}

/**
 * What bfloat16 bits stand for; exact.
 *
 * @returns of the same length. NaNs keep their payload
 */
export function fromBfloat16(halves: Uint16Array): Float32Array {
  const values = new Float32Array(halves.length)
  const bits = bitsOf(values)
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
  return values
}

function float16Of(bits: number, value: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7c00 | ((magnitude >>> 13) & 0x3ff || 0x200)
  if (magnitude >= 0x477ff000) return sign | 0x7c00 // 65 520: halfway to what would be 65 536
  if (magnitude >= 0x38800000) {
    const rebiased = magnitude - (112 << 23)
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13)
  }
  // Below the smallest normal number, a count of 2^-24; the product is exact. 1024 of them are that
  // number, whose bits are 1024, too.
  const count = Math.abs(value) * 2 ** 24
  const lower = Math.floor(count)
  const rest = count - lower
  return sign | (rest > 0.5 || (rest === 0.5 && lower % 2 === 1) ? lower + 1 : lower)
}

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length)
}
