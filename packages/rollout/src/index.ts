export { byteTokenizer } from './byte-tokenizer.js'
export type {
  FoundPassage,
  GenerateOptions,
  Message,
  Question,
  Retriever,
  Sampler,
  Session,
  Tokenizer,
  Tool,
  ToolResult,
  Turn,
  TurnFinish,
} from './interfaces.js'
export type { RolloutOptions } from './options.js'
export type { Action, Observation, Prompt, Protocol } from './protocol.js'
export {
  type InformationFormat,
  type SearchR1Options,
  searchR1,
} from './protocols/search-r1.js'
export { rollout } from './rollout.js'
export {
  type Script,
  type ScriptContext,
  type ScriptedSampler,
  type ScriptedSamplerOptions,
  scriptedSampler,
} from './scripted-sampler.js'
export { type SearchOptions, type SearchStats, type SearchTool, search } from './tools/search.js'
export {
  type Author,
  type Finish,
  logprobsOf,
  lossMask,
  policyTokens,
  type SearchRecord,
  type Segment,
  type Trajectory,
  tokensOf,
} from './trajectory.js'
