// Small models for tests.

import { randomStream } from '@querl/base'
import { LanguageModel, type ModelConfig, type ModelOptions, Tokenizer } from './index.js'
import { byteCharacters } from './token-bytes.js'

export const smallConfig: ModelConfig = {
  vocabSize: 260,
  hiddenSize: 32,
  intermediateSize: 48,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  maxPositions: 128,
  rmsNormEpsilon: 1e-6,
  ropeTheta: 10_000,
  qkvBias: true,
  tiedEmbeddings: true,
}

/** One token per byte, and `<end>` = 256. */
function byteTokenizer(): Tokenizer {
  const vocab = Object.fromEntries(byteCharacters.map((character, byte) => [character, byte]))
  return Tokenizer.fromJson(
    {
      added_tokens: [{ id: 256, content: '<end>', special: true, normalized: false }],
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true },
      decoder: { type: 'ByteLevel' },
      model: { type: 'BPE', vocab, merges: [] },
    },
    { eos_token: '<end>' },
  )
}

/** A model with random weights that differ from seed to seed. */
export async function smallModel(
  options: ModelOptions & { seed?: number; config?: Partial<ModelConfig> } = {},
): Promise<LanguageModel> {
  const random = randomStream(options.seed ?? 1, 'weights')
  return LanguageModel.create(
    { ...smallConfig, ...options.config },
    {
      ...options,
      tokenizer: byteTokenizer(),
      initialise: (name, shape) => {
        const count = shape.reduce((product, size) => product * size, 1)
        const mean = name.includes('norm') ? 1 : 0
        return Float32Array.from({ length: count }, () => mean + 0.15 * random.normal())
      },
    },
  )
}

export const idsOf = (text: string): Int32Array => byteTokenizer().encode(text)
