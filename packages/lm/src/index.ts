export { packTokens, type TokenBatch } from './batch.js'
export type { ModelConfig } from './config.js'
export { IncrementalDecoder } from './incremental-decoder.js'
export { LanguageModel } from './language-model.js'
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
export {
  type GenerateOptions,
  Sampler,
  type SamplerOptions,
  Session,
  type Turn,
} from './sampler.js'
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
