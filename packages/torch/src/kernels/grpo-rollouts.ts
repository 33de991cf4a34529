import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** What a test needs of real rollouts, packed: each of shape (T), NaN where the mask is 0. */
export interface GrpoRollouts {
  readonly tokens: number
  /** Shape (B + 1). */
  readonly offsets: readonly number[]
  readonly mask: Uint8Array
  readonly advantages: Float32Array
  /** Of the trainer, before its update. */
  readonly oldLogprobs: Float32Array
  readonly samplerLogprobs: Float32Array
}

interface Rollout {
  readonly input_lengths: readonly [number]
  readonly token_loss_mask: readonly [readonly number[]]
  readonly advantages: readonly [readonly number[]]
  readonly prev_logprobs: readonly [readonly number[]]
  readonly generation_logprobs: readonly [readonly number[]]
}

/** Search-R1 rollouts of another trainer, for tests; undefined, with a word, where they are absent. */
export function grpoRollouts(): GrpoRollouts | undefined {
  const data =
    process.env['QUERL_TEST_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
  const folder = join(data, 'grpo-rollouts')
  if (!existsSync(folder)) {
    console.warn(`Skipped: ${folder} is not there. QUERL_TEST_DATA names the data's folder.`)
    return undefined
  }
  const rollouts = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl.gz'))
    .flatMap((name) =>
      gunzipSync(readFileSync(join(folder, name)))
        .toString()
        .trim()
        .split('\n'),
    )
    .map((line) => JSON.parse(line) as Rollout)
  const offsets = [0]
  for (const { input_lengths } of rollouts) offsets.push(offsets.at(-1)! + input_lengths[0])
  const tokens = offsets.at(-1)!
  const mask = new Uint8Array(tokens)
  const column = (pick: (rollout: Rollout) => readonly number[]) => {
    const numbers = new Float32Array(tokens).fill(Number.NaN)
    rollouts.forEach((rollout, b) => {
      for (let t = 0; t < rollout.input_lengths[0]; t++)
        if (rollout.token_loss_mask[0][t] === 1) numbers[offsets[b]! + t] = pick(rollout)[t]!
    })
    return numbers
  }
  rollouts.forEach((rollout, b) => {
    mask.set(rollout.token_loss_mask[0].slice(0, rollout.input_lengths[0]), offsets[b]!)
  })
  return {
    tokens,
    offsets,
    mask,
    advantages: column((rollout) => rollout.advantages[0]),
    oldLogprobs: column((rollout) => rollout.prev_logprobs[0]),
    samplerLogprobs: column((rollout) => rollout.generation_logprobs[0]),
  }
}
