export { packTokens, type TokenBatch } from './batch.js'
export type { ModelConfig } from './config.js'
export { LanguageModel } from './language-model.js'
export type { CrossEntropyLoss, Loss, LossSums, PolicyLoss, ValueLoss } from './losses.js'
export type { CreateOptions, LoadOptions, ModelOptions, ScoreOptions } from './model-options.js'
export type { AdamWOptions } from './optimizer.js'
export {
  type GenerateOptions,
  Sampler,
  type SamplerOptions,
  Session,
  type Turn,
} from './sampler.js'
export { type ChatMessage, type TokenBytes, Tokenizer } from './tokenizer.js'
