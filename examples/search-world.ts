// From nothing to a policy that searches before it answers, composed from the packages alone.
// The recipe is the quickstart's: a warm start with a gate, GRPO with an early stop that looks at a
// development split, and one look at held-out questions, about names that no training has seen.
//
//   npx jiti examples/search-world.ts [seed]

import { randomStream } from '@querl/base'
import { evaluate } from '@querl/evaluate'
import { LanguageModel, Sampler, Tokenizer } from '@querl/lm'
import { PassageRetriever } from '@querl/retrieval'
import { rollout, search, searchR1 } from '@querl/rollout'
import { createWorld, exactMatch, worldFormat, worldModel } from '@querl/tasks'
import { grpo, linearSchedule, supervised, Trainer } from '@querl/train'

const seed = Number(process.argv[2] ?? 0)
const threads = 2
const began = performance.now()
const tell = (text: string) =>
  console.log(`${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`)

// The world: passages to search, questions in three splits, and a tokenizer for both.
const world = createWorld({ seed })
const tokenizer = Tokenizer.fromJson(world.tokenizerJson)
using retriever = await PassageRetriever.build(world.passages, { k1: 0.9, b: 0.4 })
const { config, initialise } = worldModel(world)
using model = await LanguageModel.create(config, { tokenizer, initialise, threads })
using sampler = new Sampler(model, { threads })
tell(`${world.passages.length} passages, ${model.parameterCount} parameters`)

// How a question is played, in training and in evaluation.
const game = {
  sampler,
  tokenizer,
  protocol: searchR1({ ...worldFormat, maxSearches: 3, onInvalid: 'end' }),
  tools: [search(retriever, { topK: 2 })],
  maxPolicyTokens: 60,
  maxTurnTokens: 60,
  maxTokens: 200,
}
const questions = (split: 'train' | 'dev' | 'test', count: number, step = 0) =>
  world.questions({ split, stream: randomStream(seed, 'questions', split, step), count })
const measure = (split: 'dev' | 'test', count: number) =>
  evaluate({ ...game, examples: questions(split, count) })
const figures = ({ em, oneHop, twoHop, searches }: Awaited<ReturnType<typeof measure>>) =>
  `EM ${em.toFixed(3)} (one hop ${oneHop?.toFixed(3)}, two hops ${twoHop?.toFixed(3)}), ` +
  `searches ${searches.oneHop?.toFixed(2)} / ${searches.twoHop?.toFixed(2)}`

// Warm start: reading practice, then imperfect demonstrations mixed with it.
const pool = await world.demonstrations({
  stream: randomStream(seed, 'demonstrations'),
  count: 1500,
  retriever,
  topK: 2,
})
function rows(step: number) {
  const stream = randomStream(seed, 'warm start', step)
  return Array.from({ length: 32 }, () =>
    step < 300 || stream.uniform() < 0.3 ? world.readingRow(stream, step) : stream.pick(pool),
  )
}
const planned = linearSchedule({
  peak: 4e-3,
  totalSteps: 600,
  warmupSteps: 50,
  finalFraction: 0.1,
})
async function warmUp(startStep: number, steps: number) {
  const lr = (step: number) => (step < 600 ? planned(step) : 1e-3)
  const optimizer = { lr, beta2: 0.98 }
  for await (const { step, metrics } of supervised({
    model,
    batches: rows,
    steps,
    startStep,
    optimizer,
  }))
    if (step % 200 === 0) tell(`warm start ${step}: loss ${metrics['supervised/loss']?.toFixed(3)}`)
}
await warmUp(0, 600)
let dev = await measure('dev', 192)
for (let step = 600; dev.em < 0.15 && step < 900; step += 100) {
  tell(`dev EM ${dev.em.toFixed(3)} is below the gate of 0.15: 100 more steps`)
  await warmUp(step, step + 100)
  dev = await measure('dev', 192)
}
tell(`warm start: dev ${figures(dev)}`)

// Reinforcement learning from exact match alone, until the dev split is answered.
model.resetOptimizer()
const trainer = new Trainer({
  model,
  rollout: (step, signal) =>
    rollout({
      ...game,
      examples: questions('train', 64, step),
      groupSize: 8,
      temperature: 1,
      seed: randomStream(seed, 'rollout', step).seed(),
      ...(signal && { signal }),
    }),
  reward: ({ answer, example }) => (answer === undefined ? 0 : exactMatch(answer, example.answers)),
  algorithm: grpo({ advantages: { epsilon: 1e-4 }, aggregation: 'sequences', kl: 0, entropy: 0 }),
  optimizer: {
    lr: linearSchedule({ peak: 2e-3, totalSteps: 60, warmupSteps: 6, finalFraction: 0.5 }),
    beta2: 0.95,
  },
  steps: 60,
})
for await (const { step, metrics } of trainer) {
  if (step % 10 !== 0) continue
  const { em } = (dev = await measure('dev', 192))
  const of = (name: string) => metrics[name]?.toFixed(3)
  tell(
    `GRPO ${step}: reward ${of('reward/mean')}, entropy ${of('policy/entropy')}, ${figures(dev)}`,
  )
  if (em >= 0.97) break
}
tell(`held-out test, 512 questions: ${figures(await measure('test', 512))}`)
