export { type LoraTarget, loraTargets, type ModelMemory } from '@querl/torch/native'
export { packTokens, type TokenBatch } from './batch.js'
export type { ModelConfig, ModelDtype, ModelFamily, RopeScaling } from './config.js'
export { CrossEncoder, type CrossEncoderOptions, type TextPair } from './cross-encoder.js'
export type { EmbeddingPreset, EmbeddingSettings } from './embedding-presets.js'
export type { EncoderConfig, EncoderFamily } from './encoder-config.js'
export type { EncodeProgress, EncoderOptions, RunOptions } from './encoder-model.js'
export { IncrementalDecoder } from './incremental-decoder.js'
export { LanguageModel } from './language-model.js'
export { readConfig } from './load.js'
export type { CheckedLora, LoraOptions } from './lora.js'
export type { CrossEntropyLoss, Loss, LossSums, PolicyLoss, ValueLoss } from './losses.js'
export type {
  CreateOptions,
  LoadOptions,
  ModelOptions,
  SaveOptions,
  ScoreOptions,
} from './model-options.js'
export type { AdamWOptions } from './optimizer.js'
export { type MemoryPlan, type MemoryRecipe, planMemory } from './plan-memory.js'
export {
  type GenerateOptions,
  Sampler,
  type SamplerActivity,
  type SamplerOptions,
  Session,
  type SessionOptions,
  type Turn,
  type WatchOptions,
} from './sampler.js'
export type { Pooling } from './sentence-transformers.js'
export { TextEmbedder, type TextEmbedderOptions } from './text-embedder.js'
export {
  type ChatMessage,
  type ChatOptions,
  type ChatTemplate,
  type ChatToolCall,
  type DecodeOptions,
  type EncodeOptions,
  type TokenBytes,
  Tokenizer,
} from './tokenizer.js'
