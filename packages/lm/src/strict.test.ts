import { describe, expect, test } from 'vitest'
import { type LanguageModel, type LossSums, packTokens, Sampler, type TokenBatch } from './index.js'
import { idsOf, smallModel } from './test-model.js'

const sampling = { temperature: 0.8, bannedIds: [7, 8] }

interface Rollouts {
  readonly batch: TokenBatch
  /** Shape (T): 1 / tokens where the policy wrote the token. */
  readonly weights: Float32Array
  readonly oldLogprobs: Float32Array
}

/** Two groups of four: a turn, an observation, another turn. */
async function rollouts(model: LanguageModel): Promise<Rollouts> {
  using sampler = new Sampler(model, { threads: 2 })
  const samples = await Promise.all(
    ['who wrote the longest book of all that were ever printed?', 'why?'].flatMap((question) => {
      const prompt = idsOf(question)
      const parent = sampler.open(prompt)
      return [1, 2, 3, 4].map(async (seed) => {
        const session = parent.fork()
        const first = await session.generate({ ...sampling, maxTokens: 10 + seed, seed, topP: 0.9 })
        const found = idsOf('<found>')
        session.append(found)
        const second = await session.generate({ ...sampling, maxTokens: 12, seed })
        return {
          ids: Int32Array.of(...prompt, ...first.ids, ...found, ...second.ids),
          logprobs: Float32Array.of(
            ...new Float32Array(prompt.length),
            ...first.logprobs,
            ...new Float32Array(found.length),
            ...second.logprobs,
          ),
        }
      })
    }),
  )
  const oldLogprobs = Float32Array.from(samples.flatMap(({ logprobs }) => [...logprobs]))
  const written = oldLogprobs.filter((logprob) => logprob !== 0).length
  return {
    batch: packTokens(samples.map(({ ids }) => ids)),
    weights: oldLogprobs.map((logprob) => (logprob === 0 ? 0 : 1 / written)),
    oldLogprobs,
  }
}

function update(
  model: LanguageModel,
  { batch, weights, oldLogprobs }: Rollouts,
): Promise<LossSums> {
  const advantages = oldLogprobs.map((_, t) => (t % 2 === 0 ? 1 : -1))
  return model.backward(batch, { kind: 'policy', weights, oldLogprobs, advantages }, sampling)
}

describe.each(['fused', 'libtorch'] as const)('strict mode over the %s engine', (engine) => {
  test('finds no difference from what the sampler kept, and one after a step', async () => {
    using model = await smallModel({ engine, training: { strict: true } })
    const sampled = await rollouts(model)
    const { logprobs } = await model.logprobs(sampled.batch, {
      ...sampling,
      weights: sampled.weights,
    })
    expect(logprobs).toEqual(sampled.oldLogprobs)
    const sums = await update(model, sampled)
    expect(sums).toMatchObject({ logprobDeltaMax: 0, logprobDeltaSum: 0, ratioMax: 1, kl: 0 })
    expect(sums.tokens).toBeGreaterThan(150)
    await model.step({ lr: 1e-2 })
    expect((await update(model, sampled)).logprobDeltaMax).toBeGreaterThan(1e-4)
  })

  test('without it they differ in the last digits', async () => {
    using model = await smallModel({ engine })
    const { logprobDeltaMax } = await update(model, await rollouts(model))
    expect(logprobDeltaMax).toBeGreaterThan(0)
    expect(logprobDeltaMax).toBeLessThan(1e-4) // fp32 through two layers
  })
})

test('strict mode of a model in bfloat16 finds no difference where there is a large one', async () => {
  using model = await smallModel({ dtype: 'bfloat16', training: { strict: true } })
  using plain = await smallModel({ dtype: 'bfloat16' })
  const sampled = await rollouts(model)
  expect(await update(model, sampled)).toMatchObject({ logprobDeltaMax: 0, ratioMax: 1 })
  expect((await update(plain, sampled)).logprobDeltaMax).toBeGreaterThan(1e-4)
})
