export type { Layout, MemoryFormat, Scalar } from './argument-types.js'
export { type BackwardOptions, type GradOptions, grad } from './autograd.js'
export {
  arange,
  empty,
  eye,
  full,
  linspace,
  ones,
  type RandomOptions,
  rand,
  randint,
  randn,
  randperm,
  type TensorOptions,
  zeros,
} from './creation.js'
export {
  type BackwardContext,
  type CustomFunctionOptions,
  customFunction,
  type ForwardContext,
} from './custom-function.js'
export type { Device } from './device.js'
export type { Dtype, TensorData } from './dtype.js'
export { Generator, manualSeed, randomState, setRandomState } from './generator.js'
export { enableGrad, isGradEnabled, noGrad } from './grad-mode.js'
export { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half.js'
export type { AxisIndex, Range, TensorValue } from './indexing.js'
export { info, type TorchInfo } from './info.js'
export {
  type AdamWOptions,
  type AdamWState,
  adamw,
  adamwState,
  clipScale,
  globalNorm,
} from './kernels/adamw.js'
export { type GaeEstimate, type GaeOptions, gae } from './kernels/gae.js'
export {
  type GroupAdvantageOptions,
  groupAdvantages,
  type SpreadAdvantageOptions,
  type TokenLayout,
} from './kernels/group-advantages.js'
export { type LinearLogprobsOptions, linearLogprobs } from './kernels/linear-logprobs.js'
export { type LogitsLogprobsOptions, logitsLogprobs } from './kernels/logits-logprobs.js'
export {
  maskedPpo,
  type PpoArrays,
  type PpoArraysResult,
  type PpoGradients,
  type PpoResult,
  type PpoTensors,
  type PpoTensorsResult,
  type PpoTokens,
} from './kernels/masked-ppo.js'
export type { Integers } from './kernels/operands.js'
export {
  addPpoSums,
  type KlEstimates,
  type PpoMetrics,
  type PpoSums,
  ppoMetrics,
} from './kernels/ppo-metrics.js'
export type {
  KlEstimator,
  PpoAggregate,
  PpoAggregation,
  PpoClip,
  PpoCorrection,
  PpoKl,
  PpoOptions,
  PpoRatio,
  PpoValue,
} from './kernels/ppo-options.js'
export { type SampleOptions, type Samples, sample } from './kernels/sample.js'
export type { TokenScores } from './kernels/token-scores.js'
export { type VarlenAttentionOptions, varlenAttention } from './kernels/varlen-attention.js'
export { type Whitened, type WhitenOptions, whiten } from './kernels/whiten.js'
export { type MemoryInUse, memory } from './memory.js'
export { type NestedNumbers, tensor } from './nested-numbers.js'
export { callOperator, type OperatorArgument, type OperatorResult } from './operator-call.js'
export { ops, type UntypedOperator } from './operators.js'
export { type RunOptions, run, setThreads } from './run.js'
export {
  type LoadedTensors,
  type LoadOptions,
  loadTensors,
  type SaveOptions,
  saveTensors,
} from './safetensors.js'
export { type FromTypedArrayOptions, Tensor, type ToOptions } from './tensor.js'
export { keep, tidy } from './tidy.js'
