import { availableParallelism } from 'node:os'
import { loraTargets } from '@querl/lm'
import { z } from 'zod'

/**
 * A recipe: everything that a run is made of, as one schema.
 *
 * The schema is the only place where a key, its type, its range, its default and its meaning are
 * written; the YAML form, the overrides of the command line, `querl recipe` and the copy in the run
 * folder all come from it. Defaults are Search-R1's own where the paper has the knob; a recipe for
 * a small model says what it does otherwise.
 */

const positive = () => z.number().positive()
const count = () => z.int().positive()
const countOrNone = () => z.int().nonnegative()
const share = () => z.number().min(0).max(1)

const worldTask = z.strictObject({
  kind: z.literal('world').describe('A generated world of people, companies and cities'),
})

const filesTask = z.strictObject({
  kind: z.literal('files').describe('Questions and passages of your own'),
  questions: z.string().describe('JSONL(.gz) of id, question, golden_answers'),
  passages: z
    .string()
    .optional()
    .describe('JSON or JSONL(.gz) of title and text, or id and contents; not for retrieval.url'),
  dev: count().default(32).describe('Questions cut off for gates and early stopping'),
  test: count().default(64).describe('Questions cut off for the final figures, never trained on'),
})

const model = z.strictObject({
  dir: z.string().optional().describe('Hugging Face folder: config.json, *.safetensors, tokenizer'),
  tokenizer: z
    .string()
    .optional()
    .describe('Folder or tokenizer.json; needed where the folder of the model has none'),
  dtype: z
    .enum(['float32', 'bfloat16', 'float16'])
    .default('float32')
    .describe('How the weights are kept; of 16 bits, training adds masters in fp32'),
  device: z.string().default('cpu').describe('cpu, or cuda:N where querl was built for it'),
  engine: z
    .enum(['auto', 'fused', 'libtorch'])
    .default('auto')
    .describe('What trains; auto: fused for small fp32 models on the CPU, else libtorch'),
  hiddenSize: count().default(64).describe('Of a model made from nothing, as all below'),
  intermediateSize: count().default(192).describe('Width of the feed-forward layers'),
  layers: count().default(3).describe('Decoder layers'),
  heads: count().default(4).describe('Query heads'),
  kvHeads: count().default(2).describe('Key and value heads; divides heads'),
  headDim: count().default(16).describe('Width of one head; even'),
  maxPositions: count().default(512).describe('Context window, in tokens'),
})

const retrieval = z.strictObject({
  topK: count().default(3).describe('Passages that one search returns'),
  k1: positive().default(0.9).describe('BM25: how fast repeated words saturate'),
  b: share().default(0.4).describe('BM25: how much long passages are held back'),
  index: z
    .string()
    .optional()
    .describe('Index folder, opened if there, else built; default: in the run folder'),
  url: z
    .url({ protocol: /^https?$/, error: 'a URL such as http://127.0.0.1:8000' })
    .optional()
    .describe('Server to search instead: querl serve, or Search-R1’s own; no passages are needed'),
  tokenEnv: z
    .string()
    .optional()
    .describe('Environment variable with the token of that server; default: it wants none'),
  timeoutMs: positive().default(10_000).describe('After that a search counts as failed'),
})

const rollout = z.strictObject({
  prompt: z
    .enum(['searchR1', 'question'])
    .default('searchR1')
    .describe(
      "searchR1: the paper's instruction, in the chat template; question: the bare question",
    ),
  maxSearches: count().default(4).describe('Searches in one trajectory'),
  maxPolicyTokens: count().default(2500).describe('Tokens that the policy may write, in all'),
  maxTurnTokens: count().default(500).describe('Tokens that the policy may write in one turn'),
  maxObservationTokens: count().default(500).describe('Longer search results are cut'),
  maxTokens: count().default(4096).describe('Prompt, policy and tools together'),
  onInvalid: z
    .enum(['feedback', 'end'])
    .default('feedback')
    .describe('A turn with neither search nor answer: told so, or ended'),
  temperature: positive().default(1).describe('Of the rollouts that are trained on'),
})

const warmStart = z.strictObject({
  readingSteps: countOrNone().default(0).describe('Steps of reading practice (worlds only)'),
  demonstrationSteps: countOrNone()
    .default(0)
    .describe('Steps on imperfect demonstrations of the form'),
  demonstrations: count().default(1500).describe('Demonstrations in the pool'),
  readingShare: share().default(0.3).describe('Share of reading rows among the demonstrations'),
  batchSize: count().default(32).describe('Rows of one step'),
  lr: positive().default(4e-3).describe('Peak learning rate'),
  beta2: share().default(0.98).describe('AdamW: decay of the squared gradients'),
  warmupSteps: countOrNone().default(50).describe('Steps of linear warm-up'),
  finalLr: share().default(0.1).describe('Share of lr that is left at the last step'),
  maxGradNorm: positive().default(1).describe('Gradients are clipped to this norm'),
  gate: z
    .strictObject({
      minEm: share().default(0.15).describe('Exact match on the dev split that RL needs to start'),
      extraSteps: count().default(100).describe('Further steps while it is lower'),
      extraLr: positive().default(1e-3).describe('Their learning rate'),
      rounds: countOrNone().default(3).describe('How many times at most; then the run fails'),
    })
    .prefault({})
    .describe('RL never starts from a policy that is almost never right'),
})

const lora = z.strictObject({
  rank: count().describe('Of the matrices A and B'),
  alpha: positive().optional().describe('The scale is alpha / rank; default: 2 rank'),
  targets: z
    .array(z.enum(loraTargets))
    .nonempty()
    .default([...loraTargets])
    .describe('Which matrices of a layer have an adapter; default: all'),
  rankStabilised: z.boolean().default(false).describe('Scales by alpha / √rank instead'),
})

const train = z.strictObject({
  algorithm: z.enum(['grpo', 'ppo', 'none']).default('ppo').describe('none: warm start only'),
  search: z.boolean().default(true).describe('false: RL without search, as the paper’s R1 rows'),
  mask: z.boolean().default(true).describe('false: retrieved tokens are trained on too'),
  steps: count().default(500).describe('Steps of RL at most'),
  questions: count().default(512).describe('Questions per step'),
  groupSize: count().default(1).describe('Trajectories per question; the paper takes 5 for GRPO'),
  minibatch: count().default(256).describe('Trajectories per optimiser step'),
  lr: positive().default(1e-6).describe('Learning rate of the policy'),
  beta2: share().default(0.999).describe('AdamW: decay of the squared gradients'),
  weightDecay: z.number().nonnegative().default(0.01).describe('AdamW: decoupled weight decay'),
  warmup: share().default(0.285).describe('Share of the steps in which lr rises'),
  finalLr: share().default(1).describe('Share of lr that is left at the last step'),
  maxGradNorm: positive().default(1).describe('Gradients are clipped to this norm'),
  clip: positive().default(0.2).describe('PPO’s clip range'),
  kl: z
    .number()
    .nonnegative()
    .default(0.001)
    .describe('Weight of the KL to the start of RL; 0: off'),
  entropy: z.number().nonnegative().default(0.001).describe('Weight of an entropy bonus'),
  aggregation: z
    .enum(['tokens', 'sequences'])
    .default('tokens')
    .describe('The loss is a mean over all policy tokens, or over each sequence first'),
  gamma: share().default(1).describe('Discount per policy token'),
  lambda: share().default(1).describe('GAE: bias against variance'),
  criticLr: positive().default(1e-5).describe('PPO: learning rate of the critic'),
  criticWarmup: share().default(0.015).describe('PPO: share of the steps in which it rises'),
  lora: lora
    .optional()
    .describe('RL trains an adapter on the warm start, which is then its own KL reference'),
  optimizerBits: z
    .literal([32, 8])
    .default(32)
    .describe('AdamW: bits of each of its two moments; 8: in blocks that share a scale'),
  microBatchTokens: count()
    .optional()
    .describe('Tokens that go through the model at once; changes memory, not the loss'),
  checkpointing: z
    .boolean()
    .default(false)
    .describe('Keeps the inputs of layers alone and computes the rest again: less memory, slower'),
  sharePrompts: z
    .boolean()
    .default(false)
    .describe('Computes the prompt of a group once in the update'),
  strict: z
    .boolean()
    .default(false)
    .describe('Log-probs in training are the sampler’s to the bit; one more forward pass'),
})

/** Policies beside the trained one that an evaluation can ask for. */
export const baselines = ['noSearchRl', 'grpo', 'ppo', 'grpoNoMask', 'ppoNoMask'] as const

const evaluate = z.strictObject({
  count: count().default(512).describe('Questions of the test split'),
  devCount: count().default(128).describe('Questions of the dev split'),
  every: countOrNone().default(50).describe('RL steps between looks at the dev split; 0: never'),
  stopAt: share().optional().describe('RL ends when the dev split reaches this exact match'),
  direct: z.boolean().default(true).describe('Also the answer without a search (worlds only)'),
  randomPassages: z.boolean().default(true).describe('Also with searches that return anything'),
  redrawnFacts: z
    .boolean()
    .default(true)
    .describe('Also with new facts, index rebuilt (worlds only)'),
  baselines: z
    .array(z.enum(baselines))
    .default([])
    .describe('Further policies, trained from the same warm start'),
})

const checkpoint = z.strictObject({
  every: count().default(100).describe('RL steps between checkpoints'),
  keep: count().default(2).describe('Checkpoints that stay; older ones go'),
})

export const recipeSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.-]+$/, 'a name of letters, digits, dots, dashes and underscores')
    .default('run')
    .describe('Begins the name of the run folder; default: the name of the recipe file'),
  seed: countOrNone().default(0).describe('Every random choice of the run flows from it'),
  threads: count()
    .default(() => availableParallelism())
    .describe('Compute threads; default: as many as there are cores'),
  task: z.discriminatedUnion('kind', [worldTask, filesTask]).describe('What is asked'),
  model: model.prefault({}).describe('What learns'),
  retrieval: retrieval.prefault({}).describe('What is searched'),
  rollout: rollout.prefault({}).describe('How a question is played'),
  warmStart: warmStart.prefault({}).describe('Supervised steps before RL'),
  train: train.prefault({}).describe('Reinforcement learning'),
  evaluate: evaluate.prefault({}).describe('What is measured'),
  checkpoint: checkpoint.prefault({}).describe('What is kept to resume from'),
})

/** A whole recipe: every default filled in, every path absolute. */
export type Recipe = z.output<typeof recipeSchema>

export type Baseline = (typeof baselines)[number]

/** Keys that hold paths: relative to the recipe file, or to the working folder in an override. */
export const pathKeys = [
  'task.questions',
  'task.passages',
  'model.dir',
  'model.tokenizer',
  'retrieval.index',
] as const
