import { describe, expect, test } from 'vitest'
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half.js'

interface Format {
  readonly to: (values: Float32Array) => Uint16Array
  readonly from: (halves: Uint16Array) => Float32Array
  readonly exponentBits: number
}

const formats: [string, Format][] = [
  ['float16', { to: toFloat16, from: fromFloat16, exponentBits: 5 }],
  ['bfloat16', { to: toBfloat16, from: fromBfloat16, exponentBits: 8 }],
]
const allPatterns = Uint16Array.from({ length: 65_536 }, (_, bits) => bits)

// IEEE 754's definition in float64, which holds every value of both formats.
function defined(bits: number, exponentBits: number): number {
  const fractionBits = 15 - exponentBits
  const bias = 2 ** (exponentBits - 1) - 1
  const sign = bits >= 0x8000 ? -1 : 1
  const exponent = Math.floor((bits % 0x8000) / 2 ** fractionBits)
  const fraction = (bits % 2 ** fractionBits) / 2 ** fractionBits
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign / 0 : Number.NaN
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias)
  return sign * (1 + fraction) * 2 ** (exponent - bias)
}

describe.each(formats)('%s', (_, { to, from, exponentBits }) => {
  test('gives all 65 536 patterns the value of the definition', () => {
    const values = from(allPatterns)
    const wrong = [...allPatterns].filter(
      (bits) => !Object.is(values[bits], defined(bits, exponentBits)),
    )
    expect(wrong).toEqual([])
  })

  test('gives all 65 536 patterns back, NaN payloads too', () => {
    expect(to(from(allPatterns))).toEqual(allPatterns)
  })

  test('rounds to the nearest, and what lies halfway to the even one', () => {
    const infinity = (2 ** exponentBits - 1) << (15 - exponentBits)
    const around: number[] = []
    const expected: number[] = []
    for (let bits = 0; bits < infinity; bits++) {
      // The step above the largest number is that below it: what would be the next rounds to it.
      const low = defined(bits, exponentBits)
      const high =
        bits + 1 < infinity
          ? defined(bits + 1, exponentBits)
          : 2 * low - defined(bits - 1, exponentBits)
      // 1/16 of a step off the middle, which float32 holds in all of both formats.
      around.push((low * 9 + high * 7) / 16, (low + high) / 2, (low * 7 + high * 9) / 16)
      expected.push(bits, bits % 2 === 0 ? bits : bits + 1, bits + 1)
    }
    const values = Float32Array.from(around)
    const negative = Float32Array.from(around, (value) => -value)
    expect(to(values)).toEqual(Uint16Array.from(expected))
    expect(to(negative)).toEqual(Uint16Array.from(expected, (bits) => bits | 0x8000))
  })

  test('keeps a NaN whose payload does not fit', () => {
    const values = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer)
    expect([...from(to(values))]).toEqual([Number.NaN, Number.NaN])
  })

  test('reads and writes a part of a buffer', () => {
    const values = Float32Array.of(7, 1, 2, 7).subarray(1, 3)
    expect([...from(to(values).subarray(1))]).toEqual([2])
    expect(to(new Float32Array(0))).toEqual(new Uint16Array(0))
  })
})

// float32 bits and what PyTorch 2.13's Tensor.to(torch.float16) and .to(torch.bfloat16) make of them.
const ofPyTorch = [
  [0x00000000, 0x0000, 0x0000],
  [0x80000000, 0x8000, 0x8000],
  [0x3f800000, 0x3c00, 0x3f80],
  [0x3f801000, 0x3c00, 0x3f80],
  [0x3f803000, 0x3c02, 0x3f80],
  [0x3f808000, 0x3c04, 0x3f80],
  [0x3f818000, 0x3c0c, 0x3f82],
  [0x3f808001, 0x3c04, 0x3f81],
  [0x477fefff, 0x7bff, 0x4780],
  [0x477ff000, 0x7c00, 0x4780],
  [0x7f7fffff, 0x7c00, 0x7f80],
  [0x7f800000, 0x7c00, 0x7f80],
  [0xff800000, 0xfc00, 0xff80],
  [0x33000000, 0x0000, 0x3300],
  [0x33000001, 0x0001, 0x3300],
  [0x33800000, 0x0001, 0x3380],
  [0x387fc000, 0x03ff, 0x3880],
  [0x387fe000, 0x0400, 0x3880],
  [0x387fffff, 0x0400, 0x3880],
  [0x00000001, 0x0000, 0x0000],
  [0x80000001, 0x8000, 0x8000],
  [0x40490fdb, 0x4248, 0x4049],
  [0xc2f6e979, 0xd7b7, 0xc2f7],
  [0x7f7f8000, 0x7c00, 0x7f80],
  [0x7f7f7fff, 0x7c00, 0x7f7f],
]

test('both formats round as PyTorch does', () => {
  const values = new Float32Array(Uint32Array.from(ofPyTorch, ([bits]) => bits!).buffer)
  expect(toFloat16(values)).toEqual(Uint16Array.from(ofPyTorch, ([, half]) => half!))
  expect(toBfloat16(values)).toEqual(Uint16Array.from(ofPyTorch, ([, , half]) => half!))
})
