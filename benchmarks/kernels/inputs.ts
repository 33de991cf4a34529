// The same numbers as peer/inputs.py: a hash of the index, so that no file goes between the two.

const golden = 0x9e3779b1

/** The finaliser of MurmurHash3. */
function mix(value: number): number {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}

/** 32 random bits, as an unsigned number. */
function bits(seed: number, index: number): number {
  return mix(mix(index) ^ Math.imul(seed, golden)) >>> 0
}

/**
 * Nearly normal: the four bytes of a hash added up, and a second hash below them.
 *
 * @returns shape (count)
 */
export function normal(
  seed: number,
  count: number,
  mean: number,
  deviation: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(count)
  const scale = deviation / 147.8
  for (let i = 0; i < count; i++) {
    const b = bits(seed, i)
    const total = (b & 255) + ((b >>> 8) & 255) + ((b >>> 16) & 255) + (b >>> 24)
    out[i] = mean + (total + bits(seed + 7919, i) * 2 ** -32 - 510.5) * scale
  }
  return out
}

/** In [0, bound). Shape (count). */
export function integers(seed: number, count: number, bound: number): BigInt64Array<ArrayBuffer> {
  return BigInt64Array.from({ length: count }, (_, i) => BigInt(bits(seed, i) % bound))
}

/** 1 for about this share. Shape (count). */
export function flags(seed: number, count: number, share: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(count)
  for (let i = 0; i < count; i++) out[i] = bits(seed, i) < share * 2 ** 32 ? 1 : 0
  return out
}
