// What torch.node exports (native/addon). Internal: @querl/lm is written against it, users are not.
// Every function throws, and every promise rejects with, an Error that has a `code`.

import type { Binary } from '@querl/base'

declare const kind: unique symbol

/** An opaque native object. Native code checks its kind; nothing else can be done with it. */
export interface Handle<Kind extends string> {
  readonly [kind]: Kind
}
export type ModelHandle = Handle<'model'>
export type SamplerHandle = Handle<'sampler'>
export type EncoderHandle = Handle<'encoder'>
export type StopHandle = Handle<'stop'>

/** Architectures that one decoder with flags computes, named as in Hugging Face's `model_type`. */
export const modelFamilies = ['qwen2', 'qwen3', 'llama', 'mistral'] as const
export type ModelFamily = (typeof modelFamilies)[number]

/** How a model keeps its weights, and how they lie in its files. */
export type ModelDtype = 'float32' | 'bfloat16' | 'float16'

/** How RoPE's frequencies are changed for windows longer than those that were trained on. */
export type RopeScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3'
      /** Wavelengths above `originalPositions / lowFrequencyFactor` are stretched by it. */
      readonly factor: number
      readonly lowFrequencyFactor: number
      /** Wavelengths below `originalPositions / highFrequencyFactor` stay. */
      readonly highFrequencyFactor: number
      readonly originalPositions: number
    }

/** The shape of an encoder of BERT's family (native/lm/encoder_config.h). */
export interface NativeEncoderConfig {
  readonly vocabSize: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layers: number
  readonly heads: number
  /** Rows of the table of positions. */
  readonly positions: number
  /** The row of a text's first token. */
  readonly firstPosition: number
  /** 0: there is no table of them. */
  readonly tokenTypes: number
  readonly normEpsilon: number
  readonly activation: 'gelu' | 'geluTanh' | 'relu'
  /** Outputs of a classifier of texts; 0: it has none. */
  readonly labels: number
  readonly headActivation: 'tanh' | 'relu'
}

/** The shape of a decoder of the families of Qwen2, Qwen3, Llama 3 and Mistral. */
export interface ModelConfig {
  /**
   * Which architecture the files of the model name. Default: the one with its flags, which is
   * `llama` where none is set.
   */
  readonly family?: ModelFamily | undefined
  /** V */
  readonly vocabSize: number
  /** D */
  readonly hiddenSize: number
  /** Width of the gated feed-forward layer. */
  readonly intermediateSize: number
  readonly layers: number
  /** Query heads. */
  readonly heads: number
  /** Key and value heads; divides `heads`. */
  readonly kvHeads: number
  /** Even, since rotary positions pair its halves. */
  readonly headDim: number
  /** The window, in tokens. */
  readonly maxPositions: number
  readonly rmsNormEpsilon: number
  readonly ropeTheta: number
  /** Default: none. */
  readonly ropeScaling?: RopeScaling | undefined
  /** Whether queries, keys and values have a bias, as in Qwen2. */
  readonly qkvBias: boolean
  /** Whether each head's queries and keys are RMS-normed before RoPE, as in Qwen3. Default false. */
  readonly qkNorm?: boolean | undefined
  /** Keys that a query sees, its own among them. Default: all. */
  readonly slidingWindow?: number | undefined
  /** The first layers, which see all keys whatever the window. Default 0. */
  readonly fullAttentionLayers?: number | undefined
  /** Whether the output layer is the embedding. */
  readonly tiedEmbeddings: boolean
}

export interface NativeModelConfig extends ModelConfig {
  readonly valueHead: boolean
}

/** Modules of a layer that an adapter can have matrices for, by native code's number. */
export const loraTargets = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
] as const
export type LoraTarget = (typeof loraTargets)[number]

/** All required, unlike the options that users give. */
export interface NativeModelOptions {
  readonly dtype: ModelDtype
  readonly device: string
  readonly engine: 'auto' | 'fused' | 'libtorch'
  readonly threads: number
  readonly microBatchTokens: number
  readonly checkpointing: boolean
  readonly sharePrompts: boolean
  readonly optimizerBits: number
  readonly strict: boolean
  readonly lora?: NativeLora | undefined
}

export interface NativeLora {
  readonly rank: number
  readonly alpha: number
  /** Indexes into loraTargets. */
  readonly targets: Int32Array
  readonly rankStabilised: boolean
}

/** Bytes that a model holds, by part. */
export interface ModelMemory {
  /** As they are stored. */
  readonly weights: number
  /** A second copy that the fused engine, and the sampler of an fp32 model, compute from. */
  readonly packedWeights: number
  readonly adapter: number
  /** fp32, of weights that are stored in 16 bits; made at the first step. */
  readonly masters: number
  /** fp32, of what trains; made when the first ones are computed. */
  readonly gradients: number
  /** AdamW's state; made at the first step. */
  readonly moments: number
  /** What the engine keeps from one call to the next: activations, and its own copies. */
  readonly engine: number
}

/** How a stored tensor's numbers lie in the file. */
export const storedTypes = { F32: 0, BF16: 1, F16: 2 } as const

/** Why a turn ended, by native code's number. */
export const finishReasons = ['stop', 'stopId', 'length', 'window', 'aborted', 'error'] as const

/** The per-token arrays of a loss, shape (T), and its coefficients. */
export type NativeLoss =
  | { readonly kind: 'crossEntropy'; readonly weights: Float32Array }
  | {
      readonly kind: 'policy'
      readonly weights: Float32Array
      readonly oldLogprobs: Float32Array
      readonly advantages: Float32Array
      readonly referenceLogprobs?: Float32Array | undefined
      readonly clipLow: number
      readonly clipHigh: number
      readonly klCoefficient: number
      readonly entropyCoefficient: number
    }
  | {
      readonly kind: 'value'
      readonly weights: Float32Array
      readonly returns: Float32Array
      readonly oldValues: Float32Array
      readonly clip: number
    }

/** All required, unlike the options that users give. */
export interface NativeStepOptions {
  readonly lr: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  readonly weightDecay: number
  readonly maxGradNorm: number
}

export interface SamplerStats {
  readonly sessions: number
  /** Turns that were in the last pass. */
  readonly running: number
  /** The other turns. */
  readonly waiting: number
  /** Those of them that have no room for their keys and values yet. */
  readonly waitingForPages: number
  readonly usedPages: number
  /** Pages that turns were promised and have not used yet. */
  readonly reservedPages: number
  readonly totalPages: number
  /** Tokens of a page. */
  readonly pageTokens: number
  /** Tokens of prompts and observations that were computed since the sampler was made. */
  readonly prefilledTokens: number
  /** Tokens that were sampled since then. */
  readonly sampledTokens: number
  /** Passes through the model since then. */
  readonly passes: number
  /** Times since then that a session lost its keys and values to another. */
  readonly evictions: number
}

export interface NativeSamplerOptions {
  readonly threads: number
  readonly maxTokens: number
  /** 0: the decoder's own choice. */
  readonly maxBatchTokens: number
  readonly stallTimeoutMs: number
}

/**
 * Receives the turns since the last call. A row of `table` is (request, number of ids, partial, index
 * into finishReasons, stop index, policy version, top log-probs per id); `ids` and `logprobs` hold those
 * of all rows behind each other, likewise `topIds` and `topLogprobs`; `errors` the code and the message
 * of each row that failed.
 */
export type TurnListener = (
  table: Float64Array,
  ids: Int32Array,
  logprobs: Float32Array,
  errors: string[],
  topIds: Int32Array,
  topLogprobs: Float32Array,
) => void

export const turnColumns = 7

export interface NativeBinding extends Binary {
  /** The version of LibTorch that it was compiled against. */
  readonly libtorch: string
  runtimeInfo(): { isa: string; torchThreads: number; torchConfig: string; cudaDevices: number }

  createStopSource(): StopHandle
  requestStop(stop: StopHandle): void

  /** All names with their namespace, without overloads, sorted. */
  operatorNames(): string[]
  /** Each call gives new indexes to the overloads: ask once. */
  operatorOverloads(name: string): { index: number; schema: string }[]
  /** Through which the calls below pass numbers (call-buffer.ts). */
  setCallBuffer(buffer: Float64Array): void
  /**
   * Takes `count` numbers from the buffer and leaves the results there, or returns those that it has
   * no room for. `owner` is the object of the result, if that is one tensor.
   */
  callOperator(
    index: number,
    count: number,
    owner?: object,
    texts?: readonly string[],
  ): Float64Array | undefined
  /** From here on, calls go to the compute thread; the promise settles when those before endRun() have. */
  beginRun(stop?: StopHandle): Promise<void>
  /** `failed`: what was not begun is dropped. */
  endRun(failed: boolean): void
  /** The native object is freed some time after `owner` was collected. */
  attachObject(id: number, owner: object): void
  disposeObject(id: number): void
  sweepObjects(): void
  memory(): { tensors: number; bytes: number }

  /** The id. Without `copy`, the tensor's memory is that of `data`, which is kept. */
  createTensor(
    owner: object,
    data: ArrayBufferView,
    dtype: number,
    shape: readonly number[],
    copy: boolean,
  ): number
  /** Leaves (dtype, device type, device index, axes, sizes…) in the buffer. */
  tensorInfo(id: number): void
  tensorData(id: number): ArrayBuffer
  tensorView(id: number): ArrayBuffer

  /** Of this thread. */
  isGradEnabled(): boolean
  setGradEnabled(enabled: boolean): void
  /** The id of a generator on the CPU. */
  createGenerator(owner: object): number
  /**
   * The ids of the outputs, without owners; null for one that is an output of `forward`, as it is.
   * Ids that `backward` is given are gone when it returns; null there is no gradient.
   */
  applyCustomFunction(
    inputs: readonly number[],
    forward: () => { outputs: readonly number[]; saved: readonly number[] },
    backward: (
      gradients: readonly number[],
      saved: readonly number[],
      needed: readonly boolean[],
    ) => readonly (number | null)[],
  ): (number | null)[]

  createModel(config: NativeModelConfig, options: NativeModelOptions): ModelHandle
  disposeModel(model: ModelHandle): void
  /** The parameters of a model of this config, in the order of their indexes; makes none. */
  parameterSpecs(config: NativeModelConfig): { name: string; shape: number[] }[]
  getParameter(model: ModelHandle, index: number): Float32Array
  /** weightsChanged() must follow. */
  setParameter(model: ModelHandle, index: number, data: Float32Array): void
  weightsChanged(model: ModelHandle): void
  modelVersion(model: ModelHandle): number
  setModelVersion(model: ModelHandle, version: number): void
  modelMemory(model: ModelHandle): ModelMemory
  /** What 'auto' came to. */
  chosenEngine(model: ModelHandle): 'fused' | 'libtorch'
  copyWeights(to: ModelHandle, from: ModelHandle, stop?: StopHandle): Promise<void>

  /** Empty without an adapter. */
  adapterSpecs(model: ModelHandle): { name: string; shape: number[] }[]
  getAdapter(model: ModelHandle, index: number): Float32Array
  /** weightsChanged() must follow. */
  setAdapter(model: ModelHandle, index: number, data: Float32Array): void
  mergeAdapter(model: ModelHandle): Promise<void>

  /** Of what trains: indexes are the adapter's where there is one, else the parameters'. */
  getGradient(model: ModelHandle, index: number): Float32Array
  zeroGradients(model: ModelHandle): void
  optimizerSteps(model: ModelHandle): number
  setOptimizerSteps(model: ModelHandle, steps: number): void
  resetOptimizer(model: ModelHandle): void
  /** The optimiser's state, but for its steps, as it is to lie in a file. */
  stateTensors(model: ModelHandle): { name: string; shape: number[]; dtype: 'F32' | 'U8' }[]
  /** Where each of stateTensors() lies in the file. */
  readState(
    model: ModelHandle,
    path: string,
    positions: Float64Array,
    stop?: StopHandle,
  ): Promise<void>
  /** All of stateTensors(), in their order. */
  writeState(model: ModelHandle, path: string, header: Uint8Array, stop?: StopHandle): Promise<void>

  /** Rows of (parameter, position in the file, stored type). weightsChanged() must follow. */
  readTensors(
    model: ModelHandle,
    path: string,
    rows: Float64Array,
    stop?: StopHandle,
  ): Promise<void>
  /** Parameters, in the order of the file. */
  writeTensors(
    model: ModelHandle,
    path: string,
    header: Uint8Array,
    indexes: Float64Array,
    stop?: StopHandle,
  ): Promise<void>

  backward(
    model: ModelHandle,
    tokens: Int32Array,
    offsets: Float64Array,
    loss: NativeLoss,
    temperature: number,
    bannedIds: Int32Array,
    stop?: StopHandle,
  ): Promise<Float64Array>
  logprobs(
    model: ModelHandle,
    tokens: Int32Array,
    offsets: Float64Array,
    weights: Float32Array | undefined,
    temperature: number,
    bannedIds: Int32Array,
    reference: boolean,
    stop?: StopHandle,
  ): Promise<{ logprobs: Float32Array; entropies: Float32Array }>
  values(
    model: ModelHandle,
    tokens: Int32Array,
    offsets: Float64Array,
    weights: Float32Array | undefined,
    stop?: StopHandle,
  ): Promise<Float32Array>
  logits(
    model: ModelHandle,
    tokens: Int32Array,
    offsets: Float64Array,
    stop?: StopHandle,
  ): Promise<Float32Array>
  step(
    model: ModelHandle,
    options: NativeStepOptions,
  ): Promise<{ gradNorm: number; skipped: boolean }>

  /** Its tensors are to be read, and then finishEncoder() to be called. */
  createEncoder(config: NativeEncoderConfig, dtype: ModelDtype, threads: number): EncoderHandle
  disposeEncoder(encoder: EncoderHandle): void
  /** The tensors of an encoder of this config, in the order of their indexes; makes none. */
  encoderTensors(config: NativeEncoderConfig): { name: string; shape: number[] }[]
  /** As readTensors(). */
  readEncoderTensors(
    encoder: EncoderHandle,
    path: string,
    rows: Float64Array,
    stop?: StopHandle,
  ): Promise<void>
  finishEncoder(encoder: EncoderHandle): Promise<void>
  /**
   * Writes one row of `out` for each text, which nobody else may touch until it is done.
   *
   * @param pooling undefined: the classifier's outputs
   */
  encodeTexts(
    encoder: EncoderHandle,
    tokens: Int32Array,
    tokenTypes: Uint8Array | undefined,
    offsets: Float64Array,
    rows: Int32Array,
    pooling: 'mean' | 'cls' | 'last' | 'max' | undefined,
    normalize: boolean,
    out: Float32Array,
    stop?: StopHandle,
  ): Promise<void>
  createSampler(
    model: ModelHandle,
    bytes: Uint8Array,
    offsets: Uint32Array,
    options: NativeSamplerOptions,
    listener: TurnListener,
  ): SamplerHandle
  disposeSampler(sampler: SamplerHandle): void
  openSession(sampler: SamplerHandle, pinned: boolean): number
  forkSession(sampler: SamplerHandle, session: number, pending?: Int32Array): number
  pinSession(sampler: SamplerHandle, session: number, pinned: boolean): void
  closeSession(sampler: SamplerHandle, session: number): void
  generate(
    sampler: SamplerHandle,
    session: number,
    request: number,
    pending: Int32Array | undefined,
    maxTokens: number,
    temperature: number,
    topP: number,
    topK: number,
    minP: number,
    seed: number,
    stream: boolean,
    topLogprobs: number,
    stop: readonly string[] | undefined,
    stopIds: Int32Array | undefined,
    bannedIds: Int32Array | undefined,
  ): void
  abortTurn(sampler: SamplerHandle, request: number): void
  samplerStats(sampler: SamplerHandle): SamplerStats
}
