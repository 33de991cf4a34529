import { randomStream } from '@querl/base'

/** A Qwen2-style decoder's sizes, as `@querl/lm` takes them. */
export type WorldModelConfig = Readonly<ReturnType<typeof worldModelConfig>>

/** Fills a parameter, given its name in Hugging Face's layout and its shape. */
export type Initialise = (name: string, shape: readonly number[]) => Float32Array

/** The model that the quickstart trains: about 183 000 parameters. */
export function worldModelConfig(vocabSize: number) {
  return {
    vocabSize,
    hiddenSize: 64,
    intermediateSize: 192,
    layers: 3,
    heads: 4,
    kvHeads: 2,
    headDim: 16,
    maxPositions: 256,
    rmsNormEpsilon: 1e-6,
    ropeTheta: 10_000,
    qkvBias: true,
    tiedEmbeddings: true,
  }
}

// Standard deviations, times 1/sqrt(fan in) for linear maps. What writes into the residual stream
// starts small, so that a fresh model passes its embeddings through.
const embeddingScale = 0.1
const linearScale = 0.7
const residualScale = 0.25

/** Initial weights by the run's seed; each parameter has a stream of its own. */
export function worldInitialiser(seed: number): Initialise {
  return (name, shape) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    if (name.endsWith('norm.weight')) return values.fill(1)
    if (name.endsWith('.bias') || name.startsWith('value_head')) return values
    const stream = randomStream(seed, 'model', name)
    const scale = scaleOf(name) / (isEmbedding(name) ? 1 : Math.sqrt(shape[1]!))
    for (let at = 0; at < values.length; at++) values[at] = scale * stream.normal()
    return values
  }
}

function scaleOf(name: string): number {
  if (isEmbedding(name)) return embeddingScale
  return /\.(o_proj|down_proj)\.weight$/.test(name) ? residualScale : linearScale
}

function isEmbedding(name: string): boolean {
  return name.endsWith('embed_tokens.weight')
}
