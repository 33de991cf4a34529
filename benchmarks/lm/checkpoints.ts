// Models with the shapes of real ones and random weights: both sides load the same files.

import { LanguageModel, type ModelConfig } from '@querl/lm'

const qwen = { rmsNormEpsilon: 1e-6, ropeTheta: 1e6, qkvBias: true, tiedEmbeddings: true }

/** Qwen2.5-0.5B: 494 M parameters, a quarter of them in the embedding. */
export const halfBillion: ModelConfig = {
  ...{ ...qwen, vocabSize: 151_936, hiddenSize: 896, intermediateSize: 4864, layers: 24 },
  ...{ heads: 14, kvHeads: 2, headDim: 64, maxPositions: 32_768 },
}

/** As wide and as deep as GPT-2 small, with Qwen2's layers: 101 M parameters. */
export const tenthBillion: ModelConfig = {
  ...{ ...qwen, vocabSize: 32_768, hiddenSize: 768, intermediateSize: 2048, layers: 12 },
  ...{ heads: 12, kvHeads: 4, headDim: 64, maxPositions: 4096 },
}

/** Writes a model in bf16. Its weights depend on the shape alone. */
export async function writeCheckpoint(folder: string, config: ModelConfig): Promise<void> {
  using model = await LanguageModel.create(config, { initialise, dtype: 'bfloat16' })
  await model.save(folder)
}

// Twice the spread of a fresh model: logits far enough apart that greedy tokens are no matter of luck.
const spread = 0.04

function initialise(name: string, shape: readonly number[]): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1)
  if (shape.length === 1) return new Float32Array(count).fill(name.endsWith('bias') ? 0 : 1)
  return uniform(count, shape[0]! + count).map((each) => each * spread)
}

/** Ids that depend on the numbers alone. Shape (count). */
export function randomIds(seed: number, count: number, vocabSize: number): Int32Array {
  // Uniform in ±√3, so that this is in [0, 1).
  const shares = uniform(count, seed * 7919 + 1).map((each) => each / (2 * Math.sqrt(3)) + 0.5)
  return Int32Array.from(shares, (share) => Math.min(Math.floor(share * vocabSize), vocabSize - 1))
}

/** Uniform numbers of mean 0 and variance 1, by xorshift: half a billion must not take long. */
function uniform(count: number, seed: number): Float32Array {
  const numbers = new Float32Array(count)
  const scale = Math.sqrt(3) / 2 ** 31
  let state = Math.imul(seed, 2_654_435_761) | 1
  for (let i = 0; i < 32 + count; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    if (i >= 32) numbers[i - 32] = state * scale // seeds that are close begin alike
  }
  return numbers
}
