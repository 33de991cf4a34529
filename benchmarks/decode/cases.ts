import type { SuiteDescription } from '../result.js'

export const batches = [1, 8, 64] as const
export const threadCounts = [1, 2] as const
export const shapes = ['quickstart', 'hidden 128'] as const

export type ShapeName = (typeof shapes)[number]

export function caseName(shape: ShapeName, batch: number, threads: number): string {
  return `${shape}, batch ${batch}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
}

export const description: SuiteDescription = {
  summary: 'greedy decoding of a small Qwen2, against eager PyTorch with a KV cache',
  cases: shapes.flatMap((shape) =>
    threadCounts.flatMap((threads) =>
      batches.map((batch) => ({
        name: caseName(shape, batch, threads),
        summary: 'time per step, and whether the tokens are the same',
      })),
    ),
  ),
}
