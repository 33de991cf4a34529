// The rate at which this machine reads memory, by a plain read of more than any cache holds.

import { ops, Tensor } from '@querl/torch'

/**
 * Bytes per second of the sum, and of the dot product with itself, of a gigabyte of fp32 by LibTorch on
 * all its threads, which read it once and write nothing: the best of several runs of both. (A loop
 * over 64-byte loads in C, a thread on each core, reads no faster than the sum.)
 */
export function measureBandwidth(): number {
  const bytes = 2 ** 30
  using numbers = Tensor.fromTypedArray(new Float32Array(bytes / 4).fill(1))
  let best = 0
  for (let run = 0; run < 4; run++)
    for (const read of [() => ops.sum(numbers), () => ops.dot(numbers, numbers)]) {
      const began = performance.now()
      read().dispose()
      best = Math.max(best, bytes / ((performance.now() - began) / 1000))
    }
  return best
}
