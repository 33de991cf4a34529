import type { SuiteDescription, Target } from '../result.js'

export const threads = 2
export const smallBatches = [1, 8, 64] as const
export const smallThreads = [1, 2] as const
export const smallShapes = ['quickstart', 'hidden 128'] as const
export const checkpointBatches = [1, 16] as const
export const samplesCase = 'samples of one prompt, 0.5B'
export const turnsCase = 'turns of a conversation, 0.1B'
export const trainingCases = ['training step, 0.1B', 'training step, 0.1B, checkpointing'] as const

export type SmallShape = (typeof smallShapes)[number]

export function smallCase(shape: SmallShape, batch: number, count: number): string {
  return `decode, ${shape}, batch ${batch}, ${count} ${count === 1 ? 'thread' : 'threads'}`
}

export function checkpointCase(batch: number): string {
  return `decode, 0.5B, batch ${batch}`
}

const ratio = (atLeast: number): Target => ({ of: 'ratio', atLeast })

/** At `threads` threads, by batch. */
export const smallTargets: Readonly<Record<number, Target>> = {
  ...{ 1: ratio(6), 8: ratio(3), 64: ratio(1.8) },
}
export const targets = {
  decode: ratio(1.5),
  /** Of the bandwidth, at batch 1. */
  bandwidth: { of: 'ours', atLeast: 0.7 },
  samples: ratio(2),
  turns: ratio(2),
  trainingTime: ratio(1.5),
  /** 0.6 times the peer's memory. */
  trainingMemory: ratio(1 / 0.6),
} as const satisfies Record<string, Target>

export const description: SuiteDescription = {
  summary: 'sampling and training of language models, against PyTorch and transformers',
  cases: [
    ...smallShapes.flatMap((shape) =>
      smallThreads.flatMap((count) =>
        smallBatches.map((batch) => ({
          name: smallCase(shape, batch, count),
          summary: 'greedy, fp32, against eager PyTorch: time per step, equal tokens',
        })),
      ),
    ),
    ...checkpointBatches.map((batch) => ({
      name: checkpointCase(batch),
      summary: "greedy, bf16, the shape of Qwen2.5-0.5B, against transformers' generate",
    })),
    { name: samplesCase, summary: '8 samples of a 512-token prompt, 64 new tokens each' },
    { name: turnsCase, summary: '16 sessions, 4 turns, 150 tokens of observation between them' },
    ...trainingCases.map((name) => ({
      name,
      summary: 'a step of GRPO in bf16, packed, against padding as TRL does: time and memory',
    })),
  ],
}
