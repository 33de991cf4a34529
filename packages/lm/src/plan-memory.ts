import { availableParallelism } from 'node:os'
import { argumentError, checkNonNegative, checkPositiveInteger } from '@querl/base'
import { type ModelDtype, native } from '@querl/torch/native'
import { checkConfig, type ModelConfig } from './config.js'
import { type CheckedLora, checkedLora } from './lora.js'
import type { ModelOptions } from './model-options.js'

/** What is to be planned: a model, how it is kept and trained, and what is sampled from it. */
export interface MemoryRecipe extends Omit<ModelOptions, 'device'> {
  readonly config: ModelConfig
  /**
   * Tokens of keys and values that the sampler's sessions hold at the same time, at most the budget
   * of SamplerOptions.maxTokens. 0: nothing is sampled. Default 0.
   */
  readonly kvTokens?: number | undefined
  /** Whether it is trained. Default true. */
  readonly trains?: boolean | undefined
}

/** Bytes, by part, that a model and what is done with it take at their peak. */
export interface MemoryPlan {
  readonly weights: number
  /** A second copy that the fused engine and the sampler of an fp32 model compute from. */
  readonly packedWeights: number
  readonly adapter: number
  /** fp32, of trained weights that are stored in 16 bits. */
  readonly masters: number
  /** fp32, of what trains; the fused engine's further buckets among them. */
  readonly gradients: number
  /** AdamW's two moments. */
  readonly moments: number
  readonly kv: number
  /** Of a micro-batch, with the loss layer. */
  readonly activations: number
  readonly total: number
}

/** Tokens of a KV page; as kPageTokens in native/kernels/decode.h. */
const pageTokens = 32
/** Below it a parameter keeps moments of 32 bits; as Optimizer::kLeastQuantised. */
const leastQuantised = 4096
const bytesOf: Readonly<Record<ModelDtype, number>> = { float32: 4, bfloat16: 2, float16: 2 }

/**
 * Predicts the memory of a model on the CPU before it is made: from shapes alone, nothing is
 * allocated. What Node and LibTorch take for themselves, some 300 MB, is not in it. On CUDA the
 * parts are the same but for `packedWeights`, which is 0 there.
 *
 * On an idle machine within 10 % of the memory that processes were seen to take.
 *
 * @throws {QuerlError} ERR_QUERL_ARGUMENT
 */
export function planMemory(recipe: MemoryRecipe): MemoryPlan {
  const plan = checked(recipe)
  const parts = plan.engine === 'fused' ? fusedParts(plan) : layeredParts(plan)
  const kv = kvBytes(plan)
  const all = { weights: plan.weights.count * plan.size, ...parts, kv }
  return { ...all, total: Object.values(all).reduce((sum, bytes) => sum + bytes, 0) }
}

interface Checked {
  readonly config: ModelConfig
  readonly dtype: ModelDtype
  /** Bytes of a stored number. */
  readonly size: number
  readonly engine: 'fused' | 'libtorch'
  readonly weights: Shapes
  readonly adapter: Shapes | undefined
  readonly rank: number
  readonly optimizerBits: number
  readonly threads: number
  readonly tokens: number
  readonly checkpointing: boolean
  readonly trains: boolean
  readonly samples: boolean
  readonly kvTokens: number
}

/** Sizes of a model's parameters. */
interface Shapes {
  readonly counts: readonly number[]
  readonly count: number
}

function checked(recipe: MemoryRecipe): Checked {
  const { dtype = 'float32', engine = 'auto', lora = false, valueHead = false } = recipe
  const { kvTokens = 0, trains = true, threads = availableParallelism(), training = {} } = recipe
  const { microBatchTokens = 4096, checkpointing = false, optimizerBits = 32 } = training
  const config = checkConfig(recipe.config)
  checkPositiveInteger('threads', threads)
  checkPositiveInteger('training.microBatchTokens', microBatchTokens)
  checkNonNegative('kvTokens', kvTokens)
  if (!(dtype in bytesOf)) throw argumentError('dtype', '"float32", "bfloat16" or "float16"', dtype)
  if (optimizerBits !== 8 && optimizerBits !== 32)
    throw argumentError('training.optimizerBits', '8 or 32', optimizerBits)
  const weights = weightShapes(config, valueHead)
  const fits = dtype === 'float32' && !lora && weights.count < 32e6
  return {
    config,
    dtype,
    size: bytesOf[dtype],
    engine: engine === 'auto' ? (fits ? 'fused' : 'libtorch') : engine,
    weights,
    adapter: lora ? adapterShapes(config, checkedLora(lora), valueHead) : undefined,
    rank: lora ? lora.rank : 0,
    optimizerBits,
    threads,
    tokens: microBatchTokens,
    checkpointing,
    trains,
    samples: kvTokens > 0,
    kvTokens,
  }
}

function shapes(counts: readonly number[]): Shapes {
  return { counts, count: counts.reduce((sum, count) => sum + count, 0) }
}

const qSize = ({ heads, headDim }: ModelConfig) => heads * headDim
const kvSize = ({ kvHeads, headDim }: ModelConfig) => kvHeads * headDim
const qkvSize = (config: ModelConfig) => qSize(config) + 2 * kvSize(config)

function weightShapes(config: ModelConfig, valueHead: boolean): Shapes {
  const specs = native().parameterSpecs({ ...config, valueHead })
  return shapes(specs.map(({ shape }) => shape.reduce((size, axis) => size * axis, 1)))
}

function adapterShapes(config: ModelConfig, lora: CheckedLora, valueHead: boolean): Shapes {
  const { hiddenSize, intermediateSize, layers } = config
  const [q, kv] = [qSize(config), kvSize(config)]
  const modules = {
    q_proj: [hiddenSize, q],
    k_proj: [hiddenSize, kv],
    v_proj: [hiddenSize, kv],
    o_proj: [q, hiddenSize],
    gate_proj: [hiddenSize, intermediateSize],
    up_proj: [hiddenSize, intermediateSize],
    down_proj: [intermediateSize, hiddenSize],
  } as const
  const layer = lora.targets.flatMap((target) => modules[target].map((size) => size * lora.rank))
  return shapes([
    ...Array.from({ length: layers }, () => layer).flat(),
    ...(valueHead ? [hiddenSize, 1] : []),
  ])
}

/** Codes of 8 bits with a scale for every 256, or fp32, twice. */
function momentBytes({ counts }: Shapes, bits: number): number {
  const bytes = (count: number) =>
    bits === 8 && count >= leastQuantised ? count + 4 * Math.ceil(count / 256) : 4 * count
  return 2 * counts.reduce((sum, count) => sum + bytes(count), 0)
}

function kvBytes({ config, kvTokens, size }: Checked): number {
  const pages = Math.ceil(kvTokens / pageTokens)
  return pages * pageTokens * config.layers * 2 * kvSize(config) * size
}

type Parts = Omit<MemoryPlan, 'weights' | 'kv' | 'total'>

/** Packed as panels of 32 outputs. */
function packedBytes(config: ModelConfig): number {
  const { hiddenSize, intermediateSize, layers, vocabSize } = config
  const packed = (outputs: number, inputs: number) => Math.ceil(outputs / 32) * 32 * inputs * 4
  const layer =
    packed(qkvSize(config), hiddenSize) +
    packed(hiddenSize, qSize(config)) +
    packed(2 * intermediateSize, hiddenSize) +
    packed(hiddenSize, intermediateSize)
  return layers * layer + packed(vocabSize, hiddenSize)
}

/** As native/lm/fused_engine.h says. */
function fusedParts(plan: Checked): Parts {
  const { config, weights, threads, trains } = plan
  const { hiddenSize, intermediateSize, layers, heads, vocabSize } = config
  const packed = packedBytes(config)
  const state = 4 * weights.count
  if (!trains)
    return {
      packedWeights: packed,
      adapter: 0,
      masters: 0,
      gradients: 0,
      moments: 0,
      activations: 0,
    }
  const buckets = Math.min(8, Math.max(2, Math.floor(2 ** 26 / weights.count)))
  const rows = Math.max(128, Math.min(plan.tokens, config.maxPositions))
  const perRow = 4 * hiddenSize + qkvSize(config) + qSize(config) + 3 * intermediateSize + heads + 2
  const states = layers * rows * perRow
  const kept = states > 2 ** 26 ? rows * (layers * hiddenSize + perRow) : states
  const way =
    rows * (6 * hiddenSize + 2 * intermediateSize + 2 * qSize(config) + qkvSize(config)) +
    Math.max(2 ** 17, 24 * vocabSize)
  return {
    packedWeights: 2 * packed, // forward and backward
    adapter: 0,
    masters: 0,
    gradients: state * buckets,
    moments: 2 * state,
    activations: 4 * Math.min(threads, 8) * (kept + way),
  }
}

/** As native/lm/libtorch_layers.h lays it out. */
function layeredParts(plan: Checked): Parts {
  const { weights, adapter, size, trains, samples, dtype } = plan
  const trained = adapter ?? weights
  return {
    packedWeights: samples && dtype === 'float32' ? packedBytes(plan.config) : 0,
    adapter: adapter ? 4 * adapter.count : 0,
    masters: trains && !adapter && size < 4 ? 4 * weights.count : 0,
    gradients: trains ? 4 * trained.count : 0,
    moments: trains ? momentBytes(trained, plan.optimizerBits) : 0,
    activations: trains ? layeredActivations(plan) : 0,
  }
}

function layeredActivations(plan: Checked): number {
  const { config, size, tokens, checkpointing, adapter, rank } = plan
  const { hiddenSize: d, intermediateSize: f, layers, heads, kvHeads } = config
  const [q, kv, qkv] = [qSize(config), kvSize(config), qkvSize(config)]
  // Numbers of a row in the storage type, and in fp32.
  const keptNarrow = qkv + q + d + 2 * f + (config.qkNorm ? q + kv : 0)
  const keptWide = 2 + heads + (config.qkNorm ? heads + kvHeads : 0)
  const kept = (keptNarrow * size + keptWide * 4) * (checkpointing ? 1 : layers) + layers * d * 4
  const workNarrow = 4 * d + 2 * f + 3 * q + qkv + 2 * rank
  const workWide = 4 * d // the stream, what is read of it, their gradients
  const head = d * 4 + d * size + 4
  const row = kept + workNarrow * size + workWide * 4 + head
  // A matrix's gradient before it is added to the others.
  const product = adapter || size === 4 ? 0 : Math.max(2 * f, qkv) * d * size
  return tokens * row + product + lossBytes(plan)
}

/** Of the fused loss layer, linear_logprobs_backward_bytes(): a few chunks of logits and states. */
function lossBytes({ config, tokens }: Checked): number {
  return 3 * tokens * config.hiddenSize * 4 + 48 * 2 ** 20
}
