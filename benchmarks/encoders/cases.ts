import type { SuiteDescription, Target } from '../result.js'

export const threads = 2
/** Passages of a call. */
export const batch = 64
/** Texts that the peer takes at once, the longest first, so that it pads little. */
export const peerBatch = 16
export const dtypes = ['float32', 'bfloat16'] as const

export const targets: Readonly<Record<(typeof dtypes)[number], Target>> = {
  float32: { of: 'ratio', atLeast: 1.5 },
  bfloat16: { of: 'ratio', atLeast: 1.5 },
}

export function passagesCase(dtype: string): string {
  return `${batch} passages, E5-base, ${dtype}`
}

export function queryCase(dtype: string): string {
  return `1 query, E5-base, ${dtype}`
}

export const description: SuiteDescription = {
  summary: 'encoders of text, against transformers',
  cases: dtypes.flatMap((dtype) => [
    {
      name: passagesCase(dtype),
      summary:
        'of 20 to 180 tokens, from texts to vectors of length 1; the peer too sorts them by length',
    },
    { name: queryCase(dtype), summary: 'of 12 tokens: time until its vector is there' },
  ]),
}
